"""Drugs and allergies quote their note, are never of a relative or denied, and are read in linear time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Experiencer, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.records import Medication, MedicationState, Stated
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.history.allergies import allergies
from epicrisis.engines.extraction.medications.reader import medications
from epicrisis.engines.extraction.note import Note
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from tests.property.texts import languages
from tests.timing import assert_linear, processor_seconds

WORDS = [
    *("aspirin", "Lasix", "penicilina", "81 mg", "2 tablets", "daily", "b.i.d.", "p.r.n.", "IV", "for 5 days", "pain"),
    *(", ", "; ", ". ", "\n", " and ", " of ", " (", ") ", ": ", " - ", "respectively", " from ", " to ", " for "),
    *("started on ", "was stopped", "hold ", "will ", "not ", "allergic to ", "allergy", "NKDA", "rash", "her mother "),
    *("MEDICATIONS: ", "ALLERGIES: ", "Se suspende ", "alergia a ", "cada 8 horas", "1:1000", "0.5%", "#20", "é", "👩"),
]
NAMED = re.compile(
    r"(?P<MEDICATION>aspirin|Lasix|penicilina)|(?P<DOSE>\d+ mg|2 tablets|1:1000|0\.5%)|(?P<ROUTE>IV)"
    r"|(?P<FREQUENCY>daily|b\.i\.d\.|cada 8 horas)|(?P<DURATION>for 5 days)|(?P<PROBLEM>pain|rash)"
)
ENDED = {MedicationState.STOPPED, MedicationState.HELD, MedicationState.NOT_TAKEN, MedicationState.CHANGED}
PARTS = ("name", "strength", "form", "dose", "route", "frequency", "duration", "reason")


def read(text: str, language: str, readings: list[tuple[Status, Experiencer]]) -> AnnotatedDocument:
    """Return ``text`` as a reader would find it that knows a few words; the readings go round."""
    entities, assertions = [], []
    for number, match in enumerate(NAMED.finditer(text)):
        label = EntityLabel(str(match.lastgroup))
        entities.append(Entity(Span(*match.span()), label))
        status, person = readings[number % len(readings)]
        assertions.append(Assertion(Span(*match.span()), status, 0.9, experiencer=person) if label.is_concept else None)
    sentences = tuple(Sentence(span) for span in sentence_spans(text, language))
    sections = tuple(section_spans(text, language))
    return AnnotatedDocument(
        Document("n1", text, language), tuple(entities), tuple(assertions), (), sentences, sections
    )


notes = st.builds(
    read,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join).filter(str.strip),
    languages,
    st.lists(st.tuples(st.sampled_from(Status), st.sampled_from(Experiencer)), min_size=1, max_size=6),
)


def words_of(drug: Medication) -> list[Stated]:
    return [said for part in PARTS if (said := getattr(drug, part)) is not None]


@settings(max_examples=200, deadline=None)
@given(notes)
def test_what_is_said_of_a_drug_stands_where_its_span_says(annotated: AnnotatedDocument) -> None:
    drugs = medications(Note(annotated))

    assert all(said.text == annotated.document.quote(said.span) for drug in drugs for said in words_of(drug))
    assert all(drug.name.span in drug.mentions for drug in drugs)
    assert medications(Note(annotated)) == drugs


@settings(max_examples=200, deadline=None)
@given(notes)
def test_no_drug_is_of_a_relative_and_none_is_merely_denied(annotated: AnnotatedDocument) -> None:
    found = {
        entity.span: assertion
        for entity, assertion in zip(annotated.entities, annotated.assertions, strict=True)
        if assertion is not None
    }

    for drug in medications(Note(annotated)):
        said = [found[mention] for mention in drug.mentions if mention in found]
        assert all(assertion.experiencer is Experiencer.PATIENT for assertion in said)
        assert drug.state in ENDED or all(assertion.status is not Status.ABSENT for assertion in said)


@settings(max_examples=200, deadline=None)
@given(notes)
def test_what_is_said_of_an_allergy_stands_where_its_span_says(annotated: AnnotatedDocument) -> None:
    items, none = allergies(Note(annotated))

    said = [words for item in items for words in (item.substance, *item.reactions, item.severity) if words is not None]
    said += [] if none is None else [none]
    assert all(words.text == annotated.document.quote(words.span) for words in said)
    assert all(item.mentions for item in items)


SHORT, LONG = 4_000, 40_000
MOST = 13
# What a busy machine adds; a quadratic reader is off by seconds.
SLACK = 0.3
TRIES = 4
UNITS = {
    "a list": "aspirin 81 mg daily, ",
    "drugs": "aspirin and ",
    "commas": "aspirin, ",
    "doses": "81 mg ",
    "verbs": "started on aspirin, was stopped ",
    "allergies": "allergic to aspirin and ",
    "brackets": "allergic to (",
    "headings": "ALLERGIES: NKDA\nMEDICATIONS: x 5 mg\n",
    "conditions": "if aspirin ",
    "numbers": "1 to one-half ",
    "no marks": "aspirin 81 mg daily Lasix 2 tablets b.i.d. ",
    "amounts of": "81 mg of aspirin ",
    "days": "Monday, Tuesday and ",
    "strengths": "5/500 ",
    "patches": "aspirin patch patch ",
    "switches": "switched from aspirin to Lasix ",
    "all of them": "hold medications, aspirin ",
    "nothing": "no known drug allergies ",
}
READERS: dict[str, Callable[[Note], object]] = {"medications": medications, "allergies": allergies}


def seconds(reader: Callable[[Note], object], unit: str, length: int) -> float:
    """Return the processor time one reading takes, which other programs disturb least."""
    note = Note(read(unit * (length // len(unit)), "en", [(Status.PRESENT, Experiencer.PATIENT)]))
    return processor_seconds(lambda: reader(note))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_reads_in_linear_time(reader: Callable[[Note], object], unit: str) -> None:
    assert_linear(partial(seconds, reader, unit), short=SHORT, long=LONG, most=MOST, slack=SLACK, tries=TRIES)
