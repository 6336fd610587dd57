"""Finds terms of the Human Phenotype Ontology for problems: by the name as it stands, by its words, by their letters.

A name that is a term as it stands has that term. Others have the terms that share the weightiest words, as in
``icd10cm``; a word that no term has is read as the one that shares most of its letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.hpo.search import Search
from epicrisis.engines.codes.words.weighing import Certainty
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.engines.shipped import ShippedEngine

FOLDER, TERMS = "hpo", "terms.npz"


class HpoLinker:
    """Terms of the Human Phenotype Ontology below "Phenotypic abnormality"."""

    kinds = frozenset({Coded.PROBLEM})

    def __init__(self, artifact: Artifact) -> None:
        """Link with the terms in ``artifact``, whose card says from which score on an answer is given, and how sure."""
        self.card: EngineCard = artifact.card
        self._artifact = artifact
        self._threshold = artifact.thresholds["score"]
        self._certainty = Certainty(**artifact.temperatures)

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> list[tuple[Code, ...]]:
        """Return the terms of each mention, in order: the likeliest first, ``most`` at most, or none."""
        return [tuple(self._codes(mention, most)) for mention in mentions]

    @cached_property
    def _search(self) -> Search:
        return Search.read(self._artifact.path(TERMS))

    def _codes(self, mention: Mention, most: int) -> Iterator[Code]:
        language = mention.language.partition("-")[0].lower()
        if mention.kind not in self.kinds or language not in self.card.languages:
            return
        told = self._search.nearest(mention.text, around=mention.sentence)[:most]
        if not told or told[0][1] < self._threshold:
            return
        index, (likeliest, highest) = self._search.index, told[0]
        for number, score in told:
            sure = self._certainty.of(score, highest, first=number == likeliest)
            yield Code(CodeSystem.HPO, index.codes[number], index.displays[number], sure)


build = ShippedEngine(FOLDER, HpoLinker)
