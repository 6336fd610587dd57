from __future__ import annotations

import io
import wave
from collections.abc import Callable

import pytest

from epicrisis.canary.files import page, pdf, recording, rich_text, word_document
from epicrisis.canary.identities import People
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.opening import read
from epicrisis.formats.redacting.asking import Options
from epicrisis.formats.redacting.opening import opened
from epicrisis.formats.redacting.sniffing import FileKind


@pytest.mark.parametrize(("kind", "make"), [(FileKind.DOCX, word_document), (FileKind.PDF, pdf)])
def test_what_is_sent_as_a_file_reads_as_the_words_in_it(kind: FileKind, make: Callable[[str], bytes]) -> None:
    pytest.importorskip({FileKind.DOCX: "lxml", FileKind.PDF: "pypdfium2"}[kind], reason="needs the extra documents")
    words = People().person("POST /v1/redactions/files", "answered").text

    asked = opened(kind, make(words), Options()).questions

    read = " ".join(" ".join(question.text for question in asked).split())
    assert words in read


@pytest.mark.parametrize(("kind", "make"), [(Kind.RTF, rich_text), (Kind.HTML, page)])
def test_what_is_sent_to_be_read_reads_as_the_words_in_it(kind: Kind, make: Callable[[str], bytes]) -> None:
    pytest.importorskip("lxml", reason="needs the extra documents")
    words = People().person("POST /v1/documents", "answered").text

    [parsed] = read(kind, make(words), Limits())

    assert words in " ".join(parsed.file.text.split())


def test_the_recording_is_a_second_of_silence() -> None:
    with wave.open(io.BytesIO(recording("Somebody said something."))) as sound:
        assert (sound.getnframes(), sound.getframerate()) == (8000, 8000)
        assert set(sound.readframes(8000)) == {0x80}
