"""Whether a text is English or Spanish."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from epicrisis.text.wordlists import word_lists

_WORD = re.compile(r"[^\W\d_]+")
# An accent speaks for Spanish, but less than a word does: "Guillain-Barré" and "Ménière" stand in English notes.
_SPANISH_MARK = re.compile(r"[áéíóúñ¿¡]")
_MARK_WEIGHT = 0.5


def detect_language(text: str) -> str:
    """Return "en" or "es" by the everyday words of each and by accents; "en" where nothing speaks for Spanish."""
    lowered = unicodedata.normalize("NFC", text.lower())
    words = _WORD.findall(lowered)
    english, spanish = (_count(words, language) for language in ("en", "es"))
    spanish += _MARK_WEIGHT * len(_SPANISH_MARK.findall(lowered))
    return "es" if spanish > english else "en"


def _count(words: Sequence[str], language: str) -> float:
    common = frozenset(word_lists("common_words", language)["words"])
    return sum(word in common for word in words)
