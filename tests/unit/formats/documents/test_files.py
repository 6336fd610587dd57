from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from epicrisis.errors import InvalidInput, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents import files
from epicrisis.formats.documents.files import Reading, read_file
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.opening import read
from tests.office import docx, paragraph, pdf, run

for library in ("lxml", "pypdfium2", "reportlab", "PIL"):
    pytest.importorskip(library, reason="files need the documents extra")


def scanned(canvas: Any) -> None:
    canvas.rect(0, 0, 300, 300, fill=1)


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        pytest.param(b"Denies fever.", Kind.TEXT, "Denies fever.", id="text"),
        pytest.param(b"<p>Denies fever.</p>", Kind.HTML, "Denies fever.", id="html"),
        pytest.param(rb"{\rtf1 Denies fever.}", Kind.RTF, "Denies fever.", id="rtf"),
        pytest.param(docx(paragraph(run("Denies fever."))), Kind.DOCX, "Denies fever.", id="docx"),
        pytest.param(pdf("Denies fever, cough, and pain."), Kind.PDF, "Denies fever, cough, and pain.", id="pdf"),
    ],
)
def test_a_file_is_read_by_what_it_is(data: bytes, kind: Kind, text: str) -> None:
    [parsed] = read_file(data)

    assert parsed.file.text == text
    assert parsed.file.kind == kind


def test_what_comes_out_of_another_process_is_what_would_come_out_of_this_one() -> None:
    data = pdf("Denies fever, cough, and pain.", scanned, "Second page, with some words on it.", scanned)

    assert read_file(data) == read(Kind.PDF, data, Limits())


def test_a_large_text_is_read_elsewhere_and_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    here = read_file("Fiebre. Niño.".encode("cp1252"))

    monkeypatch.setattr(files, "_SMALL", 1)

    assert read_file("Fiebre. Niño.".encode("cp1252")) == here


def test_what_is_told_must_agree() -> None:
    with pytest.raises(UnreadableDocument, match="said to be pdf, and holds text"):
        read_file(b"Denies fever.", name="note.pdf")
    with pytest.raises(UnreadableDocument, match="said to be rtf, and holds text"):
        read_file(b"Denies fever.", kind="application/rtf")
    with pytest.raises(InvalidInput, match="no kind 'note'"):
        read_file(b"Denies fever.", kind="note")


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        pytest.param(Limits(file_bytes=10), "up to 10 bytes are read", id="bytes"),
        pytest.param(Limits(letters=5), "more than 5 letters", id="letters"),
    ],
)
def test_a_file_over_the_limits_is_refused(limits: Limits, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        read_file(b"Denies fever.", limits=limits)


def test_whoever_closes_a_file_ends_its_reading() -> None:
    reading = Reading(b"<p>x</p>" + b"<b>" * 10, limits=Limits())
    slow = Reading(pdf(*["Denies fever, cough, and pain. " * 8] * 300))
    refused: list[str] = []

    def read_slowly() -> None:
        try:
            slow.read()
        except UnreadableDocument as error:
            refused.append(str(error))

    reader = threading.Thread(target=read_slowly)
    reader.start()
    time.sleep(0.3)
    slow.close()
    reader.join(10)
    reading.close()

    assert refused
    with pytest.raises(UnreadableDocument, match="closed before it was read"):
        reading.read()
