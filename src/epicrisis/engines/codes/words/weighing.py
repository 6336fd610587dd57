"""What the words of a name count, and how sure a code is whose term has them.

The word a name is about counts more than others, and what only narrows it counts less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from epicrisis.engines.codes.words.terms import plain_words, words

# Finds the number of a word for one that has none, and how far they are alike (0 to 1).
AlikeWord = Callable[[str], tuple[int, float] | None]

# "Fracture of the radius", "pain in the knee", "pneumonia with sepsis": what stands before is what it is about.
_ABOUT = re.compile(r"\b(?:of|in|with|to|at|on|from|due|secondary|involving|over|for|without)\b|[,;(/]")
_HEAD, _NARROW = 1.3, 0.7
# What a word that no term has weighs: as much as a common one.
_UNKNOWN = 4.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """The numbers of the words of a name, each with what it counts, and the weight of those that no term has."""

    known: Mapping[int, float]
    unknown: float


@dataclass(frozen=True, slots=True)
class Certainty:
    """How often a code is right, as measured: the first by its score, others by how far behind they are."""

    slope: float
    middle: float
    fall: float
    later: float

    def of(self, score: float, likeliest: float, *, first: bool) -> float:
        """Return how sure a code with ``score`` is, beside the ``likeliest`` of all."""
        surest = _logistic(self.slope * (likeliest - self.middle))
        return surest if first else min(surest, _logistic(self.later - self.fall * (likeliest - score)))


def weighed(said: Sequence[str], head: str, numbers: Mapping[str, int], *, alike: AlikeWord | None = None) -> Weighed:
    """Return what each of the plain words ``said`` counts, where ``head`` is what the name is about.

    A word without a number is read as the one that ``alike`` finds, as far as they are alike.
    """
    known, unknown = dict[int, float](), 0.0
    for word in said:
        found = (numbers[word], 1.0) if word in numbers else alike and alike(word)
        if found:
            number, share = found
            known[number] = max(known.get(number, 0.0), share * _counts(word, head))
        elif not _says_little(word):
            unknown += _UNKNOWN
    return Weighed(known, unknown)


def head_of(name: str, plain: Sequence[str], *, around: str = "") -> str:
    """Return the plain word that ``name`` is about; its words are ``plain``, and ``around`` is for ``plain_words``."""
    about = _ABOUT.search(name.casefold())
    said = plain_words(name.casefold()[: about.start()], around=around) if about else plain
    return said[-1] if said else ""


def _counts(word: str, head: str) -> float:
    """Return what ``word`` counts beside its weight: what only narrows a name is no reason for a code by itself."""
    if word == head:
        return _HEAD
    return _NARROW if word in words().narrow else 1.0


def _says_little(word: str) -> bool:
    """Say whether ``word`` tells how and not what: "moderately", "palpable"."""
    return word.endswith("ly") or word in words().light


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-value))
