"""The evidences of DDXPlus and what was learnt of them, as the file of weights holds both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from epicrisis.domain.differentials import FindingKind
from epicrisis.engines.differential.additive import Additive, Flags, Known
from epicrisis.engines.differential.knowledge.base import Floats

TABLES = ("prior", "present", "absent", "ages", "sexes")
IN_LISTS = "_in_lists"
_OR = "_@_"


@dataclass(frozen=True)
class Evidences:
    """Evidences in the order of their columns: codes, names, who has one by history, and how often each is there.

    ``chances`` are conditions by evidences. Of the answers to a question in ``single`` one alone holds.
    """

    codes: Sequence[str]
    names: Sequence[str]
    histories: Flags
    single: Flags
    chances: Floats

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Return the column of each evidence."""
        return {code: column for column, code in enumerate(self.codes)}

    @cached_property
    def questions(self) -> Sequence[str]:
        """Return the question that each evidence answers."""
        return [question_of(code) for code in self.codes]

    def kind(self, column: int) -> FindingKind:
        """Return what kind of finding an evidence is: history, or something told."""
        return FindingKind.HISTORY if self.histories[column] else FindingKind.SYMPTOM


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights, the evidences they weigh, and the conditions of the knowledge base they rank.

    Where all is known of a patient, a physician's list holds what ``lists``, another sum, gives a score above 0.
    """

    weights: Additive
    lists: Additive
    evidences: Evidences
    conditions: Sequence[str]

    @classmethod
    def read(cls, file: Path, temperatures: Mapping[str, float]) -> Learnt:
        """Return what ``file`` holds, with the temperatures of its card."""
        with np.load(file, allow_pickle=False) as held:
            weights = {name: held[name].astype(np.float64) for name in TABLES}
            lists = {name: held[f"{name}{IN_LISTS}"].astype(np.float64) for name in TABLES}
            return cls(
                Additive(**weights, temperatures={int(known): value for known, value in temperatures.items()}),
                Additive(**lists, temperatures={1: 1.0}),
                Evidences(
                    held["codes"].tolist(),
                    held["names"].tolist(),
                    held["histories"],
                    held["single"],
                    held["chances"].astype(np.float64),
                ),
                held["conditions"].tolist(),
            )

    def listed(self, known: Known) -> Flags:
        """Return which conditions a physician's list would hold in each case."""
        return np.asarray(self.lists.scores(known) > 0)


def question_of(evidence: str) -> str:
    """Return the code of the question that ``evidence`` answers: ``E_55`` for ``E_55_@_V_89``."""
    return evidence.partition(_OR)[0]


def answer_of(evidence: str) -> str:
    """Return the answer in the code of ``evidence``: ``V_89`` for ``E_55_@_V_89``, and nothing for yes."""
    return evidence.partition(_OR)[2]
