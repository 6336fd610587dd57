"""Scores of all conditions for a case: the log-odds of each, as a sum of what every finding adds to it.

Naive Bayes along the hierarchy of findings: a finding that is there is counted given the one above it ("pleuritic"
given "chest pain"), so that what is said twice is counted once. What findings add is damped by one factor, since they
are not independent given the condition (Hand and Yu 2001, "Idiot's Bayes: not so stupid after all?"), and so is what
age, sex and incidence add, since who writes a question about a patient has seen more than they write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.differentials import Case, Severity
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.knowledge.base import Floats, KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import BANDS

_NEVER = -np.inf
_USUAL_SEVERITY = 3
_RAREST = 1e-6
# Of those who have chest pain, no more than that share has it of one kind.
_MOST_SHARE = 0.97


@dataclass(frozen=True, slots=True)
class Term:
    """What one finding adds to the log-odds of each condition, before damping.

    ``tellers`` are the columns of the observed findings that tell it: a finding, or whichever lie beneath it. Where
    ``given`` is not empty, it is added only once one of those is there as well: that is what is known of a finding that
    is not there changes with the finding above it.
    """

    tellers: frozenset[int]
    values: Floats
    given: frozenset[int] = frozenset()


class Ranker:
    """Scores conditions of a knowledge base; scores are log-odds against none of its conditions, in nats."""

    def __init__(self, base: KnowledgeBase, calibration: Calibration) -> None:
        self.base = base
        self.calibration = calibration

    def prior(self, case: Case) -> Floats:
        """Return the log-odds of each condition before anything was found; ``possible`` says which cannot be."""
        tuned = self.calibration
        prior = tuned.prior_weight * (self._incidence + self.of_age(case) + self.of_sex(case)) + tuned.prior_shift
        return prior + self.of_severity(case)

    def possible(self, case: Case) -> NDArray[np.bool_]:
        """Return which conditions somebody of that age and sex can have."""
        possible = np.ones(len(self._ages), dtype=bool)
        if case.age is not None:
            possible &= self._ages[:, band_of(case.age)] > 0
        if case.sex in (Sex.FEMALE, Sex.MALE):
            possible &= (self._female if case.sex is Sex.FEMALE else 1 - self._female) > 0
        return possible

    def of_age(self, case: Case) -> Floats:
        """Return what the age of a patient adds: the log of the rate at that age over the mean rate."""
        if case.age is None:
            return np.zeros(len(self._ages))
        return _log(self._ages[:, band_of(case.age)])

    def of_sex(self, case: Case) -> Floats:
        """Return what the sex of a patient adds: the log of twice the share of that sex."""
        if case.sex not in (Sex.FEMALE, Sex.MALE):
            return np.zeros(len(self._female))
        return _log(2 * (self._female if case.sex is Sex.FEMALE else 1 - self._female))

    def of_severity(self, case: Case) -> Floats:
        """Return what is added by how ill a patient is said to be: for severe conditions, or for mild ones."""
        step = {Severity.MILD: -1.0, Severity.SEVERE: 1.0}.get(case.severity or Severity.MODERATE, 0.0)
        return step * self.calibration.severity_weight * (self._severity - _USUAL_SEVERITY)

    def terms(self, present: Sequence[int], absent: Sequence[int]) -> Iterator[Term]:
        """Yield what the findings in those columns add; one that is there and not there is there."""
        parent, told = self.base.parent, self._told
        above = {column: self._line(column) for column in {*present, *absent}}
        tellers: dict[int, set[int]] = {}
        for column in dict.fromkeys(present):
            for each in above[column]:
                tellers.setdefault(each, set()).add(column)
        for column, by in tellers.items():
            upper = parent[column]
            values = told[column] if upper is None else told[column] - told[upper]
            yield Term(frozenset(by), values)
        missing = set(absent) - set(tellers)
        for column in dict.fromkeys(absent):
            # What lies beneath something that is not there is not there either.
            if column not in missing or missing & set(above[column][1:]):
                continue
            teller, before = frozenset({column}), self._not(column, None)
            yield Term(teller, before)
            for upper in reversed(above[column][1:]):
                if upper in tellers:
                    after = self._not(column, upper)
                    yield Term(teller, after - before, frozenset(tellers[upper]))
                    before = after

    def scores(self, case: Case) -> Floats:
        """Return the score of each condition for ``case``, minus infinity where it cannot be.

        Raises:
            KeyError: it names an unknown finding.
        """
        return np.where(self.possible(case), self.prior(case) + self.added(*self.columns(case)), _NEVER)

    def added(self, present: Sequence[int], absent: Sequence[int]) -> Floats:
        """Return what the findings in those columns add to the score of each condition."""
        total = np.zeros(len(self.base.conditions))
        for term in self.terms(present, absent):
            total += term.values
        return self.calibration.finding_weight * total

    def added_by(self, column: int, present: Sequence[int], absent: Sequence[int]) -> tuple[Floats, Floats]:
        """Return what it would add to each score that the finding in ``column``, which is neither, is there, or is not.

        The quick way to what ``added`` says of the longer lists, less what it says of these.
        """
        counted, line = {each for other in present for each in self._line(other)}, self._line(column)
        beneath = set(line) - counted
        if any(beneath & set(self._line(other)) for other in absent):
            before = self.added(present, absent)
            return self.added([*present, column], absent) - before, self.added(present, [*absent, column]) - before
        there = np.zeros(len(self.base.conditions))
        for each in beneath:
            upper = self.base.parent[each]
            there += self._told[each] if upper is None else self._told[each] - self._told[upper]
        upper = next((each for each in line[1:] if each in counted), None)
        weight = self.calibration.finding_weight
        return weight * there, weight * self._not(column, upper)

    def columns(self, case: Case) -> tuple[list[int], list[int]]:
        """Return the columns of what is there and of what is not."""
        present = [self.base.column[each.finding] for each in case.observed if each.present]
        return present, [self.base.column[each.finding] for each in case.observed if not each.present]

    def _not(self, column: int, upper: int | None) -> Floats:
        """Return what it adds that a finding is not there, where the one in ``upper`` is."""
        likelihood, background = self.base.likelihood, self.base.background
        if upper is None:
            return self._denied[column]
        share = np.minimum(likelihood[:, column] / likelihood[:, upper], _MOST_SHARE)
        usual = min(background[column] / background[upper], _MOST_SHARE)
        told: Floats = np.log1p(-share) - np.log1p(-usual)
        return told

    def settled(self, present: Sequence[int], absent: Sequence[int]) -> set[int]:
        """Return the columns that need no asking: what is known, is above what is there, or beneath what is not."""
        above = {each for column in present for each in self._line(column)}
        beneath = {each for column in absent for each in self._beneath(column)}
        return above | beneath

    def _beneath(self, column: int) -> list[int]:
        """Return a column and those beneath it."""
        found = [column]
        for each in found:
            found += self._children.get(each, ())
        return found

    @cached_property
    def _children(self) -> Mapping[int, Sequence[int]]:
        children: dict[int, list[int]] = {}
        for column, parent in enumerate(self.base.parent):
            if parent is not None:
                children.setdefault(parent, []).append(column)
        return children

    def _line(self, column: int) -> list[int]:
        """Return a column and those above it, upwards."""
        line, upper = [column], self.base.parent[column]
        while upper is not None:
            line.append(upper)
            upper = self.base.parent[upper]
        return line

    @cached_property
    def _told(self) -> Sequence[Floats]:
        """Return, by column, what it would add that a finding is there, were it counted beneath no other."""
        return list(np.ascontiguousarray((np.log(self.base.likelihood) - np.log(self.base.background)).T))

    @cached_property
    def _denied(self) -> Sequence[Floats]:
        """Return, by column, what it adds that a finding is not there, where nothing above it is known."""
        return list(np.ascontiguousarray((np.log1p(-self.base.likelihood) - np.log1p(-self.base.background)).T))

    @cached_property
    def _incidence(self) -> Floats:
        incidence = np.array([each.incidence for each in self.base.conditions.values()])
        told: Floats = np.log(incidence / incidence.sum())
        return told

    @cached_property
    def _ages(self) -> Floats:
        ages = np.array([each.ages for each in self.base.conditions.values()])
        relative: Floats = ages / ages.mean(axis=1, keepdims=True)
        return relative

    @cached_property
    def _female(self) -> Floats:
        return np.array([each.female for each in self.base.conditions.values()])

    @cached_property
    def _severity(self) -> Floats:
        return np.array([float(each.severity) for each in self.base.conditions.values()])


def band_of(age: float) -> int:
    """Return which band an age in years belongs to."""
    return sum(age >= end for end in BANDS)


def shares(scores: Floats) -> tuple[Floats, float]:
    """Return how likely each condition is where one of them, or none, explains the case; and how likely none does."""
    odds = all_shares(scores[None, :])[0]
    return odds, max(0.0, 1.0 - float(odds.sum()))


def all_shares(scores: Floats) -> Floats:
    """Return the shares of the conditions for each row of scores, as ``shares`` does for one."""
    odds, _, total = _odds(scores)
    return np.asarray(odds / total)


def apart(scores: Floats, together: Floats, rows: Sequence[int] | slice = slice(None)) -> Floats:
    """Return how likely each condition is by itself, or those of ``rows`` alone, for each row of scores.

    Beside it stand none and whatever excludes it; what ``together`` says may be there with it takes nothing from it.
    """
    odds, none, _ = _odds(scores)
    # Added up and not taken away: beside something that is nearly certain a difference would be rounding alone.
    return np.asarray(odds[:, rows] / (odds @ (1 - together[:, rows]) + none))


def _odds(scores: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the odds of the conditions for each row of scores, those of none, and their sum, to one scale."""
    highest = np.maximum(scores.max(axis=1, keepdims=True), 0.0)
    odds, none = np.exp(scores - highest), np.exp(-highest)
    return odds, np.asarray(none), np.asarray(odds.sum(axis=1, keepdims=True) + none)


def _log(values: Floats) -> Floats:
    """Return logarithms; of what never is, those of one in a million."""
    return np.asarray(np.log(np.maximum(values, _RAREST)))
