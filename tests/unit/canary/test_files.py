from __future__ import annotations

from collections.abc import Callable

import pytest

from epicrisis.canary.files import pdf, word_document
from epicrisis.canary.identities import People
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
