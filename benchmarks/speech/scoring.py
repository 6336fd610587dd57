"""How far what was written down is from what was said: word errors, and negations that came or went."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from benchmarks.speech.notes import negations

_WORD = re.compile(r"[\w']+")
# Whisper writes figures; the notes have words. Beyond these, nothing is said in the notes.
_FIGURES = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"],
}


@dataclass(slots=True)
class Score:
    """What was counted over some dictations."""

    words: int = 0
    errors: int = 0
    negations: int = 0
    lost: int = 0
    invented: int = 0
    seconds: float = 0.0
    took: float = 0.0
    processor: float = 0.0
    dropped: int = 0

    @property
    def word_error(self) -> float:
        """Return the word error rate."""
        return self.errors / max(1, self.words)

    @property
    def real_time(self) -> float:
        """Return how long it took in terms of how long the recordings are."""
        return self.took / max(1e-9, self.seconds)

    def add(self, said: str, written: str, language: str) -> None:
        """Count one dictation."""
        reference, hypothesis = words(said, language), words(written, language)
        self.words += len(reference)
        self.errors += distance(reference, hypothesis)
        before, after = Counter(negations(said, language)), Counter(negations(written, language))
        self.negations += before.total()
        self.lost += (before - after).total()
        self.invented += (after - before).total()


def words(text: str, language: str) -> list[str]:
    """Return the words of ``text`` as they are compared: small, no marks, figures up to twelve as words."""
    figures = _FIGURES[language]
    found = _WORD.findall(text.lower().replace("-", " ").replace("’", "'"))
    return [
        figures[int(word)] if word.isascii() and word.isdigit() and int(word) < len(figures) else word for word in found
    ]


def distance(reference: list[str], hypothesis: list[str]) -> int:
    """Return how many words have to be put in, left out or replaced (Levenshtein 1966)."""
    row = np.arange(len(hypothesis) + 1)
    for word in reference:
        replaced = row[:-1] + np.array([word != other for other in hypothesis], dtype=int)
        best = np.minimum(row[1:] + 1, replaced)
        above, row = row[0] + 1, np.empty_like(row)
        row[0] = above
        for at, value in enumerate(best, start=1):
            row[at] = min(value, row[at - 1] + 1)
    return int(row[-1])
