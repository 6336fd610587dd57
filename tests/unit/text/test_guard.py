from __future__ import annotations

import random

import pytest

from epicrisis.errors import UnreadableText
from epicrisis.text.guard import decode, require_plain_text

NOTE = "Ana Ruiz Prueba denies fever. Años: 45."


@pytest.mark.parametrize(
    "text", [NOTE, "", "Fever.\x00\x0c", "\x1b[1mPLAN\x1b[0m: rest", "\ufffd is one bad character", "{a}", "PK levels"]
)
def test_lets_notes_pass_with_a_few_stray_controls(text: str) -> None:
    require_plain_text(text)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (r"{\rtf1\ansi Fever}", "save it as plain text"),
        ("\ufeff \n{\\rtf1 Fever}", "save it as plain text"),
        ("%PDF-1.7 \x00", "extract its text"),
        ("PK\x03\x04\x14", "extract its text"),
        ("\x1f\x8b\x08\x00", "unpack it"),
        ("N\x00o\x00 \x00f\x00e\x00v\x00e\x00r\x00 \x00t\x00o\x00d\x00a\x00y\x00", "plain text"),
        ("\ufffd\ufffd\ufffd a", "decode the original again"),
    ],
)
def test_refuses_files_given_as_text_and_says_what_to_do(text: str, step: str) -> None:
    with pytest.raises(UnreadableText, match=step):
        require_plain_text(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_decodes_what_notes_are_saved_as(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")

    assert decode(mark + NOTE.encode(encoding)) == NOTE


def test_decodes_bytes_that_windows_does_not_know_as_latin_1() -> None:
    assert decode(b"38.5\xb0C \x81") == "38.5°C \x81"


@pytest.mark.parametrize(
    ("data", "step"),
    [
        (b"%PDF-1.7\n\xe2\xe3", "extract its text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "save it as plain text"),
        (b"\x89PNG\r\n\x1a\n", "OCR"),
        (b"\x1f\x8b\x08\x00", "unpack it"),
        (b"\xff\xfea\x00\x00\xd8", "break at byte"),
        ("no fever today, no cough".encode("utf-16-le"), "plain text"),
        (random.Random(1).randbytes(500), "plain text"),
    ],
)
def test_refuses_bytes_that_are_no_text(data: bytes, step: str) -> None:
    with pytest.raises(UnreadableText, match=step):
        decode(data)


def test_never_repeats_the_text_it_refuses() -> None:
    with pytest.raises(UnreadableText) as refusal:
        require_plain_text(r"{\rtf1 Ana Ruiz Prueba}")

    assert "Ruiz" not in str(refusal.value)
