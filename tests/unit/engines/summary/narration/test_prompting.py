from __future__ import annotations

import pytest

from epicrisis.engines.summary.narration.prompting import Written, asked, numbered, sentences_in
from epicrisis.errors import UnknownLanguage


def test_a_prompt_says_the_task_and_holds_the_statements() -> None:
    prompt = asked("narrate", "es-MX", heading="Clinical Assessment", statements=numbered(["Una.", "Dos\n palabras."]))

    assert "español" in prompt.task
    assert "1. Una.\n2. Dos palabras." in prompt.text
    with pytest.raises(UnknownLanguage):
        asked("narrate", "fr", heading="", statements="")


def test_sentences_come_with_the_statements_they_name_before_or_behind_the_stop() -> None:
    answer = "- She has gout [2].\n2. She takes iron. [1, 3] She smokes.[9]\n* She has gout [2]."

    assert sentences_in(answer, count=3, language="en") == [
        Written("She has gout.", (1,)),
        Written("She takes iron.", (0, 2)),
        Written("She smokes.", ()),
    ]


def test_a_sentence_that_breaks_off_is_left_out() -> None:
    assert [each.text for each in sentences_in("She has gout. She takes", count=1, language="en")] == ["She has gout."]
