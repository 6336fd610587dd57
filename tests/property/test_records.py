"""A record quotes its note, whatever the reader found; and writing it takes time in step with the note."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.records import Stated
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.engine import build
from epicrisis.engines.extraction.findings.problems import problems
from epicrisis.engines.extraction.findings.procedures import procedures
from epicrisis.engines.extraction.follow_up import follow_up
from epicrisis.engines.extraction.history.demographics import demographics
from epicrisis.engines.extraction.history.family import family
from epicrisis.engines.extraction.history.social import social
from epicrisis.engines.extraction.note import Note
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from tests.property.texts import languages, texts
from tests.timing import assert_linear, processor_seconds

WORDS = [
    "A 65-year-old male.",
    "SOCIAL HISTORY: smokes 1 pack a day, ",
    "FAMILY HISTORY: mother and father with gout. ",
    "Follow up with Dr. X in 2 weeks. ",
    "Varón de 34 a. ",
    "severe pain in the left knee, 7/10 ",
]


@st.composite
def read_notes(draw: st.DrawFn) -> AnnotatedDocument:
    """Draw a note, and findings anywhere in it as no reader would have found them."""
    text = "".join(draw(st.lists(st.one_of(texts, st.sampled_from(WORDS)), min_size=1, max_size=6))) or "ok"
    text = text if text.strip() else "ok"
    language = draw(languages)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    entities = [
        Entity(Span(start, end), draw(st.sampled_from(EntityLabel)))
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    return annotated(
        text, language, [(each, draw(st.sampled_from(Status)), draw(st.sampled_from(Experiencer))) for each in entities]
    )


def annotated(text: str, language: str, found: list[tuple[Entity, Status, Experiencer]]) -> AnnotatedDocument:
    assertions = [
        Assertion(each.span, status, 0.5, Temporality.CURRENT, person) if EntityLabel(each.label).is_concept else None
        for each, status, person in found
    ]
    return AnnotatedDocument(
        Document("n1", text, language),
        tuple(each for each, _, _ in found),
        tuple(assertions),
        (),
        tuple(Sentence(span) for span in sentence_spans(text, language)),
        tuple(section_spans(text, language)),
    )


def stated(value: object) -> Iterator[Stated]:
    """Yield all words that ``value`` quotes."""
    if isinstance(value, Stated):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from stated(each)
    elif hasattr(value, "__dataclass_fields__"):
        for each in fields(value):  # type: ignore[arg-type]
            yield from stated(getattr(value, each.name))


@settings(max_examples=60, deadline=None)
@given(read_notes())
def test_every_word_of_a_record_stands_where_its_span_says(note: AnnotatedDocument) -> None:
    record = build().extract(note)

    assert all(words.text == note.document.quote(words.span) for words in stated(record))


SHORT, LONG = 4_000, 40_000
MOST = 12
# What a busy machine adds; a quadratic part is off by seconds.
SLACK = 0.25
TRIES = 4

PARTS: dict[str, Callable[[Note], object]] = {
    "problems": problems,
    "procedures": procedures,
    "family": family,
    "social": social,
    "demographics": demographics,
    "follow-up": follow_up,
}
UNITS = {
    "problems": "gout, ",
    "relatives": "mother gout ",
    "answers": "smokes tobacco ",
    "ages": "65 years old ",
    "visits": "follow up will ",
    "lines": "SOCIAL HISTORY: he smokes\n",
    "numbers": "1 2 ",
    "brackets": "(mother) (gout) ",
}


def seconds(part: Callable[[Note], object], unit: str, length: int) -> float:
    """Return the processor time one reading takes of a note made of ``unit``, with a finding in each."""
    text = unit * (length // len(unit))
    starts = range(0, len(text), len(unit))
    found = [Entity(Span(start, start + 4), EntityLabel.PROBLEM) for start in starts]
    note = Note(annotated(text, "en", [(each, Status.PRESENT, Experiencer.PATIENT) for each in found]))
    return processor_seconds(lambda: part(note))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS.keys())
def test_writes_in_linear_time(part: Callable[[Note], object], unit: str) -> None:
    assert_linear(partial(seconds, part, unit), short=SHORT, long=LONG, most=MOST, slack=SLACK, tries=TRIES)
