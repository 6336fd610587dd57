"""What can be asked about files, recordings, and what a note records: all of it only reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from epicrisis.client.asking import FILE, Ask, Plain, Told, in_json, key_from, with_query
from epicrisis.client.events import AS_EVENTS
from epicrisis.client.note_asks import batch_of, in_documents
from epicrisis.client.results import Batch, Heard
from epicrisis.domain.documents import Document
from epicrisis.domain.pages import Box, Page, Placed, ReadFile
from epicrisis.domain.records import NoteRecord
from epicrisis.domain.spans import Span
from epicrisis.domain.transcripts import Segment, Transcript
from epicrisis.formats.record_reading import record_from_plain

_DOCUMENTS, _EXTRACTIONS, _TRANSCRIPTS = "/v1/documents", "/v1/extractions", "/v1/transcripts"


def read(data: bytes, *, kind: str | None, language: str | None, boxes: bool) -> Ask[list[ReadFile]]:
    """Ask for the documents in a file."""
    path = with_query(_DOCUMENTS, kind=kind, language=language, boxes=boxes or None)
    return Ask("POST", path, lambda told: list(map(_read_file, told.plain["documents"])), data, headers=FILE)


def extract(text: str, *, language: str | None, id: str | None) -> Ask[NoteRecord]:  # noqa: A002  as a note calls it
    """Ask for the record of the note ``text``, which is to be called ``id``."""

    def read(told: Told) -> NoteRecord:
        plain = told.plain
        name = plain["id"] if id is None else id
        return record_from_plain(plain, Document(id=name, text=text, language=plain["language"]))

    return Ask("POST", _EXTRACTIONS, read, in_json(text=text, language=language))


def extract_batch(texts: Sequence[str], *, language: str | None) -> Ask[Batch[NoteRecord]]:
    """Ask for the record of each of the notes ``texts``."""
    body = in_json(documents=in_documents(texts), language=language)
    return Ask("POST", _EXTRACTIONS, batch_of(texts, record_from_plain), body)


def extract_fhir(text: str, *, language: str | None) -> Ask[dict[str, Any]]:
    """Ask for the record of the note ``text`` as a FHIR Bundle."""

    def read(told: Told) -> dict[str, Any]:
        return dict(told.plain["bundle"])

    return Ask("POST", _EXTRACTIONS, read, in_json(text=text, language=language, form="fhir"))


def transcribe(audio: bytes, *, language: str | None, progress: Callable[[Heard], object] | None) -> Ask[Transcript]:
    """Ask for the words of a recording; ``progress`` hears how far the server is."""
    headers = FILE if progress is None else {**FILE, **AS_EVENTS}
    path, key = with_query(_TRANSCRIPTS, language=language), "" if progress is None else key_from(None)
    return Ask("POST", path, lambda told: _transcript(told.plain), audio, key=key, headers=headers, progress=progress)


def _read_file(plain: Plain) -> ReadFile:
    return ReadFile(
        text=plain["text"],
        kind=plain["kind"],
        name=plain["name"],
        pages=tuple(Page(each["number"], each["width"], each["height"]) for each in plain["pages"]),
        placed=tuple(_placed(each) for each in plain.get("boxes", ())),
        scanned=tuple(plain["scanned"]),
        warnings=tuple(plain["warnings"]),
        engine=plain["engine"],
        version=plain["version"],
    )


def _placed(plain: Plain) -> Placed:
    box = Box(plain["page"], plain["left"], plain["top"], plain["right"], plain["bottom"])
    return Placed(Span(plain["start"], plain["end"]), box, plain["score"])


def _transcript(plain: Plain) -> Transcript:
    return Transcript(
        text=plain["text"],
        language=plain["language"],
        seconds=plain["seconds"],
        speech_seconds=plain["speech_seconds"],
        segments=tuple(
            Segment(Span(each["start"], each["end"]), each["from_seconds"], each["to_seconds"], each["confidence"])
            for each in plain["segments"]
        ),
        dropped=plain["dropped"],
        engine=plain["engine"],
        version=plain["version"],
    )
