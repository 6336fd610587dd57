from __future__ import annotations

from collections.abc import Sequence

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import Bounds, NoteSummary, Style
from epicrisis.domain.spans import Span
from epicrisis.engines.registry import note_reader
from epicrisis.engines.summary.notes.engine import SalienceEngine
from epicrisis.engines.summary.notes.holding import is_borne_out, quoted
from epicrisis.engines.summary.notes.rewording import reworded
from epicrisis.errors import GenerationFailed
from tests.language_models import RecitingModel

NOTE = (
    "The patient is a 64-year-old man with COPD who has a productive cough. He denies chest pain but has fever. "
    "He takes metoprolol 50 mg and lisinopril 25 mg daily. CT shows consolidation of the right lower lobe."
)
BOUNDS = Bounds(0, 60)


def read(text: str, language: str = "en") -> AnnotatedDocument:
    [note] = note_reader("rules", language).read([Document("n", text, language)])
    return note


def told(answer: str, *, bounds: Bounds = BOUNDS) -> NoteSummary:
    note = read(NOTE)
    summary = SalienceEngine().summarize(note, bounds=BOUNDS)
    model = RecitingModel([answer], name="scripted")
    return reworded(summary, note, model=model, bounds=bounds, read=read, stop=lambda: False, seconds=5.0)


def holds(sentence: str, *sources: str) -> bool:
    by = [quoted(read(source), Span(0, len(source))) for source in sources]
    return is_borne_out(read(sentence), by)


def test_a_sentence_that_leaves_out_is_kept_with_where_it_stands() -> None:
    summary = told("A 64-year-old man with COPD has a productive cough [1].")

    [statement] = summary.statements
    assert statement.text == "A 64-year-old man with COPD has a productive cough."
    assert [NOTE[span.start : span.end][:11] for span in statement.spans] == ["The patient"]
    assert (summary.style, summary.asked, summary.model) == (Style.ABSTRACTIVE, Style.ABSTRACTIVE, "scripted/1")


def test_a_sentence_the_note_does_not_bear_out_is_left_out_and_counted() -> None:
    summary = told("The man has COPD [1]. He has lung cancer [1]. He has chest pain [2].")

    assert summary.text == "The man has COPD."
    assert summary.warnings[0].startswith("2 sentences of the model were left out")


def test_bounds_hold_for_a_model_too() -> None:
    summary = told("The man has COPD [1]. He denies chest pain [2].", bounds=Bounds(3, 5))

    assert summary.words <= 5


@pytest.mark.parametrize("answer", ["", "He has lung cancer.", "He has no fever. He has chest pain."])
def test_a_model_that_says_nothing_true_has_failed(answer: str) -> None:
    with pytest.raises(GenerationFailed):
        told(answer)


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("He denies chest pain.", ["He denies chest pain but has fever."]),
        ("Denies chest pain.", ["The patient denies fever, chills and chest pain."]),
        ("He takes lisinopril 25 mg.", ["He takes metoprolol 50 mg and lisinopril 25 mg daily."]),
        ("COPD, and consolidation of the lobe.", ["He has COPD.", "CT shows consolidation of the right lower lobe."]),
    ],
)
def test_what_only_leaves_out_is_borne_out(sentence: str, sources: Sequence[str]) -> None:
    assert holds(sentence, *sources)


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("He has chest pain.", ["He denies chest pain but has fever."]),
        ("Chest pain.", ["He denies chest pain but has fever."]),
        ("He denies fever.", ["He denies chest pain but has fever."]),
        ("He denies fever but has chest pain.", ["He denies chest pain but has fever."]),
        ("He takes metoprolol 25 mg.", ["He takes metoprolol 50 mg and lisinopril 25 mg daily."]),
        ("He takes lisinopril 50 mg.", ["He takes metoprolol 50 mg and lisinopril 25 mg daily."]),
        ("He has diabetes.", ["His mother had diabetes."]),
        ("He has pneumonia.", ["Possible pneumonia."]),
        ("He has severe pneumonia.", ["He has pneumonia."]),
        ("", ["He has pneumonia."]),
    ],
)
def test_what_adds_or_turns_around_is_not_borne_out(sentence: str, sources: Sequence[str]) -> None:
    assert not holds(sentence or "...", *sources)
