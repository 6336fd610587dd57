"""Marks in a text against marks in a text: the same, overlapping, missed or made up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, ratio


class Mark(NamedTuple):
    """A labelled stretch of text."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Matching:
    """How the marks of one text fit: pairs of (gold, predicted), and what is left on either side."""

    pairs: tuple[tuple[Mark, Mark], ...]
    missed: tuple[Mark, ...]
    made_up: tuple[Mark, ...]


def match_strict(gold: Iterable[Mark], predicted: Iterable[Mark]) -> Matching:
    """Pair marks with the same offsets and the same label; a mark given twice counts once."""
    wanted, found = set(gold), set(predicted)
    return Matching(
        pairs=tuple((mark, mark) for mark in sorted(wanted & found)),
        missed=tuple(sorted(wanted - found)),
        made_up=tuple(sorted(found - wanted)),
    )


def match_overlap(gold: Iterable[Mark], predicted: Iterable[Mark], *, any_label: bool = False) -> Matching:
    """Pair marks that share a character and, unless ``any_label``, the label; each is used once, the best fit first.

    One to one, so that a single mark over the whole text does not find everything in it. The fit of two marks is the
    share of the characters they cover that both cover, so exact pairs always come first.
    """
    wanted, found = sorted(set(gold)), sorted(set(predicted))
    fits = sorted(
        (-_fit(mark, other), i, j)
        for i, mark in enumerate(wanted)
        for j, other in enumerate(found)
        if mark.start < other.end and other.start < mark.end and (any_label or mark.label == other.label)
    )
    left, free = dict(enumerate(wanted)), dict(enumerate(found))
    pairs = [(left.pop(i), free.pop(j)) for _, i, j in fits if i in left and j in free]
    return Matching(pairs=tuple(sorted(pairs)), missed=tuple(left.values()), made_up=tuple(free.values()))


def _fit(mark: Mark, other: Mark) -> float:
    shared = min(mark.end, other.end) - max(mark.start, other.start)
    return shared / (max(mark.end, other.end) - min(mark.start, other.start))


def span_tally(matchings: Sequence[Matching], groups: Mapping[str, Collection[str]]) -> Tally:
    """Return the tally of ``matchings``, one per row.

    Each entry of ``groups`` is a micro average: ``{"entities.strict": {"TEST", "VALUE"}}`` gives
    ``entities.strict.precision``, ``.recall``, ``.f1`` and ``.support`` (how many gold marks there are).
    """
    labels = sorted({label for members in groups.values() for label in members})
    size = len(labels)
    place = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(matchings), 3 * size))
    for row, matching in zip(counts, matchings, strict=True):
        for mark, _ in matching.pairs:
            row[place[mark.label]] += 1
        for mark in matching.made_up:
            row[size + place[mark.label]] += 1
        for mark in matching.missed:
            row[2 * size + place[mark.label]] += 1
    columns = {name: [place[label] for label in sorted(members)] for name, members in groups.items()}

    def measure(totals: Floats) -> Measures:
        figures: dict[str, Floats] = {}
        for name, members in columns.items():
            right, extra, lost = (totals[..., [part * size + i for i in members]].sum(axis=-1) for part in range(3))
            figures[f"{name}.precision"] = ratio(right, right + extra)
            figures[f"{name}.recall"] = ratio(right, right + lost)
            figures[f"{name}.f1"] = ratio(2 * right, 2 * right + extra + lost)
            figures[f"{name}.support"] = right + lost
        return figures

    return Tally(counts, measure)
