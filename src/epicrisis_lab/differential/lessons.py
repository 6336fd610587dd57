"""What a batch of cases teaches: how wrong the answers by some weights are, and which way is less wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.additive import Known, Numbers
from epicrisis_lab.differential.counting import AGES, SEXES

Numbers32 = NDArray[np.float32]

# How many evidences are known where a temperature is learnt, besides all.
_KNOTS = (1, 2, 3, 5, 8, 13, 20, 40)
_TINY = 1e-12


class Lesson(Protocol):
    """A batch of cases with their answers."""

    def loss(self, *values: Numbers32) -> float:
        """Return how wrong the answers by ``values`` are."""
        ...

    def slopes(self, *values: Numbers32) -> tuple[Numbers32, ...]:
        """Return the slope of the loss by each of ``values``."""
        ...


@dataclass(frozen=True, slots=True)
class Naming:
    """Teaches which pathology it is (cross-entropy): by weights, and by the ``coldness`` of each knot.

    A coldness is minus the log of a temperature; ``knots`` say between which of them each case lies.
    """

    inputs: Numbers32
    knots: Numbers32
    labels: Numbers

    @classmethod
    def of(cls, known: Known, labels: Numbers) -> Naming:
        """Return the lesson of cases of which ``known`` is known."""
        return cls(inputs_of(known), _near(known.counts, known.present.shape[1]), labels)

    def loss(self, *values: Numbers32) -> float:
        """Return how wrong weights and coldness are."""
        weights, coldness = values
        own = self._shares(self.inputs @ weights, coldness)[np.arange(len(self.labels)), self.labels]
        return -float(np.log(np.maximum(own, _TINY)).mean())

    def slopes(self, *values: Numbers32) -> tuple[Numbers32, ...]:
        """Return the slopes by weights and by coldness."""
        weights, coldness = values
        scores = self.inputs @ weights
        wrong = self._shares(scores, coldness)
        wrong[np.arange(len(self.labels)), self.labels] -= 1
        wrong *= np.exp(self.knots @ coldness)[:, None] / len(self.labels)
        return self.inputs.T @ wrong, self.knots.T @ (wrong * scores).sum(axis=1)

    def _shares(self, scores: Numbers32, coldness: Numbers32) -> Numbers32:
        tempered = scores * np.exp(self.knots @ coldness)[:, None]
        odds = np.exp(tempered - tempered.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Listing:
    """Teaches what is on a list (binary cross-entropy), by weights alone."""

    inputs: Numbers32
    listed: Numbers32

    def loss(self, *values: Numbers32) -> float:
        """Return how wrong the weights are."""
        on_list = self._on_list(*values)
        return -float(np.log(np.maximum(np.where(self.listed > 0, on_list, 1 - on_list), _TINY)).mean())

    def slopes(self, *values: Numbers32) -> tuple[Numbers32, ...]:
        """Return the slopes by the weights."""
        return (self.inputs.T @ ((self._on_list(*values) - self.listed) / np.float32(self.listed.size)),)

    def _on_list(self, weights: Numbers32) -> Numbers32:
        return np.asarray(1 / (1 + np.exp(-np.clip(self.inputs @ weights, -30, 30))))


def inputs_of(known: Known) -> Numbers32:
    """Return a row of inputs a case: what is there, what is not, age, sex, and 1."""
    who = np.zeros((len(known.bands), AGES + SEXES + 1), np.float32)
    who[:, -1] = 1
    aged, sexed = np.flatnonzero(known.bands >= 0), np.flatnonzero(known.sexes >= 0)
    who[aged, known.bands[aged]] = 1
    who[sexed, AGES + known.sexes[sexed]] = 1
    return np.hstack([known.present.astype(np.float32), known.absent.astype(np.float32), who])


def knots_of(findings: int) -> list[int]:
    """Return the numbers of evidences known that have a temperature, where there are so many ``findings``."""
    return [*(count for count in _KNOTS if count < findings), findings]


def _near(counts: Numbers, findings: int) -> Numbers32:
    """Return how near each count lies to each knot, as ``Additive.temperature`` goes from one to the next."""
    at, knots = np.log(np.maximum(counts, 1)), np.log(knots_of(findings))
    return np.stack([np.interp(at, knots, each) for each in np.eye(len(knots))], axis=1).astype(np.float32)
