"""How many words, pairs of words and words in order two texts share: ROUGE (Lin 2004, ACL workshop on summaries)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# As the package `rouge-score` reads English, so that figures can be held against others'; accents are letters.
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a summary and a reference share, of how much on either side."""

    shared: float
    summary: float
    reference: float

    @property
    def is_defined(self) -> bool:
        """Return whether there is anything on either side."""
        return self.summary + self.reference > 0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall, 0 where nothing is shared."""
        whole = self.summary + self.reference
        return 2 * self.shared / whole if whole else 0.0


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` as ROUGE counts them: in small letters, without marks."""
    return _WORD.findall(text.lower())


def rouge_n(summary: Sequence[str], reference: Sequence[str], n: int) -> Overlap:
    """Return how many sequences of ``n`` words the two share, each as often as it stands in both."""
    ours, theirs = _sequences(summary, n), _sequences(reference, n)
    return Overlap((ours & theirs).total(), ours.total(), theirs.total())


def rouge_l(summary: Sequence[str], reference: Sequence[str]) -> Overlap:
    """Return the longest run of words that stands in both in the same order, with gaps."""
    row = [0] * (len(reference) + 1)
    for word in summary:
        diagonal = 0
        for place, other in enumerate(reference, 1):
            above = row[place]
            row[place] = diagonal + 1 if word == other else max(above, row[place - 1])
            diagonal = above
    return Overlap(row[-1], len(summary), len(reference))


def _sequences(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + n]) for at in range(len(words) - n + 1))
