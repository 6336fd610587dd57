from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import ClinicalNote, Identity, PatientRecord, Source
from epicrisis.domain.records import NoteRecord
from epicrisis.errors import Overloaded
from epicrisis.services.outcomes import Failure
from epicrisis.services.reading_notes import NotesRead, ReadingNotes
from tests.serving import rules_pipeline

pytestmark = pytest.mark.anyio

PIPELINE = rules_pipeline()


def a_note(number: int, text: str = "", *, on: str = "", kind: str = "DocumentReference") -> ClinicalNote:
    reference = f"{kind}/{number}"
    document = Document(id=reference, text=text or f"Assessment: Pneumonia {number}.", language="en")
    return ClinicalNote(Source(reference), document, at=Moment.told(on or f"20{10 + number}-01-01"))


def of(*notes: ClinicalNote) -> PatientRecord:
    return PatientRecord(Identity(Source("Patient/1")), notes=notes)


def reading(extract: object = None, **limits: int) -> ReadingNotes:
    def take_in(note: ClinicalNote) -> Document | Failure:
        return PIPELINE.intake.attempt(note.document.text, id=note.source.reference, language=note.document.language)

    return ReadingNotes(extract=extract or PIPELINE.extraction, take_in=take_in, **limits)  # type: ignore[arg-type]


async def read(notes: ReadingNotes, record: PatientRecord, *, seconds: float = 20) -> NotesRead:
    return await notes(record, seconds=seconds, progress=lambda done, of: None)


def names(found: NotesRead) -> list[str]:
    return [note.source.reference for note, _ in found.read]


class Slow:
    """Reads as the word lists do, and takes its time."""

    async def batch(self, documents: Sequence[Document | Failure]) -> list[NoteRecord | Failure]:
        await asyncio.sleep(0.3)
        return await PIPELINE.extraction.batch(documents)


class Busy:
    """Reads nothing: there is too much other work."""

    async def batch(self, documents: Sequence[Document | Failure]) -> list[NoteRecord | Failure]:
        raise Overloaded


async def test_the_newest_are_read_first_and_those_that_are_too_many_are_counted() -> None:
    found = await read(reading(most=2), of(*map(a_note, (1, 3, 2, 4))))

    assert names(found) == ["DocumentReference/4", "DocumentReference/3"]
    [missing] = found.missing
    assert missing.section == "DocumentReference"
    assert missing.why.startswith("2 older notes")
    assert [record.problems[0].name.text for _, record in found.read] == ["Pneumonia", "Pneumonia"]


async def test_a_text_that_stands_there_twice_is_read_once() -> None:
    found = await read(reading(), of(a_note(1, "Has gout."), a_note(2, "Has gout."), a_note(3)))

    assert names(found) == ["DocumentReference/3", "DocumentReference/2"]
    assert found.missing == ()


async def test_long_notes_end_what_is_read() -> None:
    found = await read(reading(most_characters=40), of(a_note(1), a_note(2, "Has gout. " * 3)))

    assert names(found) == ["DocumentReference/2"]
    assert len(found.missing) == 1


async def test_what_is_not_read_in_time_is_named_by_kind() -> None:
    notes = [a_note(number, kind="DiagnosticReport" if number < 3 else "DocumentReference") for number in range(10)]

    found = await read(reading(Slow()), of(*notes), seconds=0.45)

    assert names(found) == [f"DocumentReference/{number}" for number in (9, 8, 7, 6)]
    assert {each.section for each in found.missing} == {"DocumentReference", "DiagnosticReport"}
    assert all("in the time" in each.why for each in found.missing)


async def test_where_there_is_too_much_work_none_is_read_and_all_are_named() -> None:
    found = await read(reading(Busy()), of(a_note(1), a_note(2)))

    assert found.read == ()
    assert [each.why for each in found.missing] == ["2 notes were not read: the server had too much other work"]


async def test_one_note_that_cannot_be_read_fails_alone() -> None:
    bad = ClinicalNote(Source("DocumentReference/9"), Document(id="9", text="{\\rtf1 }", language="en"))

    found = await read(reading(), of(bad, a_note(1)))

    assert names(found) == ["DocumentReference/1"]
    [missing] = found.missing
    assert missing.why.startswith("1 note was not read")
