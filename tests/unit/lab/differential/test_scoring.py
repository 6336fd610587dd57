from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from epicrisis_lab.differential.counting import naive_bayes
from epicrisis_lab.differential.ddxplus import OPEN, Patients
from epicrisis_lab.differential.drawing import whole
from epicrisis_lab.differential.scoring import (
    Answers,
    answering,
    figures,
    likely,
    listing_f1,
    open_figures,
    scored,
)
from tests.unit.lab.differential.invented import BRONCHITIS, FLU, HEADACHE


@pytest.fixture
def four(patients: Patients) -> Patients:
    """Return four patients, two of them with influenza."""
    return replace(
        patients.taken(np.arange(4)),
        labels=np.array([FLU, FLU, BRONCHITIS, HEADACHE]),
        listed=np.array([[1, 1, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1]], dtype=bool),
    )


def test_tops_count_where_the_label_stands(four: Patients) -> None:
    shares = np.array([[0.8, 0.1, 0.1], [0.4, 0.5, 0.1], [0.1, 0.7, 0.2], [0.6, 0.3, 0.1]])

    found = figures(Answers(shares), four)

    assert found["cases"] == 4
    assert (found["top_1"], found["top_3"], found["top_5"]) == (0.5, 1.0, 1.0)
    assert "list_f1" not in found


def test_ece_is_how_far_sureness_is_from_being_right(four: Patients) -> None:
    shares = np.array([[0.9, 0.05, 0.05], [0.9, 0.05, 0.05], [0.05, 0.05, 0.9], [0.0, 0.0, 1.0]])

    found = figures(Answers(shares), four)

    # Three are 0.9 sure, and two of them right; one is certain, and right.
    assert found["ece"] == pytest.approx((3 * abs(0.9 - 2 / 3) + 0) / 4, abs=1e-6)


def test_lists_are_compared_with_the_lists(four: Patients) -> None:
    answered = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 0]], dtype=bool)

    found = figures(Answers(np.eye(3)[four.labels], answered), four)

    assert found["list_f1"] == pytest.approx((1 + 2 / 3 + 2 / 3 + 0) / 4)
    precision, recall = (1 + 1 + 0.5 + 0) / 4, (1 + 0.5 + 1 + 0) / 4
    assert found["ddf1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert listing_f1(four.listed, four.listed) == 1.0


def test_of_the_open_it_is_told_whether_a_candidate_is_first(four: Patients) -> None:
    candidates = np.array([[1, 1, 0], [0, 1, 1], [1, 1, 0], [1, 1, 0]], dtype=bool)
    opened = replace(four, labels=np.full(4, OPEN), candidates=candidates)

    found = open_figures(Answers(np.tile([0.5, 0.3, 0.2], (4, 1))), opened)

    assert found["first_is_candidate"] == 0.75
    assert found["on_candidates"] == pytest.approx((3 * 0.8 + 0.5) / 4)


def test_every_level_is_scored_and_who_was_told_apart(patients: Patients) -> None:
    bayes = naive_bayes(patients.labelled)

    found = scored(likely(bayes, patients.labelled), patients, 0)

    told = [level for level in found if level.endswith(", told")]
    assert list(found) == [each for level in ("1", "2", "3", "5", "8", "all") for each in (level, f"{level}, told")] + [
        "all, open"
    ]
    assert {found[level]["cases"] for level in told} == {float(patients.given.sum())}
    assert found["all"]["top_1"] > found["1"]["top_1"]
    assert found["all, open"]["cases"] + found["all"]["cases"] == len(patients)


def test_what_has_a_score_above_0_is_on_a_list(patients: Patients) -> None:
    bayes = naive_bayes(patients.labelled)
    lists = replace(bayes.each(np.zeros_like), prior=np.array([-1.0, 0.0, 1.0]))

    listed = answering(bayes, lists)(patients, whole(patients)).listed

    assert listed is not None
    assert np.unique(listed, axis=0).tolist() == [[False, False, True]]
