"""What a word looks like: its characters with their case, and what stands before it."""

from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.encoder.pieces import Pieces
from epicrisis.engines.privacy.shapes import CODES, FIRST, LAST, shapes


def pieces(*words: tuple[int, int]) -> Pieces:
    starts, ends = (np.array(column, dtype=np.int64) for column in zip(*words, strict=True))
    places = np.arange(len(words), dtype=np.int64)
    return Pieces(ids=places, starts=starts, ends=ends, words=places, word_ends=ends)


def test_case_makes_another_character_and_an_accent_does_not() -> None:
    characters, _ = shapes("May may Máy", pieces((0, 3), (4, 7), (8, 11)))

    assert characters[0, 0] != characters[1, 0]
    assert characters[0, 1:3].tolist() == characters[1, 1:3].tolist()
    assert characters[2].tolist() == characters[0].tolist()


def test_a_short_word_is_followed_by_nothing_and_a_long_one_keeps_both_ends() -> None:
    text = "Ana " + "b" * FIRST + "x" * 7 + "c" * LAST

    characters, _ = shapes(text, pieces((0, 3), (4, len(text))))

    assert characters.shape == (2, FIRST + LAST)
    assert (characters[0, 3:] == 0).all()
    assert len(set(characters[1, :FIRST].tolist())) == len(set(characters[1, FIRST:].tolist())) == 1


@pytest.mark.parametrize(
    ("gap", "kind"),
    [("", 0), (" ", 1), ("\t ", 2), ("\n", 3), (" \n\n", 4)],
    ids=["none", "one", "two", "line", "empty"],
)
def test_what_stands_before_a_word_is_told(gap: str, kind: int) -> None:
    text = f"a{gap}b"

    _, before = shapes(text, pieces((0, 1), (len(text) - 1, len(text))))

    assert before.tolist() == [5, kind]


def test_every_character_there_is_has_a_code() -> None:
    text = "aÀ漢🙂\u0663\u00ad"

    characters, _ = shapes(text, pieces((0, len(text))))

    assert (characters[0, : len(text)] > 0).all()
    assert characters.max() < CODES
