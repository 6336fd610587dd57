"""Whether a text is English or Spanish."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from epicrisis.text.characters import unaccented
from epicrisis.text.evidence import evidence

_WORD = re.compile(r"[^\W\d_]+")
# An accent speaks for Spanish, but less than a word does: "Guillain-Barré" and "Ménière" stand in English notes. A
# sentence that begins with a question mark speaks as a word does.
_ACCENTED = re.compile(r"[áéíóúñ]")
_ACCENT_WEIGHT = 0.5
_INVERTED = re.compile(r"[¿¡]")
_INVERTED_WEIGHT = 3.0
# What the letters of a word say is worth half of what is known of a word.
_LETTERS_WEIGHT, _MOST_OF_LETTERS = 1.5, 2.0
# Names of drugs and places sound Spanish ("Norvasc", "Algeria"). A text that could be either is English: whoever speaks
# the contracts of the English servers can say nothing else.
_SPANISH_FROM = 0.75
# From here on, four sentences of a hundred thousand are taken for the other language: docs/explanation/languages.md.
_CLEAR = 8.0


def detect_language(text: str) -> str:
    """Return "en" or "es", whichever more of ``text`` is in; "en" where little speaks for Spanish.

    Case and accents may be missing: they are hardly looked at.
    """
    return "es" if spanishness(text) >= _SPANISH_FROM else "en"


def clear_language(text: str) -> str | None:
    """Return the language of ``text`` where nobody would doubt it, and ``None`` for all that is short or between."""
    found = spanishness(text)
    return None if abs(found) < _CLEAR else "es" if found > 0 else "en"


def spanishness(text: str) -> float:
    """Return how much speaks for Spanish, less what speaks for English."""
    known = evidence()
    total = 0.0 if text.isascii() else _weight_of_marks(unicodedata.normalize("NFC", text.lower()))
    for word, times in Counter(words_of(text)).items():
        weight = known.words.get(word)
        total += times * (weight_of_letters(word, known.letters) if weight is None else weight)
    return total


def _weight_of_marks(lowered: str) -> float:
    accents, inverted = len(_ACCENTED.findall(lowered)), len(_INVERTED.findall(lowered))
    return _ACCENT_WEIGHT * accents + _INVERTED_WEIGHT * inverted


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, small and without accents."""
    return _WORD.findall(unaccented(text.lower()))


def weight_of_letters(word: str, letters: Mapping[str, int]) -> float:
    """Return what ``letters`` say of ``word``, which is small and without accents."""
    mean = sum([letters.get(three, 0) for three in threes_of(word)]) / len(word)
    return max(-_MOST_OF_LETTERS, min(_MOST_OF_LETTERS, _LETTERS_WEIGHT * mean))


def threes_of(word: str) -> list[str]:
    """Return every three letters in a row of ``word``, its edges written as ``_``: as many as it has letters."""
    edged = f"_{word}_"
    return [edged[place : place + 3] for place in range(len(word))]
