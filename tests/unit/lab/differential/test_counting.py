from __future__ import annotations

import numpy as np
import pytest

from epicrisis_lab.differential.counting import against_all, chances_of, common_of, naive_bayes
from epicrisis_lab.differential.ddxplus import Patients
from epicrisis_lab.differential.drawing import few, whole
from tests.unit.lab.differential.invented import COUGH, FEVER, FLU, HEADACHE


def test_chances_are_counted(patients: Patients) -> None:
    labelled = patients.labelled
    own = labelled.present[labelled.labels == FLU]

    chances = chances_of(labelled)

    assert chances[FLU, FEVER] == pytest.approx((own[:, FEVER].sum() + 0.5) / (len(own) + 1))
    assert 0 < chances[HEADACHE, COUGH] < 0.01


def test_naive_bayes_is_the_rule_of_bayes(patients: Patients) -> None:
    labelled = patients.labelled
    bayes, chances = naive_bayes(labelled), chances_of(labelled)
    one = whole(labelled.taken(np.array([0])))
    there, band, sex = one.present[0], one.bands[0], one.sexes[0]

    shares = bayes.shares(bayes.scores(one), one.counts)[0]

    likely = np.where(there, chances, 1 - chances).prod(axis=1)
    likely = likely * np.exp(bayes.prior + bayes.ages[band] + bayes.sexes[sex])
    assert shares == pytest.approx(likely / likely.sum())


def test_age_and_sex_are_chances_too(patients: Patients) -> None:
    bayes = naive_bayes(patients.labelled)

    for table in (bayes.ages, bayes.sexes):
        assert np.exp(table).sum(axis=0) == pytest.approx(1.0)


def test_told_against_all_an_evidence_as_common_as_in_all_says_nothing_and_shares_stay(patients: Patients) -> None:
    labelled = patients.labelled
    bayes, common = naive_bayes(labelled), common_of(labelled)
    known = few(labelled, 2, np.random.default_rng(0))

    told = against_all(bayes, common)

    for table in (told.present, told.absent, told.ages, told.sexes):
        assert np.exp(table) @ common == pytest.approx(1.0)
    before, after = (each.shares(each.scores(known), known.counts) for each in (bayes, told))
    assert after == pytest.approx(before)
