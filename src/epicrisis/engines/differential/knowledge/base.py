"""The knowledge base as numbers: how often each finding is found in each condition, and in whoever consults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.differentials import Urgency
from epicrisis.engines.differential.knowledge.entries import Chance, Condition, Finding, Measure

Floats = NDArray[np.float64]

# Nothing is certain: what no patient of a textbook has, one in two hundred has.
LEAST, MOST = 0.003, 0.985


class KnowledgeBase:
    """Findings, conditions and chances, each in the order of their tables.

    ``chances`` need not name every pair. Whoever has a condition has a finding that is not named as often as anybody
    who consults; and beneath a finding that is named, as often as that allows.
    """

    def __init__(
        self,
        findings: Iterable[Finding],
        conditions: Iterable[Condition],
        chances: Iterable[Chance],
        measures: Iterable[Measure] = (),
    ) -> None:
        self.findings: Mapping[str, Finding] = {each.id: each for each in parents_first(findings)}
        self.conditions: Mapping[str, Condition] = {each.id: each for each in conditions}
        self.measures: Sequence[Measure] = tuple(measures)
        self.chances: Sequence[Chance] = tuple(chances)
        self.row = {name: number for number, name in enumerate(self.conditions)}
        self.column = {name: number for number, name in enumerate(self.findings)}

    @cached_property
    def parent(self) -> Sequence[int | None]:
        """Return the column of the finding that each finding is counted beneath."""
        return [self.column[each.parents[0]] if each.parents else None for each in self.findings.values()]

    @cached_property
    def background(self) -> Floats:
        """Return how often each finding is found in whoever consults for something else."""
        background = np.clip([each.chance for each in self.findings.values()], LEAST, MOST)
        for column in reversed(range(len(background))):
            self._raise_parent(background, column)
        return background

    @cached_property
    def named(self) -> NDArray[np.bool_]:
        """Return which chances the tables name, conditions by findings."""
        named = np.zeros((len(self.conditions), len(self.findings)), dtype=bool)
        for each in self.chances:
            named[self.row[each.condition], self.column[each.finding]] = True
        return named

    @cached_property
    def likelihood(self) -> Floats:
        """Return how often each finding is found in each condition, conditions by findings."""
        likelihood = np.zeros((len(self.conditions), len(self.findings)))
        for each in self.chances:
            likelihood[self.row[each.condition], self.column[each.finding]] = each.chance
        # A finding is there at least as often as each that lies beneath it.
        for column in reversed(range(len(self.findings))):
            self._raise_parent(likelihood, column)
        known = likelihood > 0
        # Not named, it may be there for another reason too.
        likelihood = np.where(known & ~self.named, np.maximum(likelihood, self.background), likelihood)
        for column, parent in enumerate(self.parent):
            usual = self.background[column]
            if parent is None:
                expected = np.full(len(self.conditions), usual)
            else:
                expected = likelihood[:, parent] * usual / self.background[parent]
            likelihood[:, column] = np.where(known[:, column], likelihood[:, column], expected)
        return np.clip(likelihood, LEAST, MOST)

    @cached_property
    def together(self) -> Floats:
        """Return 1 where two conditions do not exclude each other, else 0, conditions by conditions."""
        together = np.zeros((len(self.conditions), len(self.conditions)))
        for each in self.conditions.values():
            for other in each.accompanies:
                together[self.row[each.id], self.row[other]] = together[self.row[other], self.row[each.id]] = 1
        return together

    @cached_property
    def flagged(self) -> Mapping[str, Sequence[int]]:
        """Return, by finding, the rows of the conditions that somebody has to act on and that it makes dangerous."""
        flagged: dict[str, list[int]] = {}
        for row, condition in enumerate(self.conditions.values()):
            if condition.urgency in (Urgency.EMERGENCY, Urgency.URGENT):
                for finding in condition.red_flags:
                    flagged.setdefault(finding, []).append(row)
        return flagged

    @cached_property
    def emergencies(self) -> Sequence[int]:
        """Return the rows of the conditions that cannot wait."""
        return [row for row, each in enumerate(self.conditions.values()) if each.urgency is Urgency.EMERGENCY]

    def _raise_parent(self, table: Floats, column: int) -> None:
        parent = self.parent[column]
        if parent is not None:
            table[..., parent] = np.maximum(table[..., parent], table[..., column])


def parents_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return ``findings`` so that none stands before one of its parents; those that lie in a circle stand last."""
    waiting, ordered, placed = list(findings), list[Finding](), set[str]()
    known = {each.id for each in waiting}
    while waiting:
        ready = [each for each in waiting if all(parent in placed or parent not in known for parent in each.parents)]
        ordered += ready or waiting
        placed |= {each.id for each in ready or waiting}
        waiting = [each for each in waiting if each.id not in placed]
    return ordered
