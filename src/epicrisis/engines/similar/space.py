"""Where cases lie: one vector each, half of it for their findings, half for the words of their notes.

Cosines add up: that of two whole vectors is the weighted sum of that of their findings and that of their words. Where
there is no note, or none that the encoder of sentences reads, the names of the findings stand in for its words, in
English: so cases are compared that were told in different ways and languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import GRAPH, SHIPPED, likeness
from epicrisis.engines.differential.naming import names_in
from epicrisis.engines.similar import clauses, findings
from epicrisis.engines.similar.clauses import ClauseDirections
from epicrisis.engines.similar.findings import FindingDirections, of_length_one

DIMENSIONS = findings.DIMENSIONS + clauses.DIMENSIONS
# How much findings count beside words; docs/decisions/0041-similar-cases.md tells on which cases it was chosen.
WEIGHT_OF_FINDINGS = 0.4
ENGLISH = "en"
# A change of what vectors are made with is another space: cases of one are not compared with those of another.
_VERSION = "1"

Vector = NDArray[np.float32]


class CaseSpace:
    """Gives a case the vector it is compared by; ``name`` says what it was made with."""

    def __init__(
        self, found: FindingDirections, said: ClauseDirections, names: Mapping[str, str], *, name: str = _VERSION
    ) -> None:
        """Use these directions, and the English ``names`` of findings."""
        self.name = name
        self._names = names
        self._found = found
        self._said = said

    def implied(self, found: Mapping[str, bool]) -> dict[str, bool]:
        """Return what was ``found``, and that what lies above a finding that is there is there as well."""
        return self._found.implied(found)

    def vector(self, found: Mapping[str, bool], text: str, language: str) -> Vector | None:
        """Return the vector of length 1 of what was ``found`` and of ``text``; ``None`` where neither says a thing."""
        said = self._said.vector(text, language)
        if not said.any():
            there = [self._names[each] for each, present in found.items() if present and each in self._names]
            said = self._said.together(there, ENGLISH)
        of_findings = math.sqrt(WEIGHT_OF_FINDINGS) * self._found.vector(found)
        whole = np.concatenate([of_findings, math.sqrt(1 - WEIGHT_OF_FINDINGS) * said])
        return of_length_one(whole) if whole.any() else None


@cache
def case_space() -> CaseSpace:
    """Return the space over the tables and the encoders of sentences we ship, made once.

    Raises:
        ArtifactError: a file of an encoder is missing or not what its card says.
    """
    encoders = [each.card.sha256[GRAPH][:8] for each in SHIPPED.values()]
    name = "-".join([_VERSION, *encoders])
    return CaseSpace(FindingDirections(knowledge_base()), ClauseDirections(likeness), names_in(ENGLISH), name=name)
