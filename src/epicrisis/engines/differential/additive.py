"""Scores as a sum of learnt weights: one a finding that is there, one a finding that is not, one for age, one for sex.

What is not known adds nothing. The more is known, the more of it says the same again, so what scores are divided by
before they become shares depends on how many findings are known (temperature scaling, Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.knowledge.base import Floats

Flags = NDArray[np.bool_]
Numbers = NDArray[np.intp]

FEMALE, MALE, UNKNOWN = 0, 1, -1


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some cases, a row each: findings that are there and that are not, bands of age, and sexes.

    A band or a sex of ``UNKNOWN`` is not known.
    """

    present: Flags
    absent: Flags
    bands: Numbers
    sexes: Numbers

    @property
    def counts(self) -> Numbers:
        """Return how many findings are known of each."""
        return np.asarray(self.present.sum(axis=1) + self.absent.sum(axis=1), dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Additive:
    """Weights in nats, by condition in the last axis; ``temperatures`` by how many findings are known."""

    prior: Floats
    present: Floats
    absent: Floats
    ages: Floats
    sexes: Floats
    temperatures: Mapping[int, float]

    def scores(self, known: Known) -> Floats:
        """Return the score of each condition in each case."""
        told = known.present.astype(np.float64) @ self.present + known.absent.astype(np.float64) @ self.absent
        return np.asarray(self.prior + told + _of(self.ages, known.bands) + _of(self.sexes, known.sexes))

    def each(self, change: Callable[[Floats], Floats]) -> Additive:
        """Return these weights with each table changed."""
        prior, present, absent = change(self.prior), change(self.present), change(self.absent)
        return Additive(prior, present, absent, change(self.ages), change(self.sexes), self.temperatures)

    def shares(self, scores: Floats, counts: Numbers | int) -> Floats:
        """Return how likely each condition is where it is one of them, and so many findings are known."""
        tempered = scores / np.reshape(self.temperature(counts), (-1, 1))
        odds = np.exp(tempered - tempered.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def temperature(self, counts: Numbers | int) -> Floats:
        """Return what scores are divided by; between two numbers that have a temperature, as a power of the number."""
        fitted = sorted(self.temperatures)
        logs = np.log([self.temperatures[each] for each in fitted])
        return np.asarray(np.exp(np.interp(np.log(np.maximum(counts, 1)), np.log(fitted), logs)))


def _of(weights: Floats, rows: Numbers) -> Floats:
    """Return the row of ``weights`` for each of ``rows``, zeros for ``UNKNOWN``."""
    return np.asarray(np.vstack([weights, np.zeros(weights.shape[1])])[rows])
