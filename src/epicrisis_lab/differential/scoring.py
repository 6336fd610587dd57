"""How often answers are right, and how sure they are of it, by how many evidences are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from epicrisis.engines.differential.additive import Additive, Flags, Known
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis_lab.differential.ddxplus import OPEN, Patients
from epicrisis_lab.differential.drawing import few, whole
from epicrisis_lab.evaluation.calibration import reliability

LEVELS = (1, 2, 3, 5, 8)
ALL = "all"
_TOPS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Answers:
    """How sure of each condition an engine is in each case, cases by conditions, and which it would put on a list.

    ``listed`` is ``None`` where it makes no lists.
    """

    shares: Floats
    listed: Flags | None = None

    def taken(self, chosen: Flags) -> Answers:
        """Return those about the cases that ``chosen`` names."""
        return Answers(self.shares[chosen], None if self.listed is None else self.listed[chosen])


Answering = Callable[[Patients, Known], Answers]
Figures = Mapping[str, float]


def answering(weights: Additive, lists: Additive) -> Answering:
    """Return what answers by ``weights``, and lists what ``lists`` give a score above 0."""

    def answer(_patients: Patients, known: Known) -> Answers:
        scores = weights.scores(known)
        return Answers(weights.shares(scores, known.counts), lists.scores(known) > 0)

    return answer


def likely(weights: Additive, patients: Patients) -> Answering:
    """Return what answers by ``weights``, which list what has a share above a limit chosen on ``patients``."""
    known = whole(patients)
    shares = weights.shares(weights.scores(known), known.counts)
    limit = max(10.0 ** np.linspace(-9, -0.5, 69), key=lambda each: listing_f1(shares > each, patients.listed))

    def answer(_patients: Patients, known: Known) -> Answers:
        shares = weights.shares(weights.scores(known), known.counts)
        return Answers(shares, shares > limit)

    return answer


def levels(patients: Patients, seed: int) -> Iterator[tuple[str, Known]]:
    """Yield cases of which 1, 2, 3, 5 and 8 random evidences that are there are known, and cases known wholly."""
    rng = np.random.default_rng(seed)
    for count in LEVELS:
        yield str(count), few(patients, count, rng)
    yield ALL, whole(patients)


def figures(answers: Answers, patients: Patients) -> dict[str, float]:
    """Return the figures of ``answers`` about labelled ``patients``.

    ``top_k`` is how often the label is among the first k, ``ece`` the expected calibration error of the first (Naeini
    et al. 2015). ``list_f1`` is the mean F1 of a list, ``ddf1`` that of mean precision and mean recall (Fansi Tchango
    et al. 2022).
    """
    own = answers.shares[np.arange(len(patients)), patients.labels][:, None]
    place = (answers.shares > own).sum(axis=1)
    first = answers.shares.argmax(axis=1) == patients.labels
    bins = reliability([*zip(answers.shares.max(axis=1).tolist(), first.tolist(), strict=True)])
    return {
        "cases": float(len(patients)),
        **{f"top_{top}": float((place < top).mean()) for top in _TOPS},
        "ece": sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / max(1, len(patients)),
        **_of_lists(answers, patients),
    }


def open_figures(answers: Answers, patients: Patients) -> dict[str, float]:
    """Return the figures about ``patients`` without a label: how often one of the candidates is first.

    ``on_candidates`` is how sure the answers are that it is one of them, on average.
    """
    every, first = np.arange(len(patients)), answers.shares.argmax(axis=1)
    return {
        "cases": float(len(patients)),
        "first_is_candidate": float(patients.candidates[every, first].mean()),
        "on_candidates": float((answers.shares * patients.candidates).sum(axis=1).mean()),
        **_of_lists(answers, patients),
    }


def scored(answer: Answering, patients: Patients, seed: int) -> dict[str, Figures]:
    """Return the figures by what is known, and where all is known of those who were told and of those who are open."""
    labelled, opened, found = patients.labelled, patients.taken(patients.labels == OPEN), dict[str, Figures]()
    for level, known in levels(labelled, seed):
        answers = answer(labelled, known)
        found[level] = figures(answers, labelled)
        if labelled.given.any() and not labelled.given.all():
            found[f"{level}, told"] = figures(answers.taken(labelled.given), labelled.taken(labelled.given))
    if len(opened):
        found[f"{ALL}, open"] = open_figures(answer(opened, whole(opened)), opened)
    return found


def listing_f1(answered: Flags, listed: Flags) -> float:
    """Return the mean over cases of the F1 of the conditions answered against those on the list."""
    both, either = (answered & listed).sum(axis=1), answered.sum(axis=1) + listed.sum(axis=1)
    return float(np.mean(2 * both / np.maximum(either, 1)))


def _of_lists(answers: Answers, patients: Patients) -> Figures:
    if answers.listed is None or not patients.listed.any():
        return {}
    return {
        "list_f1": listing_f1(answers.listed, patients.listed),
        "ddf1": _ddf1(answers.listed, patients.listed),
    }


def _ddf1(answered: Flags, listed: Flags) -> float:
    both = (answered & listed).sum(axis=1)
    precision = float(np.mean(both / np.maximum(answered.sum(axis=1), 1)))
    recall = float(np.mean(both / np.maximum(listed.sum(axis=1), 1)))
    return 2 * precision * recall / max(precision + recall, 1e-12)
