"""What speaks for a language: words and letters, as ``epicrisis-lab language learn`` has counted them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.errors import InvalidWordList
from epicrisis.text.characters import unaccented
from epicrisis.text.wordlists import word_lists

# The counts are of whole corpora; what a person wrote into the lists outweighs all but the strongest of them.
_WRITTEN = 3
# Units are written alike everywhere, and stand beside every number: however often a corpus has them, they say nothing.
_SIDES = {"en": -1, "es": 1, "both": 0, "units": 0}


@dataclass(frozen=True, slots=True)
class Evidence:
    """By word, and by three letters in a row of all other words, how much they speak: for Spanish above nought.

    The edge of a word is written as ``_``. A weight is about the natural logarithm of how many times as often Spanish
    has it as English.
    """

    words: Mapping[str, int]
    letters: Mapping[str, int]


@cache
def evidence() -> Evidence:
    """Return the shipped evidence, the lists written by hand above the counts."""
    words: dict[str, int] = {}
    letters: dict[str, int] = {}
    for name in _SIDES:
        file = f"{name}.toml"
        counts = counted(file, (files(__name__) / file).read_text(encoding="utf-8"))
        words |= counts.words
        letters |= counts.letters
    for language in ("en", "es"):
        for listed in word_lists("common_words", language).values():
            words |= dict.fromkeys(map(unaccented, listed), _SIDES[language] * _WRITTEN)
    return Evidence(words, letters)


def counted(file: str, content: str) -> Evidence:
    """Return the counts in ``content``, which must say its ``source`` and hold each list sorted and without repeats.

    Raises:
        InvalidWordList: it does not; the message names the file and the list.
    """
    # Words stand side by side in one string: a list of strings takes twelve times as long to parse.
    table = tomllib.loads(content)
    if not table.get("source"):
        raise InvalidWordList(f"{file}: no `source`; say where the words come from.")
    side = _SIDES[file.removesuffix(".toml")]
    return Evidence(*(_weights(file, table, name, side) for name in ("words", "letters")))


def _weights(file: str, table: Mapping[str, Mapping[str, str]], name: str, side: int) -> Mapping[str, int]:
    weights: dict[str, int] = {}
    for weight, listed in table.get(name, {}).items():
        words = listed.split()
        if words != sorted(set(words)):
            raise InvalidWordList(f"{file}: `{name}.{weight}` is not sorted, or holds a word twice.")
        weights |= dict.fromkeys(words, side * int(weight))
    return weights
