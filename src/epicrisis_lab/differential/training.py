"""Trains the weights: multinomial logistic regression on cases of which little or much is known.

Weights begin as those of a naive Bayes classifier, are held near them where cases do not say otherwise, and are learnt
together with the temperature that their scores are divided by, which depends on how much is known. What a physician's
list holds is learnt apart: one logistic regression a pathology, over patients of whom all is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from epicrisis.engines.differential.additive import Additive
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis_lab.differential.counting import AGES, SEXES, against_all, common_of, naive_bayes
from epicrisis_lab.differential.ddxplus import Patients, Side
from epicrisis_lab.differential.drawing import Draw, few, stand_ins, whole
from epicrisis_lab.differential.lessons import Lesson, Listing, Naming, Numbers32, inputs_of, knots_of
from epicrisis_lab.differential.scoring import listing_f1
from epicrisis_lab.evaluation.calibration import fit_temperature

Say = Callable[[int, float], None]

# Fewer patients with so many evidences do not tell a temperature.
_ENOUGH = 500
_LIMITS = np.linspace(-2, 2, 81)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How weights are trained; ``hold`` is how much they are drawn to those of the naive Bayes classifier.

    Lists are learnt with ``list_epochs`` and ``list_rate``, and are drawn to nothing.
    """

    epochs: int = 12
    rate: float = 0.005
    hold: float = 0.02
    list_epochs: int = 8
    list_rate: float = 0.02
    batch: int = 512
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


def train(patients: Patients, recipe: Recipe, say: Say) -> Additive:
    """Return weights learnt from ``patients``, all labelled; ``say`` is told each epoch and its mean loss."""
    rng, findings = np.random.default_rng(recipe.seed), patients.present.shape[1]
    bayes = _stacked(against_all(naive_bayes(patients), common_of(patients)))
    weights, coldness = _Adam(bayes, recipe.hold), _Adam(np.zeros(len(knots_of(findings)), np.float32))

    def lesson(drawn: Patients) -> Lesson:
        return Naming.of(recipe.draw.cases(drawn, rng), drawn.labels)

    _descend([weights, coldness], lesson, patients, recipe, say=say, rng=rng)
    learnt = np.exp(-coldness.values.astype(np.float64)).tolist()
    return _additive(weights.values, findings, dict(zip(knots_of(findings), learnt, strict=True)))


def train_lists(patients: Patients, recipe: Recipe, say: Say) -> Additive:
    """Return the weights by which a list holds a pathology: where its score is above 0, until a limit is chosen."""
    rng, findings = np.random.default_rng(recipe.seed), patients.present.shape[1]
    weights = _Adam(np.zeros((2 * findings + AGES + SEXES + 1, patients.listed.shape[1]), np.float32))

    def lesson(drawn: Patients) -> Lesson:
        return Listing(inputs_of(whole(drawn)), drawn.listed.astype(np.float32))

    of_lists = replace(recipe, epochs=recipe.list_epochs, rate=recipe.list_rate)
    _descend([weights], lesson, patients, of_lists, say=say, rng=rng)
    return _additive(weights.values, findings, {1: 1.0})


def calibrated(weights: Additive, patients: Patients, seed: int) -> Additive:
    """Return ``weights`` with temperatures fitted on ``patients``, told against all of them.

    They are scaled so that scores are nats as they stand where one evidence is known.
    """
    rng, have, findings = np.random.default_rng(seed), patients.present.sum(axis=1), patients.present.shape[1]
    temperatures = dict(weights.temperatures)
    for count in knots_of(findings)[:-1]:
        those = patients.taken(have >= count)
        if len(those) >= _ENOUGH:
            temperatures[count] = fit_temperature(weights.scores(few(those, count, rng)), those.labels)
    temperatures[findings] = fit_temperature(weights.scores(whole(patients)), patients.labels)
    unit = temperatures[min(temperatures)]
    scaled = against_all(weights.each(lambda table: table / unit), common_of(patients))
    return replace(scaled, temperatures={count: value / unit for count, value in temperatures.items()})


def limited(lists: Additive, patients: Patients) -> Additive:
    """Return ``lists`` with the limit that fits the lists of ``patients`` best put at 0."""
    scores = lists.scores(whole(patients))
    limit = float(max(_LIMITS, key=lambda each: listing_f1(scores > each, patients.listed)))
    return replace(lists, prior=lists.prior - limit)


class _Adam:
    """Values that follow their slopes (Adam, Kingma and Ba 2015), and are drawn back to where they began."""

    def __init__(self, values: Numbers32, hold: float = 0.0) -> None:
        self.values = values.copy()
        self._began, self._hold = values, hold
        self._first, self._second, self._steps = np.zeros_like(values), np.zeros_like(values), 0

    def step(self, slopes: Numbers32, rate: float) -> None:
        self._steps += 1
        self._first += np.float32(0.1) * (slopes - self._first)
        self._second += np.float32(0.001) * (slopes * slopes - self._second)
        first, second = self._first / (1 - 0.9**self._steps), self._second / (1 - 0.999**self._steps)
        moved = first / (np.sqrt(second) + 1e-8) + self._hold * (self.values - self._began)
        self.values -= (rate * moved).astype(np.float32)


def _descend(
    learnt: Sequence[_Adam],
    lesson_of: Callable[[Patients], Lesson],
    patients: Patients,
    recipe: Recipe,
    *,
    say: Say,
    rng: np.random.Generator,
) -> None:
    """Teach ``learnt`` by lessons of all patients in each epoch, at a rate that falls to nothing along a cosine."""
    batches = max(1, len(patients) // recipe.batch)
    for epoch in range(recipe.epochs):
        order, losses = rng.permutation(len(patients)), list[float]()
        for number in range(batches):
            lesson = lesson_of(patients.taken(order[number * recipe.batch : (number + 1) * recipe.batch]))
            values = [each.values for each in learnt]
            losses.append(lesson.loss(*values))
            done = (epoch * batches + number) / (recipe.epochs * batches)
            for each, slopes in zip(learnt, lesson.slopes(*values), strict=True):
                each.step(slopes, recipe.rate * (1 + float(np.cos(np.pi * done))) / 2)
        say(epoch + 1, float(np.mean(losses)))


def _stacked(weights: Additive) -> Numbers32:
    tables = (weights.present, weights.absent, weights.ages, weights.sexes, weights.prior[None])
    return np.concatenate(tables).astype(np.float32)


def _additive(values: Numbers32, findings: int, temperatures: Mapping[int, float]) -> Additive:
    ends = np.cumsum([findings, findings, AGES, SEXES]).tolist()
    tables: list[Floats] = np.split(values.astype(np.float64), ends)
    present, absent, ages, sexes, [prior] = tables
    return Additive(prior, present, absent, ages, sexes, temperatures)


def _keys(patients: Patients) -> list[tuple[float, int, bytes]]:
    packed = np.packbits(patients.present, axis=1)
    who = zip(patients.ages.tolist(), patients.sexes.tolist(), packed, strict=True)
    return [(age, sex, row.tobytes()) for age, sex, row in who]
