"""The figures of an evaluation as cells of a table: on a terminal, in a card, beside a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from epicrisis_lab.evaluation.run import Evaluation

_PARTS = ("precision", "recall", "f1")
_SUPPORT = "support"


class Cells(NamedTuple):
    """Precision, recall and F1, each with its interval; a figure that is no F1 stands in the last one alone."""

    precision: str
    recall: str
    value: str


def stems(evaluation: Evaluation) -> list[str]:
    """Return what is measured, in order: ``status.accuracy``, or ``status.ABSENT`` for a precision, a recall and an F1.

    Confusions are no figures.
    """
    found: dict[str, None] = {}
    for name, value in evaluation.metrics.items():
        if not isinstance(value, Mapping):
            stem, _, last = name.rpartition(".")
            found[stem if last in (*_PARTS, _SUPPORT) else name] = None
    return list(found)


def cells(evaluation: Evaluation, stem: str) -> Cells:
    """Return the figures called ``stem``, empty where they are undefined or were not measured."""
    if f"{stem}.f1" in evaluation.metrics:
        return Cells(*(figure(evaluation, f"{stem}.{part}") for part in _PARTS))
    return Cells("", "", figure(evaluation, stem))


def figure(evaluation: Evaluation, name: str) -> str:
    """Return one figure with its interval: ``0.669 [0.619, 0.712]``."""
    value = evaluation.metrics.get(name)
    if value is None:
        return ""
    interval = evaluation.intervals.get(name)
    return f"{value:.3f}" if interval is None else f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"


def support(evaluation: Evaluation, stem: str) -> str:
    """Return how many gold items ``stem`` is about, empty where it is not about one label."""
    count = evaluation.metrics.get(f"{stem}.{_SUPPORT}")
    return "" if count is None else f"{count:.0f}"
