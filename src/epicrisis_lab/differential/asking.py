"""Asks any differential engine through its contract, one case at a time."""

from __future__ import annotations

import numpy as np

from epicrisis.domain.differentials import Case, Observed
from epicrisis.domain.patients import Sex
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.differential.additive import FEMALE, Known
from epicrisis_lab.differential.ddxplus import Patients
from epicrisis_lab.differential.scoring import Answering, Answers
from epicrisis_lab.differential.words import Words


def asking(engine: DifferentialEngine, words: Words) -> Answering:
    """Return what asks ``engine``, which makes no lists."""
    column = {condition: place for place, condition in enumerate(words.conditions)}

    def answer(patients: Patients, known: Known) -> Answers:
        shares = np.zeros((len(patients), len(column)))
        for row in range(len(patients)):
            told = engine.differential(case_of(patients, known, row, words), most=len(column))
            for each in told.hypotheses:
                if each.condition in column:
                    shares[row, column[each.condition]] = each.confidence
        return Answers(shares)

    return answer


def case_of(patients: Patients, known: Known, row: int, words: Words) -> Case:
    """Return the patient in ``row`` as a case of which ``known`` is known."""
    return Case(
        age=float(patients.ages[row]),
        sex=Sex.FEMALE if patients.sexes[row] == FEMALE else Sex.MALE,
        observed=(
            *(Observed(words.evidences[column]) for column in np.flatnonzero(known.present[row]).tolist()),
            *(Observed(words.evidences[column], False) for column in np.flatnonzero(known.absent[row]).tolist()),
        ),
    )
