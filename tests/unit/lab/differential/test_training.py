from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from epicrisis.engines.differential.additive import Additive
from epicrisis_lab.differential.counting import against_all, common_of, naive_bayes
from epicrisis_lab.differential.ddxplus import Patients, Side
from epicrisis_lab.differential.drawing import few, whole
from epicrisis_lab.differential.scoring import listing_f1
from epicrisis_lab.differential.training import Recipe, calibrated, limited, split, train, train_lists
from tests.unit.lab.differential.invented import BRONCHITIS, COUGH, FEVER, FLU, HEADACHE, SMOKER

RECIPE = Recipe(epochs=6, list_epochs=12, batch=64)


def hush(_epoch: int, _loss: float) -> None:
    return


def people(those: Patients) -> set[tuple[float, int, bytes]]:
    rows = zip(those.ages.tolist(), those.sexes.tolist(), those.present, strict=True)
    return {(age, sex, present.tobytes()) for age, sex, present in rows}


@pytest.fixture(scope="module")
def sides(patients: Patients) -> Mapping[Side, Patients]:
    return split(patients, 0)


@pytest.fixture(scope="module")
def learnt(sides: Mapping[Side, Patients]) -> Additive:
    return calibrated(train(sides[Side.TRAIN], RECIPE, hush), sides[Side.CALIBRATION], 0)


@pytest.fixture(scope="module")
def lists(sides: Mapping[Side, Patients]) -> Additive:
    return train_lists(sides[Side.TRAIN], RECIPE, hush)


def right(weights: Additive, patients: Patients, count: int) -> float:
    scores = weights.scores(few(patients, count, np.random.default_rng(3)))
    return float((scores.argmax(axis=1) == patients.labels).mean())


def test_it_learns_who_has_what(learnt: Additive, sides: Mapping[Side, Patients]) -> None:
    dev = sides[Side.DEV].labelled

    assert right(learnt, dev, 1) > 0.6
    assert right(learnt, dev, 7) > right(learnt, dev, 1)


def test_what_a_pathology_never_has_speaks_against_it(learnt: Additive) -> None:
    assert learnt.present[SMOKER, FLU] < -1 < 0 < learnt.present[SMOKER, BRONCHITIS]
    assert learnt.present[FEVER, FLU] > 0 > learnt.absent[FEVER, FLU]
    assert learnt.present[COUGH, HEADACHE] < -1


def test_few_findings_are_less_sure_than_many(learnt: Additive, sides: Mapping[Side, Patients]) -> None:
    dev, rng = sides[Side.DEV].labelled, np.random.default_rng(3)
    sure = [
        learnt.shares(learnt.scores(known), known.counts).max(axis=1).mean()
        for known in (few(dev, 1, rng), few(dev, 3, rng), whole(dev))
    ]

    assert sure == sorted(sure)


def test_scores_are_nats_where_one_evidence_is_known_and_told_against_all(
    learnt: Additive, sides: Mapping[Side, Patients]
) -> None:
    common = common_of(sides[Side.CALIBRATION])

    assert learnt.temperature(1).tolist() == pytest.approx(1.0)
    assert np.exp(learnt.present) @ common == pytest.approx(1.0)


def test_held_weights_stay_those_of_a_naive_bayes(sides: Mapping[Side, Patients]) -> None:
    lessons = sides[Side.TRAIN]
    bayes = against_all(naive_bayes(lessons), common_of(lessons)).present

    loose, held = (
        float(np.abs(train(lessons, replace(RECIPE, hold=hold, rate=0.02), hush).present - bayes).mean())
        for hold in (0.0, 2.0)
    )

    assert held < loose / 2
    assert train(lessons, replace(RECIPE, rate=0.0), hush).present == pytest.approx(bayes, abs=1e-6)


def test_lists_hold_what_a_physician_would(lists: Additive, sides: Mapping[Side, Patients]) -> None:
    dev = sides[Side.DEV]

    assert listing_f1(limited(lists, sides[Side.CALIBRATION]).scores(whole(dev)) > 0, dev.listed) > 0.9


def test_the_limit_of_lists_is_the_one_that_fits_best(lists: Additive, sides: Mapping[Side, Patients]) -> None:
    fitted = sides[Side.CALIBRATION]
    shifted = replace(lists, prior=lists.prior + 1.0)

    best, as_it_is = (
        listing_f1(each.scores(whole(fitted)) > 0, fitted.listed) for each in (limited(shifted, fitted), shifted)
    )

    assert best > as_it_is


def test_the_same_seed_learns_the_same(sides: Mapping[Side, Patients]) -> None:
    one, other, another = (
        train(sides[Side.TRAIN], replace(RECIPE, epochs=1, seed=seed), hush).present for seed in (1, 1, 2)
    )

    assert (one == other).all()
    assert (one != another).any()


def test_each_epoch_is_told_and_the_loss_falls(sides: Mapping[Side, Patients]) -> None:
    told = dict[int, float]()

    train_lists(sides[Side.TRAIN], RECIPE, told.__setitem__)

    assert list(told) == list(range(1, RECIPE.list_epochs + 1))
    assert told[RECIPE.list_epochs] < told[1]


def test_who_is_in_dev_as_well_teaches_nothing(patients: Patients) -> None:
    every = np.arange(len(patients))
    twice = patients.taken(np.concatenate([every, every]))
    twice.rows[len(patients) :] = every + 100_000

    sides = split(twice, 0)

    assert people(twice.of(Side.DEV)) & people(twice.of(Side.TRAIN))
    assert people(sides[Side.DEV]) == people(twice.of(Side.DEV))
    for side in (Side.TRAIN, Side.CALIBRATION):
        assert people(sides[side])
        assert not people(sides[Side.DEV]) & people(sides[side])
