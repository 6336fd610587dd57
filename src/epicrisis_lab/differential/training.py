"""Trains the weights: multinomial logistic regression on cases of which little or much is known.

The scores are taught two things. Divided by a temperature that is learnt with them, by how much is known, their shares
say which pathology it is (cross-entropy). And where all is known, each by itself says whether a physician's list holds
that pathology (binary cross-entropy). Adam (Kingma and Ba 2015), whose rate falls to nothing along a cosine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.additive import Additive, Known, Numbers
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.entries import BANDS
from epicrisis_lab.differential.ddxplus import Patients, Side
from epicrisis_lab.differential.drawing import Draw, few, stand_ins, whole
from epicrisis_lab.differential.scoring import listing_f1
from epicrisis_lab.evaluation.calibration import fit_temperature

Numbers32 = NDArray[np.float32]

AGES, SEXES = len(BANDS) + 1, 2
# How many evidences are known where a temperature is learnt; the last besides is all of them.
KNOTS = (1, 2, 3, 5, 8, 13, 20, 40)
# Fewer patients with so many evidences do not tell a temperature.
_ENOUGH = 500
_LIMITS = np.linspace(-2, 2, 81)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How weights are trained; ``listing`` is how much the list counts beside the label, where all is known."""

    epochs: int = 20
    batch: int = 512
    rate: float = 0.02
    listing: float = 40.0
    seed: int = 1
    draw: Draw = field(default_factory=Draw)


def split(patients: Patients, seed: int) -> Mapping[Side, Patients]:
    """Return the patients of each side; others equal to one of dev in age, sex and evidences are left out.

    All but those of dev have a label: stand-ins take the place of those who have none.
    """
    rng, sides = np.random.default_rng(seed), {side: patients.of(side) for side in Side}
    held = set(_keys(sides[Side.DEV]))
    for side in (Side.TRAIN, Side.CALIBRATION):
        unseen = np.array([key not in held for key in _keys(sides[side])], dtype=bool)
        sides[side] = stand_ins(sides[side].taken(unseen), rng)
    return sides


def train(patients: Patients, recipe: Recipe, say: Callable[[int, float], None]) -> Additive:
    """Return weights learnt from ``patients``, all labelled; ``say`` is told each epoch and its mean loss."""
    rng, findings = np.random.default_rng(recipe.seed), patients.present.shape[1]
    weights = _Adam(np.zeros((2 * findings + AGES + SEXES + 1, patients.listed.shape[1]), np.float32))
    coldness = _Adam(np.zeros(len(KNOTS) + 1, np.float32))
    batches = max(1, len(patients) // recipe.batch)
    for epoch in range(recipe.epochs):
        order, losses = rng.permutation(len(patients)), list[float]()
        for number in range(batches):
            drawn = patients.taken(order[number * recipe.batch : (number + 1) * recipe.batch])
            lesson = _Lesson.of(recipe.draw.cases(drawn, rng), drawn, recipe.listing)
            loss, slopes = lesson.slopes(weights.values, coldness.values)
            done = (epoch * batches + number) / (recipe.epochs * batches)
            rate = recipe.rate * (1 + float(np.cos(np.pi * done))) / 2
            weights.step(slopes[0], rate)
            coldness.step(slopes[1], rate)
            losses.append(loss)
        say(epoch + 1, float(np.mean(losses)))
    learnt = np.exp(-coldness.values.astype(np.float64)).tolist()
    return _additive(weights.values.astype(np.float64), findings, dict(zip((*KNOTS, findings), learnt, strict=True)))


def calibrated(weights: Additive, patients: Patients, seed: int) -> tuple[Additive, Additive]:
    """Return ``weights`` with temperatures fitted on ``patients``, and the limit above which a list holds a condition.

    Scores are nats as they stand where one evidence is known, and an evidence is weighed against how common it is in
    all patients: what it adds to all conditions alike says nothing of which it is, and is taken from the limit.
    """
    rng, have, findings = np.random.default_rng(seed), patients.present.sum(axis=1), patients.present.shape[1]
    temperatures = dict(weights.temperatures)
    for count in KNOTS:
        those = patients.taken(have >= count)
        if len(those) >= _ENOUGH:
            temperatures[count] = fit_temperature(weights.scores(few(those, count, rng)), those.labels)
    scores = weights.scores(whole(patients))
    temperatures[findings] = fit_temperature(scores, patients.labels)
    least = float(max(_LIMITS, key=lambda each: listing_f1(scores > each, patients.listed)))
    unit = temperatures[min(temperatures)]
    common = np.bincount(patients.labels, minlength=patients.listed.shape[1]) / len(patients)

    def usual(table: Floats) -> Floats:
        return np.asarray(np.log(np.exp(table / unit) @ common)[..., None])

    told = weights.each(lambda table: table / unit - usual(table))
    limit = replace(weights, prior=weights.prior - least).each(lambda table: -usual(table))
    cooled = {count: value / unit for count, value in temperatures.items()}
    return replace(told, temperatures=cooled), replace(limit, temperatures={1: 1.0})


def chances_of(patients: Patients) -> Floats:
    """Return how often each evidence is there in each pathology, pathologies by evidences, of labelled patients."""
    told = np.eye(patients.listed.shape[1])[patients.labels]
    return np.asarray((told.T @ patients.present + 0.5) / (told.sum(axis=0)[:, None] + 1))


def naive_bayes(patients: Patients) -> Additive:
    """Return the weights of a naive Bayes classifier counted on ``patients``: what a learnt one is held against."""
    chances = chances_of(patients).T
    told = np.eye(patients.listed.shape[1])[patients.labels]
    many = told.sum(axis=0)
    ages = np.eye(AGES)[patients.bands].T @ told
    sexes = np.eye(SEXES)[patients.sexes].T @ told
    return Additive(
        np.log(many + 1) - np.log(len(patients) + len(many)),
        np.log(chances),
        np.log1p(-chances),
        np.log((ages + 0.5) / (many + AGES / 2)),
        np.log((sexes + 0.5) / (many + SEXES / 2)),
        {1: 1.0},
    )


class _Adam:
    """Values that follow their slopes."""

    def __init__(self, values: Numbers32) -> None:
        self.values = values
        self._first, self._second, self._steps = np.zeros_like(values), np.zeros_like(values), 0

    def step(self, slopes: Numbers32, rate: float) -> None:
        self._steps += 1
        self._first += np.float32(0.1) * (slopes - self._first)
        self._second += np.float32(0.001) * (slopes * slopes - self._second)
        first, second = self._first / (1 - 0.9**self._steps), self._second / (1 - 0.999**self._steps)
        self.values -= (rate * first / (np.sqrt(second) + 1e-8)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A batch of cases: what is known of each, between which knots that lies, and the answers.

    ``lists`` is how much the list counts for each.
    """

    inputs: Numbers32
    knots: Numbers32
    labels: Numbers
    listed: Numbers32
    lists: Numbers32

    @classmethod
    def of(cls, known: Known, patients: Patients, listing: float) -> _Lesson:
        counts, findings = known.counts, known.present.shape[1]
        lists = np.where(counts == findings, listing, 0.0).astype(np.float32)
        return cls(_inputs(known), _knots(counts, findings), patients.labels, patients.listed.astype(np.float32), lists)

    def slopes(self, weights: Numbers32, coldness: Numbers32) -> tuple[float, tuple[Numbers32, Numbers32]]:
        """Return the loss, and its slopes by the weights and by the coldness (minus the log of a temperature)."""
        scores, every = self.inputs @ weights, np.arange(len(self.labels))
        cold = np.exp(self.knots @ coldness)[:, None]
        tempered = scores * cold
        odds = np.exp(tempered - tempered.max(axis=1, keepdims=True))
        shares = odds / odds.sum(axis=1, keepdims=True)
        loss = -float(np.log(np.maximum(shares[every, self.labels], 1e-12)).mean())
        shares[every, self.labels] -= 1
        shares /= len(every)
        on_list = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        wrong = self.lists[:, None] * (on_list - self.listed) / scores.size
        by_weights = self.inputs.T @ (shares * cold + wrong).astype(np.float32)
        by_coldness = self.knots.T @ (shares * tempered).sum(axis=1)
        return loss, (by_weights, by_coldness.astype(np.float32))


def _inputs(known: Known) -> Numbers32:
    """Return a row of inputs a case: what is there, what is not, age, sex, and 1."""
    who = np.zeros((len(known.bands), AGES + SEXES + 1), np.float32)
    who[:, -1] = 1
    aged, sexed = np.flatnonzero(known.bands >= 0), np.flatnonzero(known.sexes >= 0)
    who[aged, known.bands[aged]] = 1
    who[sexed, AGES + known.sexes[sexed]] = 1
    return np.hstack([known.present.astype(np.float32), known.absent.astype(np.float32), who])


def _knots(counts: Numbers, findings: int) -> Numbers32:
    """Return how near each count lies to each knot, as ``Additive.temperature`` goes from one to the next."""
    at, knots = np.log(np.maximum(counts, 1)), np.log([*KNOTS, findings])
    return np.stack([np.interp(at, knots, each) for each in np.eye(len(knots))], axis=1).astype(np.float32)


def _additive(weights: Floats, findings: int, temperatures: Mapping[int, float]) -> Additive:
    ends = np.cumsum([findings, findings, AGES, SEXES]).tolist()
    present, absent, ages, sexes, [prior] = np.split(weights, ends)
    return Additive(prior, present, absent, ages, sexes, temperatures)


def _keys(patients: Patients) -> list[tuple[float, int, bytes]]:
    packed = np.packbits(patients.present, axis=1)
    who = zip(patients.ages.tolist(), patients.sexes.tolist(), packed, strict=True)
    return [(age, sex, row.tobytes()) for age, sex, row in who]
