from __future__ import annotations

import sys
import unicodedata

import pytest

from epicrisis.text.characters import invisible_inside_words, plain


def test_reads_every_control_and_space_of_unicode_as_a_plain_one() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    blank = [character for character in characters if unicodedata.category(character) in {"Cc", "Zs", "Zl", "Zp"}]

    assert {plain(character) for character in blank} == {" ", "\t", "\n"}


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("chest\u00a0pain\x00.", "chest pain ."),
        ("one\r\ntwo\rthree\x0cfour\u2028five", "one \ntwo\nthree\nfour\nfive"),
        ("\ufeffFever \u200b", " Fever  "),
        ("pneu\u00admonia", "pneu\u00admonia"),
        ("fever\u00ad.", "fever ."),
        ("é 👩‍⚕️", "é 👩 ⚕️"),
    ],
)
def test_keeps_the_length(text: str, reading: str) -> None:
    assert plain(text) == reading
    assert len(reading) == len(text)


def test_finds_invisible_characters_inside_words_only() -> None:
    assert invisible_inside_words("pneu\u00admonia \u200bx e\u0301\u200d\u200dt") == [(4, 5), (16, 18)]
