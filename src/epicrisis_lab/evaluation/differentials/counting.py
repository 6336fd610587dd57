"""Counts a vignette, and the figures that their sums give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from epicrisis.domain.differentials import Differential, Urgency
from epicrisis_lab.evaluation.differentials.findings import Compared
from epicrisis_lab.evaluation.differentials.vignettes import Vignette
from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, ratio

TOPS = (1, 3, 5)
FIRST = max(TOPS)
GROUPS: Mapping[str, Callable[[Vignette], str]] = {
    "difficulty": lambda vignette: vignette.difficulty,
    "language": lambda vignette: vignette.document.language,
    "specialty": lambda vignette: vignette.specialty,
}
# Past every list.
_NOWHERE = 1_000


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where the condition that was meant stands: ``place`` counts from 1.

    ``place_if_new`` leaves out what the patient is known to have. ``confident`` is how sure the engine is of its first
    hypothesis, and whether that is right.
    """

    place: int
    place_if_new: int
    confident: tuple[float, bool]
    alarms: int

    @classmethod
    def of(cls, found: Differential, condition: str) -> Ranked:
        """Return where ``condition`` stands in ``found``."""
        first = found.hypotheses[0] if found.hypotheses else None
        place = _place([each.condition for each in found.hypotheses], condition)
        return cls(
            place=place,
            place_if_new=_place([each.condition for each in found.hypotheses if not each.is_known], condition),
            confident=(0.0 if first is None else first.confidence, place == 1),
            alarms=len(found.alarms),
        )


def tops_tally(prefix: str, places: Sequence[int]) -> Tally:
    """Return the tally of how often a place is among the first."""
    counts = np.array([[1.0, *(float(place <= top) for top in TOPS)] for place in places])

    def measure(totals: Floats) -> Measures:
        return {f"{prefix}.top-{top}": ratio(totals[..., column], totals[..., 0]) for column, top in enumerate(TOPS, 1)}

    return Tally(counts, measure)


def groups_tally(way: str, vignettes: Sequence[Vignette], ranked: Sequence[Ranked]) -> Tally:
    """Return the tally of how often the condition is among the first, by difficulty, language and specialty."""
    names = [(kind, value) for kind, of in GROUPS.items() for value in sorted({of(vignette) for vignette in vignettes})]
    width = 1 + len(TOPS)
    counts = np.zeros((len(ranked), len(names), width))
    for row, (vignette, each) in enumerate(zip(vignettes, ranked, strict=True)):
        for column, (kind, value) in enumerate(names):
            if GROUPS[kind](vignette) == value:
                counts[row, column] = [1.0, *(float(each.place <= top) for top in TOPS)]

    def measure(totals: Floats) -> Measures:
        figures: dict[str, Floats] = {}
        for column, (kind, value) in enumerate(names):
            own = totals[..., column * width : (column + 1) * width]
            for place, top in enumerate(TOPS, 1):
                name = f"{way}.top-{top}.{kind}.{value}"
                figures[name] = ratio(own[..., place], own[..., 0])
                figures[f"{name}.support"] = own[..., 0]
        return figures

    return Tally(counts.reshape(len(ranked), -1), measure)


def alarms_tally(way: str, ranked: Sequence[Ranked], urgencies: Sequence[Urgency]) -> Tally:
    """Return the tally of how many emergencies, and how many others, have an alarm."""
    counts = np.zeros((len(ranked), 4))
    for row, (each, urgency) in enumerate(zip(ranked, urgencies, strict=True)):
        first = 0 if urgency is Urgency.EMERGENCY else 2
        counts[row, first : first + 2] = (1.0, float(each.alarms > 0))

    def measure(totals: Floats) -> Measures:
        return {
            f"{way}.alarms.emergencies": ratio(totals[..., 1], totals[..., 0]),
            f"{way}.alarms.emergencies.support": totals[..., 0],
            f"{way}.alarms.others": ratio(totals[..., 3], totals[..., 2]),
            f"{way}.alarms.others.support": totals[..., 2],
        }

    return Tally(counts, measure)


def findings_tally(compared: Sequence[Compared]) -> Tally:
    """Return the tally of findings that were read: of all, of those that are there, and of those that are not."""
    parts = {"findings": (True, False), "findings.present": (True,), "findings.absent": (False,)}
    counts = np.array([[count for kinds in parts.values() for count in _counts(each, kinds)] for each in compared])

    def measure(totals: Floats) -> Measures:
        figures: dict[str, Floats] = {}
        for number, name in enumerate(parts):
            stated, matched, read, right, contrary = np.moveaxis(totals[..., number * 5 : number * 5 + 5], -1, 0)
            precision, recall = ratio(right, read), ratio(matched, stated)
            figures[f"{name}.precision"], figures[f"{name}.recall"] = precision, recall
            figures[f"{name}.f1"] = ratio(2 * precision * recall, precision + recall)
            figures[f"{name}.support"] = stated
            figures[f"{name}.contrary"] = ratio(contrary, read)
        return figures

    return Tally(counts, measure)


def _counts(compared: Compared, kinds: tuple[bool, ...]) -> list[float]:
    """Return how many findings are stated and matched; how many were read, are right, and are the contrary."""
    matched, missed, right, made_up, contrary = (
        sum(each.present in kinds for each in group)
        for group in (compared.matched, compared.missed, compared.right, compared.made_up, compared.contrary)
    )
    return [float(matched + missed), float(matched), float(right + made_up + contrary), float(right), float(contrary)]


def _place(ranking: Sequence[str], condition: str) -> int:
    return ranking.index(condition) + 1 if condition in ranking else _NOWHERE
