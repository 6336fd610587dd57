"""Words and phrases found as whole words, whatever their case and accents, and where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from epicrisis.domain.spans import Span

# What is looked up by its spelling alone may be written "x-ray" or "x ray", and over two lines.
_GAP = r"[\s-]{1,3}"
_LOOKALIKES = {"’": "'", "‘": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"}
_TAKES_ACCENT = frozenset("aeioun")
_ACCENT = "[\u0300-\u036f]?"


class _Folding(dict[int, str]):
    """Every character in lower case and without its accent, one for one, so that places stay what they are."""

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        bare = unicodedata.normalize("NFD", _LOOKALIKES.get(letter, letter))[0].lower()
        self[point] = bare if len(bare) == 1 else letter
        return self[point]


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Return ``text`` in lower case and without accents, character for character: "DIÁLISIS" reads as "dialisis"."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


class Phrases:
    """Phrases that are found where they stand as whole words, the longest where several begin at one place."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.forms = frozenset(map(folded, phrases))
        self.source = alternatives(self.forms)
        self._pattern = re.compile(rf"(?<![\w'])(?:{self.source})(?!\w)")

    def __contains__(self, words: str) -> bool:
        return folded(words) in self.forms

    def find(self, low: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
        """Yield where phrases stand in ``low``, a text as ``folded`` returns it, between two places of it."""
        for match in self._pattern.finditer(low, start, len(low) if end is None else end):
            yield Span(*match.span())

    def first(self, low: str, start: int = 0, end: int | None = None) -> Span | None:
        """Return where the first phrase stands, or ``None``."""
        return next(self.find(low, start, end), None)

    def last(self, low: str, start: int = 0, end: int | None = None) -> Span | None:
        """Return where the last phrase stands, or ``None``."""
        return max(self.find(low, start, end), default=None)


def alternatives(phrases: Iterable[str]) -> str:
    """Return a pattern for any of ``phrases`` in a folded text, longer ones first; none of it can run long."""
    return "|".join(_spelled(folded(phrase)) for phrase in sorted(phrases, key=lambda each: (-len(each), each)))


def _spelled(phrase: str) -> str:
    return _GAP.join("".join(map(_letter, word)) for word in re.split(r"[\s-]+", phrase))


def _letter(letter: str) -> str:
    return re.escape(letter) + (_ACCENT if letter in _TAKES_ACCENT else "")
