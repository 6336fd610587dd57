"""Slopes against differences: what a lesson says is less wrong, is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from epicrisis.engines.differential.additive import UNKNOWN, Additive, Known
from epicrisis_lab.differential.ddxplus import Patients
from epicrisis_lab.differential.drawing import Draw, whole
from epicrisis_lab.differential.lessons import Lesson, Listing, Naming, Numbers32, inputs_of, knots_of


@pytest.fixture
def batch(patients: Patients) -> Patients:
    return patients.labelled.taken(np.arange(40))


def drawn(*shapes: tuple[int, ...]) -> list[Numbers32]:
    rng = np.random.default_rng(1)
    return [rng.normal(scale=0.5, size=shape).astype(np.float32) for shape in shapes]


def assert_slopes(lesson: Lesson, values: Sequence[Numbers32]) -> None:
    step = np.float32(1e-2)
    for number, slopes in enumerate(lesson.slopes(*values)):
        for place in (0, slopes.size // 2, slopes.size - 1):
            up, down = ([each.copy() for each in values] for _ in range(2))
            up[number].flat[place] += step
            down[number].flat[place] -= step
            difference = (lesson.loss(*up) - lesson.loss(*down)) / (2 * float(step))
            assert slopes.flat[place] == pytest.approx(difference, abs=1e-3)


def test_naming_slopes_by_weights_and_by_coldness(batch: Patients) -> None:
    known = Draw(whole=0.5).cases(batch, np.random.default_rng(0))
    lesson = Naming.of(known, batch.labels)

    assert_slopes(lesson, drawn((lesson.inputs.shape[1], 3), (len(knots_of(7)),)))


def test_listing_slopes_by_weights(batch: Patients) -> None:
    lesson = Listing(inputs_of(whole(batch)), batch.listed.astype(np.float32))

    assert_slopes(lesson, drawn((lesson.inputs.shape[1], 3)))


def test_inputs_tell_what_is_known_and_nothing_of_what_is_not() -> None:
    there, not_there = np.array([[True, False, False]]), np.array([[False, True, False]])

    told = inputs_of(Known(there, not_there, np.array([2]), np.array([UNKNOWN])))

    assert told.tolist() == [[1, 0, 0, 0, 1, 0, *(0, 0, 1, 0, 0, 0, 0, 0), *(0, 0), 1]]


def test_temperatures_lie_between_knots_as_they_do_in_the_engine(batch: Patients) -> None:
    known = Draw().cases(batch, np.random.default_rng(0))
    [coldness] = drawn((len(knots_of(7)),))
    nothing = np.zeros((1, 3))
    temperatures = dict(zip(knots_of(7), np.exp(-coldness).tolist(), strict=True))
    weights = Additive(np.zeros(3), nothing, nothing, nothing, nothing, temperatures)

    learnt = np.exp(-(Naming.of(known, batch.labels).knots @ coldness))

    assert learnt == pytest.approx(weights.temperature(known.counts), rel=1e-5)


def test_every_number_of_findings_has_its_own_last_knot() -> None:
    assert knots_of(516) == [1, 2, 3, 5, 8, 13, 20, 40, 516]
    assert knots_of(7) == [1, 2, 3, 5, 7]
