"""Cases drawn from the knowledge base, as vectors: a condition, some of its findings, and what those are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Condition
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import likeness
from epicrisis.engines.differential.naming import names_in
from epicrisis.engines.similar.clauses import ClauseDirections
from epicrisis.engines.similar.findings import FindingDirections, of_length_one
from epicrisis.engines.similar.space import WEIGHT_OF_FINDINGS

# What one visit tells of a patient: so many of the findings they have, and so many that were looked for in vain.
_TOLD, _DENIED = (3, 12), (0, 5)

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case: its vector, and what a search may be narrowed by."""

    vector: Vector
    age: float
    sex: Sex
    outcome: str


class Drawing:
    """Draws cases of every condition alike, their findings as often as the tables say, and no two the same."""

    def __init__(self, base: KnowledgeBase | None = None, *, seed: int = 20_311_127) -> None:
        self._base = base or knowledge_base()
        self._random = np.random.default_rng(seed)
        self._conditions = list(self._base.conditions.values())
        self._findings = list(self._base.findings)
        self._directions = FindingDirections(self._base)
        names, said, reads = names_in("en"), ClauseDirections(likeness), likeness("en")
        assert reads is not None
        # What each is called, there and not there, as a note would say it.
        self._there = said.each([names[each] for each in self._findings], reads)
        self._denied = said.each([f"no {names[each]}" for each in self._findings], reads)

    def case(self) -> Drawn:
        """Return the next case."""
        row = int(self._random.integers(len(self._conditions)))
        has = self._random.random(len(self._findings)) < self._base.likelihood[row]
        named = self._base.named[row]
        told = self._some(np.flatnonzero(has & named), _TOLD)
        denied = self._some(np.flatnonzero(~has & named), _DENIED)
        found = {self._findings[each]: True for each in told} | {self._findings[each]: False for each in denied}
        words = self._there[told].sum(axis=0) + self._denied[denied].sum(axis=0)
        parts = (
            np.sqrt(WEIGHT_OF_FINDINGS) * self._directions.vector(found),
            np.sqrt(1 - WEIGHT_OF_FINDINGS) * of_length_one(words),
        )
        return Drawn(of_length_one(np.concatenate(parts)), *self._whose(self._conditions[row]))

    def _some(self, columns: NDArray[np.intp], bounds: tuple[int, int]) -> NDArray[np.intp]:
        many = min(len(columns), int(self._random.integers(bounds[0], bounds[1] + 1)))
        return self._random.choice(columns, many, replace=False)

    def _whose(self, condition: Condition) -> tuple[float, Sex, str]:
        sex = Sex.FEMALE if self._random.random() < condition.female else Sex.MALE
        return float(self._random.integers(0, 90)), sex, condition.icd10cm
