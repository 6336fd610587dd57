"""What is counted in patients: how often each evidence is there, and the naive Bayes classifier that follows."""

from __future__ import annotations

import numpy as np

from epicrisis.engines.differential.additive import Additive
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.entries import BANDS
from epicrisis_lab.differential.ddxplus import Patients

AGES, SEXES = len(BANDS) + 1, 2


def common_of(patients: Patients) -> Floats:
    """Return the share of each pathology among labelled patients."""
    return np.asarray(np.bincount(patients.labels, minlength=patients.listed.shape[1]) / len(patients))


def chances_of(patients: Patients) -> Floats:
    """Return how often each evidence is there in each pathology, pathologies by evidences, of labelled patients."""
    told = np.eye(patients.listed.shape[1])[patients.labels]
    return np.asarray((told.T @ patients.present + 0.5) / (told.sum(axis=0)[:, None] + 1))


def naive_bayes(patients: Patients) -> Additive:
    """Return the weights of a naive Bayes classifier counted on labelled patients."""
    chances, told = chances_of(patients).T, np.eye(patients.listed.shape[1])[patients.labels]
    many = told.sum(axis=0)
    ages, sexes = np.eye(AGES)[patients.bands].T @ told, np.eye(SEXES)[patients.sexes].T @ told
    return Additive(
        np.log(many + 1) - np.log(len(patients) + len(many)),
        np.log(chances),
        np.log1p(-chances),
        np.log((ages + 0.5) / (many + AGES / 2)),
        np.log((sexes + 0.5) / (many + SEXES / 2)),
        {1: 1.0},
    )


def against_all(weights: Additive, common: Floats) -> Additive:
    """Return ``weights`` told against all patients: what adds to all conditions alike, as ``common`` as each is, is 0.

    Shares stay what they are.
    """
    return weights.each(lambda table: table - np.log(np.exp(table) @ common)[..., None])
