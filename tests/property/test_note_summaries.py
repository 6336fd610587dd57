"""A summary quotes its note within its bounds, whatever was found; and its time grows in step with the note."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.note_summaries import Bounds
from epicrisis.domain.spans import Span
from epicrisis.engines.summary.notes.engine import build
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from tests.property.texts import languages, texts
from tests.timing import assert_linear, processor_seconds

SHORT, LONG = 10_000, 100_000
MOST = 14
# What a busy machine adds; a quadratic part is off by seconds.
SLACK = 0.25
TRIES = 4
UNITS = {
    "notes": "The patient denies chest pain. PLAN: 1. Rest. 2. Fluids b.i.d.\nLUNGS: clear, no rales\n\n",
    "one sentence": "He has pneumonia. ",
    "headings": "ALLERGIES: Iron. PLAN: Rest. ",
    "stops": "a. ",
    "items": "1. Cough.\n",
    "courtesies": "Thank you, thank you for this referral. ",
}


def spans_within(text: str) -> st.SearchStrategy[Span]:
    starts = st.integers(0, len(text) - 1)
    return starts.flatmap(lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start, end)))


def annotated(text: str, language: str, entities: list[tuple[Entity, Assertion | None]]) -> AnnotatedDocument:
    return AnnotatedDocument(
        Document("n", text, language),
        tuple(entity for entity, _ in entities),
        tuple(assertion for _, assertion in entities),
        sentences=tuple(map(Sentence, sentence_spans(text, language))),
        sections=tuple(section_spans(text, language)),
    )


@st.composite
def notes(draw: st.DrawFn) -> AnnotatedDocument:
    text = draw(texts.filter(lambda text: bool(text.strip())))
    found = []
    for span in draw(st.lists(spans_within(text), max_size=6)):
        cues = tuple(Cue(each, CueKind.NEGATION) for each in draw(st.lists(spans_within(text), max_size=2)))
        assertion = Assertion(
            span,
            draw(st.sampled_from(Status)),
            0.9,
            draw(st.sampled_from(Temporality)),
            draw(st.sampled_from(Experiencer)),
            cues,
        )
        label = draw(st.sampled_from(EntityLabel))
        found.append((Entity(span, label), assertion if label.is_concept else None))
    return annotated(text, draw(languages), found)


@settings(deadline=None)
@given(notes(), st.integers(1, 60), st.integers(0, 60))
def test_a_summary_quotes_its_note_in_order_and_keeps_its_bounds(
    note: AnnotatedDocument, most: int, least: int
) -> None:
    bounds = Bounds(min(least, most), most)

    summary = build().summarize(note, bounds=bounds)

    spans = [span for statement in summary.statements for span in statement.spans]
    assert spans == sorted(spans)
    assert [statement.text for statement in summary.statements] == [note.document.quote(span) for span in spans]
    assert summary.words <= most
    assert summary.words >= bounds.least or summary.warnings


def seconds(unit: str, bounds: Bounds, length: int) -> float:
    """Return the processor time of one summary of a note made of ``unit``."""
    text = (UNITS[unit] * (length // len(UNITS[unit]) + 1))[:length]
    note = annotated(text, "en", [])
    return processor_seconds(partial(build().summarize, note, bounds=bounds))


@pytest.mark.parametrize("bounds", [Bounds(50, 150), Bounds(500, 2_000)], ids=["150 words", "2,000 words"])
@pytest.mark.parametrize("unit", list(UNITS))
def test_ten_times_the_note_takes_about_ten_times_as_long(unit: str, bounds: Bounds) -> None:
    assert_linear(partial(seconds, unit, bounds), short=SHORT, long=LONG, most=MOST, slack=SLACK, tries=TRIES)
