"""Files inside a record: one that breaks the process it is met in costs nothing but itself."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from epicrisis.domain.patients import Missing, Source
from epicrisis.formats.contained.limits import MEGABYTE, Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.patients.attachments import Notes, read_contained
from epicrisis.formats.patients.child import Inside, Written
from epicrisis.formats.patients.drafts import Draft, File, Part
from epicrisis.formats.patients.troubles import TOO_MUCH, UNREADABLE, Troubles

PAGE = "<html><body><p>Fever since Monday.</p></body></html>"


def draft(name: str, *parts: Part) -> Draft:
    return Draft(Source(f"DocumentReference/{name}"), "DocumentReference", parts)


def bomb() -> bytes:
    """Return a DOCX whose text unpacks to far more than it may."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 40_000_000)
    return packed.getvalue()


def test_joins_the_parts_of_a_note_under_their_headings() -> None:
    notes = Notes(Limits(), Troubles())

    notes.read([draft("1", Part("Impression", "Viral."), Part("History", files=(File(page=PAGE),)))])

    (note,) = notes.notes
    assert note.document.text == "Impression\nViral.\n\nHistory\nFever since Monday."


def test_goes_on_behind_a_file_that_cannot_be_read() -> None:
    hostile = File(encoded=b64encode(bomb()).decode())
    notes = Notes(Limits(), Troubles())

    notes.read([draft("1", Part(files=(hostile,))), draft("2", Part(files=(File(page=PAGE),)))])

    assert [each.source.reference for each in notes.notes] == ["DocumentReference/2"]
    assert [*notes.troubles.missing()] == [Missing("DocumentReference", UNREADABLE)]


def test_begins_a_new_process_behind_one_that_broke() -> None:
    huge = Inside(Kind.HTML, b"<html><p>x" * 3_000_000)
    page = Inside(Kind.HTML, PAGE.encode())

    read = read_contained([page, huge, page], Limits(memory=500 * MEGABYTE))

    assert [each.text.strip() for each in read] == ["Fever since Monday.", "", "Fever since Monday."]


def test_reads_no_longer_than_it_may() -> None:
    assert read_contained([Inside(Kind.HTML, PAGE.encode())], Limits(seconds=-1)) == [Written()]


def test_reads_no_more_letters_than_it_may() -> None:
    notes = Notes(Limits(letters=10), Troubles())

    notes.read([draft("1", Part(text="Fever.")), draft("2", Part(text="Cough."))])

    assert len(notes.notes) == 1
    assert [*notes.troubles.missing()] == [Missing("DocumentReference", TOO_MUCH)]
