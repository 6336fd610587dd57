from __future__ import annotations

import time

from epicrisis.domain.summaries import Heading
from epicrisis.engines.summary.models.contracts import Prompt, Stop
from epicrisis.engines.summary.narration.asking import Asking, grouped
from epicrisis.errors import TextTooLong
from tests.language_models import RecitingModel

TEXTS = ["She has hypertension.", "She has asthma.", "She takes lisinopril."]


class ShortOfBreath(RecitingModel):
    """Takes no more than one statement at a time, whatever it was thought to take."""

    def complete(self, prompt: Prompt, *, most_tokens: int, stop: Stop, seconds: float) -> str:
        if "\n2. " in prompt.text:
            raise TextTooLong
        return super().complete(prompt, most_tokens=most_tokens, stop=stop, seconds=seconds)


def test_groups_hold_every_text_in_order_and_one_too_long_stands_alone() -> None:
    assert grouped(["a", "bb", "cccc", "d"], most_tokens=3, count=len) == [[0, 1], [2], [3]]
    assert grouped([], most_tokens=3, count=len) == []


def test_what_does_not_fit_after_all_is_asked_by_halves() -> None:
    model = ShortOfBreath(["She has high pressure. [1]", "Asthma is there. [1]", "She takes it. [1]"])
    asking = Asking(model, "en", lambda: False, time.monotonic() + 60)

    answers = list(asking.answers("narrate", Heading.ASSESSMENT, TEXTS))

    assert [(group, [each.named for each in written]) for group, written in answers] == [
        ([0], [(0,)]), ([1], [(0,)]), ([2], [(0,)]),
    ]  # fmt: skip
    assert [text in prompt.text for text, prompt in zip(TEXTS, model.asked, strict=True)] == [True, True, True]


def test_nothing_is_asked_once_nobody_waits() -> None:
    model = RecitingModel(["She has hypertension. [1]"])
    asking = Asking(model, "en", lambda: True, time.monotonic() + 60)

    assert list(asking.answers("narrate", Heading.ASSESSMENT, TEXTS)) == []
    assert model.asked == []
