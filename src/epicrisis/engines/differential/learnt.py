"""Ranks the 49 pathologies of DDXPlus (Fansi Tchango et al. 2022) by weights that were learnt from its patients.

Its findings are the evidences of DDXPlus, by their codes: ``E_91`` is fever, ``E_55_@_V_89`` pain of the forehead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from epicrisis.domain.differentials import Case, Differential, Hypothesis, Observed, Question, Weighed, WhatIf
from epicrisis.domain.patients import Sex
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.differential.additive import FEMALE, MALE, UNKNOWN, Additive, Known
from epicrisis.engines.differential.asking import bits
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.evidences import Evidences, Learnt
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.entries import Condition
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.ranking import band_of
from epicrisis.engines.differential.telling import (
    EXPECTED,
    MOST_HYPOTHESES,
    MOST_MISSING,
    MOST_QUESTIONS,
    NOTHING_THERE,
    hypothesis,
    most_telling,
    observed_once,
    of_whom,
    said_both_ways,
)
from epicrisis.engines.shipped import ShippedEngine
from epicrisis.errors import InvalidInput, UnknownLanguage

FOLDER, WEIGHTS = "ddxplus", "weights.npz"
LANGUAGE = "en"
_SEXES = {Sex.FEMALE: FEMALE, Sex.MALE: MALE}
_KNOWN = Calibration().known


class LearntEngine:
    """Ranks conditions by learnt weights, as if every case were one of them."""

    def __init__(self, card: EngineCard, learnt: Learnt, conditions: Mapping[str, Condition]) -> None:
        """Rank by ``learnt``; ``conditions`` say more of each that it names."""
        self.card = card
        self.learnt = learnt
        self._conditions = [conditions[each] for each in learnt.conditions]

    def differential(self, case: Case, *, language: str = LANGUAGE, most: int = MOST_HYPOTHESES) -> Differential:
        """Return the ``most`` likely conditions that may explain ``case``, the likeliest first.

        Raises:
            InvalidInput: it names a finding that is no evidence of DDXPlus, or a condition that the engine never ranks.
            UnknownLanguage: the engine does not tell names in that language.
        """
        if language not in self.card.languages:
            raise UnknownLanguage(
                f"The engine {self.card.name!r} does not read {language!r}; it reads {self.card.languages}."
            )
        self._require(case)
        read = _Reading(self.learnt.weights, self.learnt.evidences, self._conditions, case)
        return Differential(
            case=case,
            hypotheses=tuple(read.hypotheses(most)),
            none_of_these=0.0,
            questions=tuple(read.questions(MOST_QUESTIONS)),
            alarms=(),
            engine=self.card.name,
            version=self.card.version,
            warnings=tuple(read.warnings()),
        )

    def _require(self, case: Case) -> None:
        # What was sent in the place of a code may be words about the patient: its number is told, and not what it is.
        for number, each in enumerate(case.observed, 1):
            if each.finding not in self.learnt.evidences.column:
                raise InvalidInput(f"Finding {number} is no evidence of DDXPlus; give its code, such as E_91.")
        if not set(case.known) <= set(self.learnt.conditions):
            raise InvalidInput("A known condition is none that this engine ranks; leave it out.")


@dataclass(frozen=True)
class _Reading:
    """One case, scored once."""

    weights: Additive
    evidences: Evidences
    conditions: Sequence[Condition]
    case: Case

    @cached_property
    def observed(self) -> Mapping[int, Observed]:
        return {self.evidences.column[name]: each for name, each in observed_once(self.case).items()}

    @cached_property
    def known(self) -> list[int]:
        return [row for row, condition in enumerate(self.conditions) if condition.id in self.case.known]

    @cached_property
    def band(self) -> int:
        return UNKNOWN if self.case.age is None else band_of(self.case.age)

    @cached_property
    def sex(self) -> int:
        return _SEXES.get(self.case.sex, UNKNOWN)

    @cached_property
    def scores(self) -> Floats:
        present, absent = np.zeros((2, 1, len(self.evidences.codes)), dtype=bool)
        for column, each in self.observed.items():
            (present if each.present else absent)[0, column] = True
        known = Known(present, absent, np.array([self.band]), np.array([self.sex]))
        return self.weights.scores(known)

    def hypotheses(self, most: int) -> Iterator[Hypothesis]:
        [confidence] = self._confidence(self.scores, len(self.observed))
        rows = np.argsort(-confidence, kind="stable")[:most].tolist()
        missing = self._missing(rows)
        for row in rows:
            yield hypothesis(
                self.conditions[row],
                LANGUAGE,
                self._weighed(row),
                confidence=float(confidence[row]),
                score=float(self.scores[0, row]),
                missing=missing[row],
                is_known=row in self.known,
            )

    def questions(self, most: int) -> Iterator[Question]:
        [shares], gained = self.weights.shares(self.scores, len(self.observed)), np.zeros(len(self.evidences.codes))
        gained[self._open] = bits(shares, self.evidences.chances[:, self._open])
        asked = self.evidences.questions
        for column in most_telling(gained, most, kin=lambda one, other: asked[one] == asked[other]):
            name, kind = self.evidences.names[column], self.evidences.kind(column)
            yield Question(self.evidences.codes[column], name, kind, float(gained[column]))

    def warnings(self) -> Iterator[str]:
        yield from said_both_ways(self.case)
        if not any(each.present for each in self.observed.values()):
            yield NOTHING_THERE

    def _weighed(self, row: int) -> Iterator[Weighed]:
        for column, each in self.observed.items():
            weights = self.weights.present if each.present else self.weights.absent
            yield Weighed(each, self.evidences.names[column], float(weights[column, row]))
        age, sex = float(self.weights.ages[self.band, row]), float(self.weights.sexes[self.sex, row])
        yield from of_whom(self.case, LANGUAGE, age=age, sex=sex)

    def _missing(self, rows: Sequence[int]) -> Mapping[int, tuple[WhatIf, ...]]:
        """Return, by condition, what its patients have and nobody spoke of, what would speak most for it first."""
        wanted = {row: self._unasked(row) for row in rows}
        columns = list(dict.fromkeys(column for each in wanted.values() for column in each))
        if not columns:
            return dict.fromkeys(rows, ())
        there = self._confidence(self.scores + self.weights.present[columns], len(self.observed) + 1)
        not_there = self._confidence(self.scores + self.weights.absent[columns], len(self.observed) + 1)
        place = {column: number for number, column in enumerate(columns)}
        return {
            row: tuple(
                WhatIf(
                    self.evidences.codes[column],
                    self.evidences.names[column],
                    self.evidences.kind(column),
                    if_present=float(there[place[column], row]),
                    if_absent=float(not_there[place[column], row]),
                )
                for column in each
            )
            for row, each in wanted.items()
        }

    def _unasked(self, row: int) -> list[int]:
        chances = self.evidences.chances
        expected = (chances[row, self._open] >= EXPECTED) & ~self.evidences.histories[self._open]
        columns = self._open[expected]
        usual = chances[row, columns] / chances[:, columns].mean(axis=0)
        return [int(each) for each in columns[np.argsort(-usual, kind="stable")][:MOST_MISSING]]

    @cached_property
    def _open(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Return the columns that may still be asked: not what is known, nor what a known answer rules out."""
        told = {self.evidences.questions[column] for column, each in self.observed.items() if each.present}
        closed = np.array([each in told for each in self.evidences.questions]) & self.evidences.single
        closed[list(self.observed)] = True
        return np.flatnonzero(~closed)

    def _confidence(self, scores: Floats, count: int) -> Floats:
        """Return how likely each condition is, for each row of scores of so many findings known."""
        confidence = self.weights.shares(scores, count)
        confidence[:, self.known] = np.maximum(confidence[:, self.known], _KNOWN)
        return confidence


def _load(artifact: Artifact) -> LearntEngine:
    learnt = Learnt.read(artifact.path(WEIGHTS), artifact.temperatures)
    return LearntEngine(artifact.card, learnt, knowledge_base().conditions)


build = ShippedEngine(FOLDER, _load)
