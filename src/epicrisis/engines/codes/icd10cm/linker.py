"""Finds ICD-10-CM codes for problems: the terms that share the weightiest words with a name, nearest first.

Words are weighed by how few terms have them (Spärck Jones 1972, Journal of Documentation 28:11), the word a name is
about counts more, and a term that leaves part of the name unsaid counts less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import exp

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.icd10cm.index import Index
from epicrisis.engines.codes.icd10cm.spelling import Spelling
from epicrisis.engines.codes.icd10cm.terms import plain_words, words
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.engines.shipped import ShippedEngine

FOLDER, TERMS = "icd10cm", "terms.npz"

# "Fracture of the radius", "pain in the knee", "pneumonia with sepsis": what stands before is what it is about.
_ABOUT = re.compile(r"\b(?:of|in|with|to|at|on|from|due|secondary|involving|over|for|without)\b|[,;(/]")
_HEAD, _NARROW = 1.3, 0.7
# What a word that no term has weighs: as much as a common one.
_UNKNOWN = 4.0
# How many terms are looked at, and how many codes of one category come before those of others: the five a coder chooses
# from should differ in more than a detail nobody told.
_CANDIDATES, _OF_A_CATEGORY = 80, 2
_CATEGORY = slice(3)


class Icd10cmLinker:
    """Codes of the clinical modification of ICD-10, as the United States use it."""

    kinds = frozenset({Coded.PROBLEM})

    def __init__(self, artifact: Artifact) -> None:
        """Link with the terms in ``artifact``, whose card says from which score on an answer is given, and how sure."""
        self.card: EngineCard = artifact.card
        self._artifact = artifact
        self._threshold = artifact.thresholds["score"]
        self._temperatures = artifact.temperatures

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> list[tuple[Code, ...]]:
        """Return the codes of each mention, in order: the likeliest first, ``most`` at most, or none."""
        return [tuple(self._codes(mention, most)) for mention in mentions]

    @cached_property
    def _index(self) -> Index:
        return Index.read(self._artifact.path(TERMS))

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._index.words)

    def _codes(self, mention: Mention, most: int) -> Iterator[Code]:
        if mention.kind not in self.kinds or mention.language not in self.card.languages:
            return
        around = f"{mention.section or ''} {mention.sentence}"
        said = [self._spelling.mended(word) for word in plain_words(mention.text, around=around)]
        weighed, unknown = self._weighed(said, _head(mention.text, around))
        numbers = self._index.words
        beside = {numbers[word] for word in plain_words(mention.sentence) if word in numbers} - set(weighed)
        best = dict[int, float]()
        for near in self._index.near(weighed, unknown=unknown, around=beside, most=_CANDIDATES):
            best.setdefault(self._index.on_side(near.code, said), near.score)
        told = self._spread(best, most)
        if not told or told[0][1] < self._threshold:
            return
        likeliest = told[0][1]
        for number, score in told:
            sure = self._sure(score, likeliest, first=number == told[0][0])
            yield Code(CodeSystem.ICD_10_CM, self._index.codes[number], self._index.displays[number], sure)

    def _spread(self, best: Mapping[int, float], most: int) -> list[tuple[int, float]]:
        """Return the ``most`` codes of ``best``, with those of a category that has enough only where others run out."""
        of_category = Counter[str]()
        first, later = list[tuple[int, float]](), list[tuple[int, float]]()
        for number, score in best.items():
            category = self._index.codes[number][_CATEGORY]
            (first if of_category[category] < _OF_A_CATEGORY else later).append((number, score))
            of_category[category] += 1
        return sorted([*first, *later][:most], key=lambda told: -told[1])

    def _weighed(self, said: Sequence[str], head: str) -> tuple[Mapping[int, float], float]:
        """Return the words of a name with what each counts, and the weight of those that no term has."""
        numbers = self._index.words
        known = {numbers[word]: _counts(word, head) for word in said if word in numbers}
        return known, _UNKNOWN * sum(word not in numbers and not _says_little(word) for word in said)

    def _sure(self, score: float, likeliest: float, *, first: bool) -> float:
        """Return how often a code is right, as measured: the first by its score, others by how far behind they are."""
        at = self._temperatures
        surest = _logistic(at["slope"] * (likeliest - at["middle"]))
        return surest if first else min(surest, _logistic(at["later"] - at["fall"] * (likeliest - score)))


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


def _counts(word: str, head: str) -> float:
    """Return what ``word`` counts beside its weight: what only narrows a name is no reason for a code by itself."""
    if word == head:
        return _HEAD
    return _NARROW if word in words().narrow else 1.0


def _says_little(word: str) -> bool:
    """Say whether ``word`` tells how and not what: "moderately", "palpable"."""
    return word.endswith("ly") or word in words().light


def _head(name: str, around: str) -> str:
    """Return the plain word that ``name`` is about."""
    [first, *_] = _ABOUT.split(name.casefold(), maxsplit=1)
    return (plain_words(first, around=around) or ("",))[-1]


build = ShippedEngine(FOLDER, Icd10cmLinker)
