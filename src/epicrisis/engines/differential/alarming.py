"""What needs action whatever the ranking says: findings that are red flags, and the dangers this case leaves open.

A red flag of a condition makes that condition dangerous, and tells nothing by itself where it is common: fever after a
bite is one, fever alone is none. `docs/decisions/0044-alarms.md` says how that was decided and what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

from epicrisis.domain.differentials import Alarm, Case, FindingKind, Observed
from epicrisis.engines.differential.knowledge.base import Floats, KnowledgeBase

# What so few have who consult for something else is alarming by itself, where it is a red flag of an emergency: of what
# a test shows more, for nobody is tested without a reason.
_SELDOM, _SELDOM_TESTED = 0.0125, 0.03
# What so many have who have an emergency points to it, though it is no sign that it takes a bad turn.
_TELLING = 0.25
# How likely a condition has to be to be named beside a finding that is alarming by itself, and beside one that is not.
_LEAST_SHARE, _PLAUSIBLE = 0.005, 0.05
# An emergency is always named that is so likely by itself; or that has such a share, where the findings made it so many
# times likelier than it was.
_LIKELY = 0.1
_SUSPECTED, _TIMES = 0.03, 25.0
_MOST_NAMED = 3
# What somebody or a relative had makes a danger likelier and is none itself: a previous stroke is no alarm of one.
_HAD = ("history-of-", "family-history-")


@dataclass(frozen=True)
class Seen:
    """One case as it was scored: each is by condition, in the order of the base.

    ``odds`` are shares of all, ``confidence`` is how likely each is by itself whatever it is known as, ``raised`` how
    much the findings together speak for it, and ``weights`` how much each of them does, by its column.
    """

    base: KnowledgeBase
    case: Case
    odds: Floats
    confidence: Floats
    raised: Floats
    weights: Mapping[int, Floats]

    @cached_property
    def present(self) -> Mapping[str, Observed]:
        """Return what is there now, by its finding."""
        there = (each for each in self.case.observed if each.present)
        return {each.finding: each for each in there if not each.finding.startswith(_HAD)}

    def dangers(self, finding: str) -> list[int]:
        """Return the rows of what ``finding`` makes alarming and the case does not speak against, likeliest first."""
        flagged = self.base.flagged.get(finding, ())
        alone = self._is_alarming(finding, flagged)
        rows, least = {*flagged, *(self._pointed_to(finding) if alone else ())}, _LEAST_SHARE if alone else _PLAUSIBLE
        return sorted((row for row in rows if self.odds[row] >= least and self.raised[row] > 0), key=self._order)

    def likely(self) -> Iterator[tuple[str, int]]:
        """Yield emergencies that are likely or suspected, the likeliest first, and what speaks most for each."""
        told = {self.base.column[finding]: finding for finding in self.present}
        for row in sorted(self.base.emergencies, key=self._order):
            weight, column = max(((self.weights[each][row], each) for each in told), default=(0.0, 0))
            if weight > 0 and self._is_likely(row):
                yield told[column], row

    def _is_likely(self, row: int) -> bool:
        suspected = self.odds[row] >= _SUSPECTED and self.raised[row] >= log(_TIMES)
        return bool(suspected or self.confidence[row] >= _LIKELY)

    def _is_alarming(self, finding: str, flagged: Sequence[int]) -> bool:
        tested = self.base.findings[finding].kind in (FindingKind.LAB, FindingKind.STUDY)
        seldom = self.base.background[self.base.column[finding]] <= (_SELDOM_TESTED if tested else _SELDOM)
        return bool(seldom and set(flagged) & set(self.base.emergencies))

    def _pointed_to(self, finding: str) -> list[int]:
        column = self.base.column[finding]
        named, often = self.base.named[:, column], self.base.likelihood[:, column] >= _TELLING
        return [row for row in self.base.emergencies if named[row] and often[row]]

    def _order(self, row: int) -> float:
        return -float(self.odds[row])


def alarms(seen: Seen, language: str, most: int) -> list[Alarm]:
    """Return the alarms of a case, with the dangers named in ``language``: of what is likeliest first."""
    conditions = list(seen.base.conditions.values())
    named = {finding: rows[:_MOST_NAMED] for finding in seen.present if (rows := seen.dangers(finding))}
    told = {row for rows in named.values() for row in rows}
    for finding, row in seen.likely():
        if row not in told:
            named[finding] = sorted([*named.get(finding, ()), row], key=lambda each: -seen.odds[each])
    order = sorted(named, key=lambda finding: -float(np.sum(seen.odds[named[finding]])))
    return [
        Alarm(
            seen.present[finding],
            seen.base.findings[finding].names[language],
            tuple(conditions[row].names[language] for row in named[finding]),
        )
        for finding in order[:most]
    ]
