"""Cases drawn from patients: of what each has and has not, some is known and the rest is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from epicrisis.engines.differential.additive import UNKNOWN, Flags, Known, Numbers
from epicrisis_lab.differential.ddxplus import OPEN, Patients


@dataclass(frozen=True, slots=True)
class Draw:
    """What is known of a patient in training, as shares of all cases.

    ``few`` know up to ``most_few`` evidences that are there, ``whole`` know all, and the rest know any number. Of half
    of the whole ones it is known that all else is not there; of half of the others, some of it.
    ``nobody`` is the share of cases whose age is not known, and of those whose sex is not.
    """

    few: float = 0.6
    whole: float = 0.15
    most_few: int = 10
    nobody: float = 0.1

    def cases(self, patients: Patients, rng: np.random.Generator) -> Known:
        """Return what is known of each of ``patients`` in one case drawn for each."""
        cases, have = len(patients), patients.present.sum(axis=1)
        kind, half = rng.random(cases), rng.random(cases) < 0.5
        few, whole = kind < self.few, kind >= 1 - self.whole
        counts = np.where(few, rng.integers(1, self.most_few + 1, cases), rng.integers(1, np.maximum(have, 1) + 1))
        present = shown(patients.present, np.where(whole, have, counts), rng)
        # As often one in 500 as all: the logarithm of the share is uniform.
        rates = np.exp(rng.uniform(np.log(1 / patients.present.shape[1]), 0, cases))
        rates = np.where(half, np.where(whole, 1.0, rates), 0.0)
        return Known(
            present=present,
            absent=~patients.present & (rng.random(present.shape, np.float32) < rates[:, None]),
            bands=np.where(rng.random(cases) < self.nobody, UNKNOWN, patients.bands),
            sexes=np.where(rng.random(cases) < self.nobody, UNKNOWN, patients.sexes),
        )


def few(patients: Patients, count: int, rng: np.random.Generator) -> Known:
    """Return cases of which ``count`` evidences that are there are known, or all there are, and nothing else."""
    present = shown(patients.present, np.full(len(patients), count), rng)
    return Known(present, np.zeros_like(present), patients.bands, patients.sexes)


def whole(patients: Patients) -> Known:
    """Return cases of which all is known: what is there, and that nothing else is."""
    return Known(patients.present, ~patients.present, patients.bands, patients.sexes)


def shown(present: Flags, counts: Numbers, rng: np.random.Generator) -> Flags:
    """Return as many of what is there in each row as ``counts`` says, each as likely as another; all where fewer."""
    order = np.where(present, rng.random(present.shape, np.float32), np.float32(2.0))
    ranks = np.sort(order, axis=1)
    last = ranks[np.arange(len(counts)), np.clip(counts, 1, present.shape[1]) - 1]
    return np.asarray(present & (order <= last[:, None]))


def stand_ins(patients: Patients, rng: np.random.Generator) -> Patients:
    """Return the labelled patients, and for each open one another who was told to have one of the same candidates.

    A label that follows from the list is known of easy patients only. Those that were told are of all kinds, so that
    with a stand-in for each open patient the labelled ones are as hard as all.
    """
    told: dict[bytes, list[int]] = {}
    for place in np.flatnonzero(patients.given):
        told.setdefault(patients.candidates[place].tobytes(), []).append(int(place))
    wanted = [told.get(patients.candidates[place].tobytes()) for place in np.flatnonzero(patients.labels == OPEN)]
    standing = [int(rng.choice(places)) for places in wanted if places]
    return patients.taken(np.concatenate([np.flatnonzero(patients.labels != OPEN), np.array(standing, dtype=np.intp)]))
