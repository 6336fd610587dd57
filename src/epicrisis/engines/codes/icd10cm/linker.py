"""Finds ICD-10-CM codes for problems: the terms that share the weightiest words with a name, nearest first.

Words are weighed by how few terms have them (Spärck Jones 1972, Journal of Documentation 28:11), the word a name is
about counts more, and a term that leaves part of the name unsaid counts less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.icd10cm.history import history_file, history_of
from epicrisis.engines.codes.icd10cm.sides import Sides
from epicrisis.engines.codes.icd10cm.spelling import Spelling
from epicrisis.engines.codes.words.index import Index
from epicrisis.engines.codes.words.terms import plain_words
from epicrisis.engines.codes.words.weighing import Certainty, head_of, weighed
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.engines.shipped import ShippedEngine

FOLDER, TERMS = "icd10cm", "terms.npz"

# How many terms are looked at, and how many codes of one category come before those of others: the five a coder chooses
# from should differ in more than a detail nobody told.
_CANDIDATES, _OF_A_CATEGORY = 80, 2
_CATEGORY = slice(3)
# "c/c/e", "m/r/g": letters that no list spells out say nothing.
_SLASHED = re.compile(r"[a-z](?:/[a-z])?")


class Icd10cmLinker:
    """Codes of the clinical modification of ICD-10, as the United States use it."""

    kinds = frozenset({Coded.PROBLEM})

    def __init__(self, artifact: Artifact) -> None:
        """Link with the terms in ``artifact``, whose card says from which score on an answer is given, and how sure."""
        self.card: EngineCard = artifact.card
        self._artifact = artifact
        self._threshold = artifact.thresholds["score"]
        self._certainty = Certainty(**artifact.temperatures)

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> list[tuple[Code, ...]]:
        """Return the codes of each mention, in order: the likeliest first, ``most`` at most, or none."""
        return [tuple(self._codes(mention, most)) for mention in mentions]

    @cached_property
    def _index(self) -> Index:
        return Index.read(self._artifact.path(TERMS))

    @cached_property
    def _sides(self) -> Sides:
        return Sides.read(self._artifact.path(TERMS))

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._index.words)

    @cached_property
    def _of_history(self) -> Mapping[str, str]:
        """Return what the codes of a history are called."""
        index, content = self._index, history_file()
        wanted = {*content["events"].values(), *content["cancers"].values()}
        return {
            index.codes[number]: index.displays[number]
            for number in range(len(index.codes))
            if index.codes[number] in wanted
        }

    def _codes(self, mention: Mention, most: int) -> Iterator[Code]:
        if mention.kind not in self.kinds or mention.language not in self.card.languages:
            return
        around = f"{mention.section or ''} {mention.sentence}"
        plain = plain_words(mention.text, around=around)
        if all(map(_SLASHED.fullmatch, plain)):
            return
        said = [self._spelling.mended(word) for word in plain]
        numbers = self._index.words
        name = weighed(said, head_of(mention.text, plain, around=around), numbers)
        beside = {numbers[word] for word in plain_words(mention.sentence) if word in numbers} - set(name.known)
        best = dict[int, float]()
        for near in self._index.near(name.known, unknown=name.unknown, around=beside, most=_CANDIDATES):
            best.setdefault(self._sides.on_side(near.code, said), near.score)
        told = self._spread(best, most)
        if not told or told[0][1] < self._threshold:
            return
        likeliest, given = told[0][1], set[str]()
        for number, score in told:
            sure = self._certainty.of(score, likeliest, first=number == told[0][0])
            code, display = self._index.codes[number], self._index.displays[number]
            over = history_of(code, mention)
            if over != code:
                code, display = over, self._of_history[over]
            if code not in given:
                given.add(code)
                yield Code(CodeSystem.ICD_10_CM, code, display, sure)

    def _spread(self, best: Mapping[int, float], most: int) -> list[tuple[int, float]]:
        """Return the ``most`` codes of ``best``, with those of a category that has enough only where others run out."""
        of_category = Counter[str]()
        first, later = list[tuple[int, float]](), list[tuple[int, float]]()
        for number, score in best.items():
            category = self._index.codes[number][_CATEGORY]
            (first if of_category[category] < _OF_A_CATEGORY else later).append((number, score))
            of_category[category] += 1
        return sorted([*first, *later][:most], key=lambda told: -told[1])


build = ShippedEngine(FOLDER, Icd10cmLinker)
