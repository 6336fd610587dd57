"""What every extraction engine keeps, whoever wrote it; they are those that are installed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Experiencer
from epicrisis.domain.documents import Document
from epicrisis.domain.records import NoteRecord, Stated, spans_of
from epicrisis.engines.record_contracts import ExtractionEngine
from epicrisis.engines.registry import Group, extraction_engine, installed, note_reader
from epicrisis.errors import UnknownLanguage
from tests.contract.samples import SAMPLES, Sample, engines

# The lists of a record, by what says where an item of each stands.
NAMES = {
    "problems": "name",
    "denied": "name",
    "hypothetical": "name",
    "medications": "name",
    "procedures": "name",
    "allergies": "substance",
    "social": "words",
    "follow_up": "words",
}


@pytest.fixture(scope="module", params=[*engines(Group.EXTRACTION)])
def engine(request: pytest.FixtureRequest) -> tuple[ExtractionEngine, str]:
    name, language = request.param
    return extraction_engine(name, language), language


@pytest.fixture(scope="module")
def notes(engine: tuple[ExtractionEngine, str]) -> list[AnnotatedDocument]:
    sample = SAMPLES[engine[1]]
    return [read(sample, text) for text in (sample.note.text, sample.other, "ok", *sample.awkward.values())]


def read(sample: Sample, text: str) -> AnnotatedDocument:
    [answer] = note_reader("rules", sample.note.language).read([sample.document(text)])
    return answer


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


def test_there_are_engines_to_hold_to_this() -> None:
    assert "rules" in installed(Group.EXTRACTION)


def test_a_record_says_whose_it_is_and_who_wrote_it(
    engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]
) -> None:
    for note in notes:
        record = engine[0].extract(note)

        assert (record.document_id, record.language) == (note.document.id, note.document.language)
        assert (record.engine, record.version) == (engine[0].card.name, engine[0].card.version)


def test_every_word_is_quoted_from_where_its_span_says(
    engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]
) -> None:
    records = [engine[0].extract(note) for note in notes]

    assert any(record.problems and record.denied and record.medications for record in records)
    for note, record in zip(notes, records, strict=True):
        assert all(words.text == note.document.quote(words.span) for words in stated(record))
        assert all(span.end <= len(note.document.text) for span in spans_of(record))


def test_lists_stand_in_the_order_of_the_text(
    engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]
) -> None:
    for note in notes:
        record = engine[0].extract(note)

        for name, field in NAMES.items():
            spans = [getattr(item, field).span for item in getattr(record, name)]
            assert spans == sorted(spans), name


def test_relatives_and_denials_are_never_the_patients_problems(
    engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]
) -> None:
    for note in notes:
        record = engine[0].extract(note)
        family = {item.condition.span for item in record.family}

        assert {problem.experiencer for problem in record.problems} <= {Experiencer.PATIENT}
        assert not family & {problem.name.span for problem in record.problems}


def test_the_same_note_gives_the_same_record_whatever_was_asked_before_or_beside(
    engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]
) -> None:
    alone = [engine[0].extract(note) for note in notes]

    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(engine[0].extract, [*notes, *reversed(notes)]))

    assert beside == [*alone, *reversed(alone)]


def test_codes_are_for_linkers_to_find(engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]) -> None:
    records: list[NoteRecord] = [engine[0].extract(note) for note in notes]

    coded = [(*record.problems, *record.denied, *record.medications, *record.measurements) for record in records]
    assert not any(item.codes for items in coded for item in items)


def test_a_language_no_card_names_is_refused(
    engine: tuple[ExtractionEngine, str], notes: list[AnnotatedDocument]
) -> None:
    french = replace(notes[0], document=Document("n1", notes[0].document.text, "fr"))

    with pytest.raises(UnknownLanguage):
        engine[0].extract(french)


def test_a_card_says_what_the_engine_is_and_what_it_gets_wrong(engine: tuple[ExtractionEngine, str]) -> None:
    card = engine[0].card

    assert all((card.name, card.version, card.summary, card.languages, card.limits))
