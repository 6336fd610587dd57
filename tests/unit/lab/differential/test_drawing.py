from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.differential.additive import UNKNOWN
from epicrisis_lab.differential.ddxplus import OPEN, Patients
from epicrisis_lab.differential.drawing import Draw, few, shown, stand_ins, whole
from tests.unit.lab.differential.invented import BRONCHITIS, COUGH, FEVER, FLU, read, write_corpus


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_few_shows_so_many_of_what_is_there_or_all_there_is(
    patients: Patients, rng: np.random.Generator, count: int
) -> None:
    known = few(patients, count, rng)

    assert not (known.present & ~patients.present).any()
    assert known.counts.tolist() == np.minimum(patients.present.sum(axis=1), count).tolist()
    assert not known.absent.any()


def test_each_evidence_is_shown_as_often_as_another(rng: np.random.Generator) -> None:
    present = np.tile([True, True, False, True], (6000, 1))

    often = shown(present, np.ones(6000, dtype=np.intp), rng).mean(axis=0)

    assert often == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3], abs=0.03)


def test_whole_says_of_all_that_is_not_there_that_it_is_not(patients: Patients) -> None:
    known = whole(patients)

    assert (known.counts == patients.present.shape[1]).all()
    assert (known.present == patients.present).all()


def test_a_draw_shows_nothing_that_is_not_so(patients: Patients, rng: np.random.Generator) -> None:
    known = Draw().cases(patients, rng)

    assert not (known.present & ~patients.present).any()
    assert not (known.absent & patients.present).any()
    assert (known.present.sum(axis=1) >= 1).all()
    assert set(np.unique(known.sexes)) == {UNKNOWN, 0, 1}
    assert np.mean(known.bands == UNKNOWN) == pytest.approx(0.1, abs=0.04)


def test_half_of_the_whole_ones_are_known_wholly_and_half_say_nothing_of_the_rest(
    patients: Patients, rng: np.random.Generator
) -> None:
    known = Draw(few=0.0, whole=1.0).cases(patients, rng)

    told = known.absent.sum(axis=1)
    every = (~patients.present).sum(axis=1)
    assert (known.present == patients.present).all()
    assert ((told == 0) | (told == every)).all()
    assert np.mean(told == every) == pytest.approx(0.5, abs=0.06)


def test_for_who_is_open_stands_another_of_the_same_candidates(tmp_path: Path, rng: np.random.Generator) -> None:
    both = [FLU, BRONCHITIS]
    rows = [
        (0, 30, "F", BRONCHITIS, "file", [FEVER, COUGH], both),
        (1, 40, "F", FLU, "rule", [FEVER], [FLU]),
        (2, 50, "F", None, "set", [COUGH], both),
        (3, 60, "F", None, "set", [FEVER], both),
    ]

    found = stand_ins(read(write_corpus(tmp_path, rows)), rng)

    assert found.rows.tolist() == [0, 1, 0, 0]
    assert OPEN not in found.labels


def test_nobody_stands_in_for_an_open_one_whose_candidates_no_told_one_has(patients: Patients) -> None:
    nobody_told = replace(patients, given=np.zeros_like(patients.given))

    found = stand_ins(nobody_told, np.random.default_rng(0))

    assert len(found) == len(patients.labelled)
