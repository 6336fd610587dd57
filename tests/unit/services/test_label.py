from __future__ import annotations

from collections.abc import Sequence

import pytest

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.contracts import EngineCard, LabelsSentences
from epicrisis.engines.registry import Group
from epicrisis.errors import UnknownLanguage
from epicrisis.services.label import Label, Labelled, four_scores
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from tests.readers import reading
from tests.serving import a_core, a_memory

SENTENCES = {
    "The patient denies chest pain.": Status.ABSENT,
    "He has a history of hypertension.": Status.PRESENT,
    "Possible pneumonia.": Status.POSSIBLE,
    "Return if fever develops.": Status.CONDITIONAL,
}


def service(labeller: LabelsSentences) -> Label:
    return Label(labellers=ByLanguage.of(labeller), core=a_core(), memory=a_memory())


@pytest.fixture(params=reading(Group.READERS, "en"))
def label(request: pytest.FixtureRequest) -> Label:
    return service(registry.note_reader(request.param))


def note(text: str) -> Document:
    return Document(id=text[:6], text=text)


def labels(outcomes: Sequence[Labelled | Failure]) -> list[Status | str]:
    return [outcome.label if isinstance(outcome, Labelled) else outcome.code for outcome in outcomes]


class Choosy:
    """A labeller that will not read about gout."""

    def __init__(self) -> None:
        self.card = EngineCard(name="choosy", version="7", summary="Says PRESENT.", languages=("en",))

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        if any("gout" in text for text in texts):
            raise UnknownLanguage
        return [Sentence(Span(0, len(text)), SentenceLabel.PRESENT) for text in texts]


def test_says_what_a_sentence_says(label: Label) -> None:
    assert labels(label.many([note(text) for text in SENTENCES])) == list(SENTENCES.values())


def test_scores_sum_to_one_and_the_label_has_the_highest(label: Label) -> None:
    texts = [*SENTENCES, "Denies chest pain but reports fever.", "Follow up in two weeks.", "ok", "\u200b."]

    card = label.labellers.card("en")
    for labelled in label.many([note(text) for text in texts]):
        assert isinstance(labelled, Labelled)
        assert set(labelled.scores) == set(SENTENCES.values())
        assert sum(labelled.scores.values()) == pytest.approx(1.0)
        assert labelled.score == labelled.scores[labelled.label] == max(labelled.scores.values())
        assert (labelled.engine, labelled.version) == (card.name, card.version)


@pytest.mark.parametrize("text", ["Thank you.", "Follow up in two weeks."])
def test_a_sentence_that_says_nothing_is_unmarked_and_hardly_sure(label: Label, text: str) -> None:
    [labelled] = label.many([note(text)])

    assert isinstance(labelled, Labelled)
    assert labelled.label is Status.PRESENT
    assert labelled.score < 0.6


@pytest.mark.parametrize(
    ("said", "label", "score"),
    [
        ({"ABSENT": 0.9, "PRESENT": 0.1}, Status.ABSENT, 0.9),
        ({"NONE": 1.0}, Status.PRESENT, 0.493),
        ({"MIXED": 1.0}, Status.PRESENT, 0.533),
        ({"NONE": 0.5, "CONDITIONAL": 0.5}, Status.CONDITIONAL, 0.5 + 0.5 * 0.139),
        ({"MIXED": 0.6, "ABSENT": 0.4}, Status.ABSENT, 0.4 + 0.6 * 0.196),
        ({}, Status.PRESENT, 0.493),
    ],
)
def test_mixed_and_none_are_shared_out(said: dict[str, float], label: Status, score: float) -> None:
    scores = four_scores(Sentence(Span(0, 1), None, {SentenceLabel(name): share for name, share in said.items()}))

    assert sum(scores.values()) == pytest.approx(1.0)
    assert max(scores, key=lambda status: scores[status]) is label
    assert scores[label] == pytest.approx(score)


def test_a_label_without_scores_is_taken_at_its_word() -> None:
    assert four_scores(Sentence(Span(0, 1), SentenceLabel.ABSENT))[Status.ABSENT] == 1.0


@pytest.mark.anyio
async def test_a_bad_sentence_fails_alone_and_order_is_kept() -> None:
    earlier = Failure("n2", "empty-text", "There is no text to read.")
    asked = [note("Fever."), earlier, note("Has gout."), note("Cough.")]
    label = service(Choosy())

    for outcomes in (label.many(asked), await label(asked), await label(asked)):
        assert labels(outcomes) == [Status.PRESENT, "empty-text", "unknown-language", Status.PRESENT]


def test_neighbours_never_change_an_answer(label: Label) -> None:
    notes = [note(text) for text in [*SENTENCES, "ok", "Denies pain. " * 30]]

    assert label.many(notes) == [outcome for one in notes for outcome in label.many([one])]


@pytest.mark.anyio
async def test_answers_the_same_when_awaited_and_when_remembered(label: Label) -> None:
    notes = [note(text) for text in SENTENCES]

    assert await label(notes) == label.many(notes)
    assert await label(notes) == label.many(notes)


@pytest.mark.anyio
async def test_what_was_labelled_lately_is_not_read_again() -> None:
    class Counting(Choosy):
        read = 0

        def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
            self.read += len(texts)
            return super().sentence_labels(texts)

    labeller = Counting()
    label = service(labeller)

    await label([note("Fever.")])
    await label([note("Fever."), note("Cough.")])

    assert labeller.read == 2
