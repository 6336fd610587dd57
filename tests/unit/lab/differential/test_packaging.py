from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.artifacts import CARD, Artifact
from epicrisis.engines.differential.evidences import Learnt
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.learnt import FOLDER, WEIGHTS, LearntEngine
from epicrisis.engines.shipped import shipped
from epicrisis_lab.differential.asking import asking
from epicrisis_lab.differential.counting import chances_of
from epicrisis_lab.differential.ddxplus import Patients
from epicrisis_lab.differential.drawing import Draw, few, whole
from epicrisis_lab.differential.packaging import learnt_of, ship
from epicrisis_lab.differential.scoring import answering, scored
from epicrisis_lab.differential.training import Recipe, calibrated, limited, train, train_lists
from epicrisis_lab.differential.words import Words


@pytest.fixture(scope="module")
def learnt(patients: Patients, words: Words) -> Learnt:
    lessons = patients.labelled
    recipe = Recipe(epochs=2, list_epochs=2, batch=64)
    weights = calibrated(train(lessons, recipe, lambda *_: None), lessons, 0)
    lists = limited(train_lists(lessons, recipe, lambda *_: None), lessons)
    return learnt_of(weights, lists, chances_of(lessons), words)


@pytest.fixture
def packed(learnt: Learnt, patients: Patients, tmp_path: Path) -> Artifact:
    ship(learnt, scored(answering(learnt.weights, learnt.lists), patients, 0), tmp_path)
    return Artifact(tmp_path)


def test_what_is_shipped_is_read_as_it_was_learnt(learnt: Learnt, packed: Artifact, patients: Patients) -> None:
    found = Learnt.read(packed.path(WEIGHTS), packed.temperatures)

    known = whole(patients)
    assert found.weights.scores(known) == pytest.approx(learnt.weights.scores(known), abs=1e-4)
    assert (found.listed(known) == learnt.listed(known)).mean() > 0.999
    assert (found.conditions, found.evidences.codes) == (learnt.conditions, learnt.evidences.codes)
    assert found.evidences.names == learnt.evidences.names
    assert found.evidences.single.tolist() == learnt.evidences.single.tolist()
    assert found.weights.temperatures == pytest.approx(learnt.weights.temperatures, abs=1e-4)


def test_the_card_tells_the_figures_and_keeps_its_words(packed: Artifact) -> None:
    shipped_card = json.loads((shipped(FOLDER) / CARD).read_text(encoding="utf-8"))

    assert packed.card.scores["ddxplus.dev.all.top_1"] > 0.8
    assert {"ddxplus.dev.1.ece", "ddxplus.dev.all.list_f1"} <= packed.card.scores.keys()
    assert not [name for name in packed.card.scores if "told" in name or "open" in name]
    assert packed.card.limits == tuple(shipped_card["limits"])


def test_the_engine_answers_each_case_as_its_weights_answer_all_at_once(
    learnt: Learnt, packed: Artifact, patients: Patients, words: Words
) -> None:
    some, rng = patients.taken(np.arange(60)), np.random.default_rng(0)
    engine = LearntEngine(packed.card, learnt, knowledge_base().conditions)
    at_once, one_by_one = answering(learnt.weights, learnt.lists), asking(engine, words)

    for known in (few(some, 2, rng), whole(some)):
        assert one_by_one(some, known).shares == pytest.approx(at_once(some, known).shares)


def test_a_case_is_asked_with_what_is_known_and_nothing_else(
    learnt: Learnt, packed: Artifact, patients: Patients, words: Words
) -> None:
    some = patients.taken(np.arange(60))
    # Age and sex of patients are always told.
    known = Draw(nobody=0.0).cases(some, np.random.default_rng(0))
    engine = LearntEngine(packed.card, learnt, knowledge_base().conditions)

    found = asking(engine, words)(some, known)

    assert found.listed is None
    assert found.shares == pytest.approx(answering(learnt.weights, learnt.lists)(some, known).shares)
