from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from epicrisis.client import Heard, record_asks
from epicrisis.client.asking import Ask, Told
from epicrisis.domain.pages import Box, Page, Placed, ReadFile
from epicrisis.domain.spans import Span
from epicrisis.domain.transcripts import Segment, Transcript
from epicrisis.errors import InvalidInput
from epicrisis.formats.read_files import file_to_plain
from epicrisis.formats.records import record_to_plain
from epicrisis.formats.transcripts import transcript_to_plain
from tests.records import NOTE, RECORD

FILE = ReadFile(
    text="🫀 Denies fever.",
    kind="pdf",
    name="note.pdf",
    pages=(Page(1, 595.32, 841.92), Page(2, 595.32, 841.92)),
    placed=(Placed(Span(2, 8), Box(1, 72.0, 72.5, 110.25, 84.0), 0.98),),
    scanned=(2,),
    warnings=("Page 2 is empty.",),
    engine="rapid",
    version="1",
)
TRANSCRIPT = Transcript(
    "🫀 Denies fever.", "en", 3.25, 2.5, (Segment(Span(0, 15), 0.5, 3.0, 0.91),), dropped=1, engine="w", version="1"
)


def answered(ask: Ask[Any], **plain: Any) -> Any:
    return ask.read(Told(json.dumps({"request_id": "7", **plain}).encode(), {}))


def test_a_file_that_was_read_comes_back_as_it_was() -> None:
    ask = record_asks.read(b"%PDF", kind="pdf", language="en", boxes=True)

    assert answered(ask, documents=[file_to_plain(FILE, boxes=True)]) == [FILE]
    assert ask.path == "/v1/documents?kind=pdf&language=en&boxes=true"
    assert ask.own_headers == {b"Content-Type": b"application/octet-stream"}


def test_without_boxes_nothing_is_placed() -> None:
    ask = record_asks.read(b"%PDF", kind=None, language=None, boxes=False)

    [file] = answered(ask, documents=[file_to_plain(FILE)])

    assert (file.placed, file.text) == ((), FILE.text)
    assert ask.path == "/v1/documents"


def test_a_record_comes_back_under_the_name_it_is_given() -> None:
    plain = record_to_plain(replace(RECORD, document_id="1"), NOTE)

    named, unnamed = (
        answered(record_asks.extract(NOTE.text, language=None, id=name), **plain) for name in (NOTE.id, None)
    )

    assert named == RECORD
    assert unnamed.document_id == "1"


def test_a_record_of_other_words_than_were_sent_is_refused() -> None:
    ask = record_asks.extract("No fever.", language=None, id=None)

    with pytest.raises(InvalidInput):
        answered(ask, **record_to_plain(RECORD, NOTE))


def test_a_transcript_comes_back_as_it_was() -> None:
    assert answered(record_asks.transcribe(b"", language=None, progress=None), **transcript_to_plain(TRANSCRIPT)) == (
        TRANSCRIPT
    )


def test_only_who_listens_asks_for_events() -> None:
    heard: list[Heard] = []

    silent, listening = (
        record_asks.transcribe(b"RIFF", language="es", progress=progress) for progress in (None, heard.append)
    )

    assert b"Accept" not in silent.own_headers
    assert listening.own_headers[b"Accept"] == b"text/event-stream"
    assert listening.path == "/v1/transcripts?language=es"


def test_what_is_sent_is_a_value_without_the_file_and_without_a_key() -> None:
    ask = record_asks.read(b"Ana Ruiz Prueba", kind=None, language=None, boxes=False)

    assert "Ana" not in repr(ask)
    assert ask.key == ""
