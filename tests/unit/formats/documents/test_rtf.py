from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.rtf import read

FONTS = r"{\fonttbl{\f0\fcharset0 Calibri;}{\f1\fcharset204 Arial;}{\f2\fcharset2 Symbol;}}"
CASES = [
    pytest.param(r"Denies fever.\par Cough.\line Dry.", "Denies fever.\nCough.\nDry.", id="lines"),
    pytest.param("Denies\r\n fever\\\n.", "Denies fever\n.", id="line ends of the file"),
    pytest.param(r"a\'f1o, \'80 5", "año, € 5", id="bytes"),
    pytest.param(r"caf\u233?, \u8364\'80, \uc2\u241 n~o", "café, €, ño", id="unicode with what stands in for it"),
    pytest.param(r"\u-10179?\u-8704?", "😀", id="halves of a letter"),
    pytest.param(r"{\f1\'ef\'f0} {\f2\'b7} x", "пр • x", id="letters of a font"),
    pytest.param(r"a\emdash b \ldblquote c\rdblquote\~d\_e \{f\}", "a—b “c” d-e {f}", id="signs"),
    pytest.param(r"\trowd\intbl K\cell 4.1\cell\row\trowd Na\cell\cell\row\pard x", "K\t4.1\nNa\nx", id="a table"),
    pytest.param(r"a{\v b}c{\deleted d}e\v f\v0 g", "aceg", id="hidden and deleted"),
    pytest.param(r"{\*\unknown a}{\info{\author Ana}}{\pict ff}{\stylesheet{\s1 b;}}x", "x", id="groups without text"),
    pytest.param(r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link", id="a field"),
    pytest.param(r"{\listtext 1.\tab}Aspirin\par", "1. Aspirin", id="a number"),
    pytest.param(
        r"{\header H\par}{\footer F\par}a{\footnote N\par}b", "H\n\nab\n\nN\n\nF", id="header, note and footer"
    ),
    pytest.param(r"a\bin3 {}}b", "ab", id="bytes that are none of it"),
    pytest.param(r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt c}}{\shprslt d}}", "c", id="a text box"),
]


@pytest.mark.parametrize(("body", "text"), CASES)
def test_the_text_is_read(body: str, text: str) -> None:
    [parsed] = read(rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS}{body}}}".encode("latin-1"), Limits())

    assert parsed.file.text == text
    assert parsed.file.warnings == ()


@pytest.mark.parametrize(
    ("system", "byte"), [("mac", "96"), ("pca", "a4"), ("ansi", "f1"), ("ansi\\ansicpg1252", "f1")]
)
def test_the_system_of_a_document_tells_its_letters(system: str, byte: str) -> None:
    assert read(rf"{{\rtf1\{system} a\'{byte}o}}".encode(), Limits())[0].file.text == "año"


def test_a_file_that_is_cut_short_says_so() -> None:
    [parsed] = read(rb"{\rtf1 Denies {\b fever", Limits())

    assert parsed.file.text == "Denies fever"
    assert "cut short" in parsed.file.warnings[0]


def test_groups_without_end_are_refused() -> None:
    with pytest.raises(UnreadableDocument, match="nested"):
        read(b"{\\rtf1" + b"{" * 5_000, Limits())


@given(st.text("{}\\'u123-fbinpar *\n~ñ", max_size=200))
def test_whatever_follows_the_header_comes_to_an_end(body: str) -> None:
    [parsed] = read(b"{\\rtf1 " + body.encode("latin-1"), Limits())

    assert parsed.file.text.encode() is not None
