from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.documents.encodings import beginning_of, decode

ENGLISH = "The patient’s wife doesn’t smoke – BP 120/80, 37.2 °C, “stable” … 25 µg daily."
SPANISH = "Niña de 8 años con tos; afebril, sin disnea. ¿Alergias? Ninguna. Tensión 12/8, saturación 98 %."
DOS = "Paciente de 45 años con cefalea y náuseas, sin signos meníngeos. Exploración física anodina."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (ENGLISH, SPANISH) for encoding in ("utf-8", "cp1252", "mac_roman")),
        *((text, f"utf-{bits}-{end}") for text in (ENGLISH, SPANISH) for bits in (16,) for end in ("le", "be")),
        (DOS, "cp850"),
    ],
)
def test_a_text_without_a_mark_is_read_as_it_was_written(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))

    assert (decoded.text, decoded.encoding, decoded.broken) == (text, encoding, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_tells_the_encoding_and_is_no_part_of_the_text(encoding: str) -> None:
    assert decode(SPANISH.encode(encoding)).text == SPANISH


def test_latin_1_reads_as_what_windows_writes() -> None:
    assert decode(SPANISH.encode("latin-1")).text == SPANISH


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\ufeff"), min_size=1))
def test_whatever_is_utf_8_stays_what_it_is(text: str) -> None:
    assert decode(text.encode()).text == text


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_one_clear_error(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UnreadableDocument:
        return

    assert "\0" not in decoded.text
    assert decoded.broken == decoded.text.count("\ufffd")


def test_utf_8_that_was_cut_costs_the_letters_that_are_cut_and_no_others() -> None:
    decoded = decode(f"{SPANISH} ".encode() * 5 + "ñ".encode()[:1] + b" end")

    assert decoded.encoding == "utf-8"
    assert decoded.broken == 1
    assert decoded.text.startswith(SPANISH)


def test_an_encoding_that_is_said_is_believed_where_nothing_speaks_against_it() -> None:
    assert decode("Łódź".encode("cp1250"), said="windows-1250").text == "Łódź"
    assert decode(SPANISH.encode(), said="windows-1250").text == SPANISH
    assert decode(b"caf\xe9 solo", said="base64").text == "café solo"
    assert decode(b"caf\xe9 solo", said="utf-16").text == "café solo"


def test_what_is_no_text_has_no_beginning() -> None:
    assert beginning_of(b"\1\2\0\0\0\3\0") is None
    assert beginning_of("ñ".encode() * 100_000) is not None
