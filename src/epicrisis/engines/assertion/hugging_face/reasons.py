"""Which words led a foreign model to a verdict: those without which it is less sure of it.

A classifier does not say why. So the cues the rules know are taken out of the sentence one at a time, and the model is
asked again (occlusion: Li, Monroe and Jurafsky 2016, arXiv:1612.08220).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from epicrisis.domain.assertions import Assertion, Cue, Status, in_text_order
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion import rules
from epicrisis.engines.assertion.hugging_face.classes import Classes
from epicrisis.engines.assertion.hugging_face.classifiers import Scores
from epicrisis.engines.assertion.hugging_face.rows import Asked
from epicrisis.engines.units import Unit

# So much less sure without the words: they led to it.
_LESS_SURE = 0.1
# A sentence without a full stop may be a page; the cues nearest to the finding are enough.
_NEAREST = 8


class _Doubt(NamedTuple):
    """An assertion by its number, a cue in the text of its unit, and the question without the cue."""

    number: int
    cue: Cue
    asked: Asked


class Reasons:
    """Finds the cues behind assertions by asking ``shares``, the model, once more without each."""

    def __init__(self, shares: Callable[[Sequence[Asked]], Scores], classes: Classes) -> None:
        self._shares = shares
        self._classes = classes
        self._rules = rules.build()

    def added(self, assertions: Sequence[Assertion], units: Sequence[Unit]) -> list[Assertion]:
        """Return ``assertions``, each judged in its unit, with the cues that led to any status but PRESENT."""
        doubts = list(self._doubts(assertions, units))
        behind: dict[int, list[Cue]] = {}
        for doubt, shares in zip(doubts, self._shares([doubt.asked for doubt in doubts]), strict=True):
            judged = assertions[doubt.number]
            if judged.confidence - self._classes.scores(shares)[judged.status] >= _LESS_SURE:
                behind.setdefault(doubt.number, []).append(_placed(doubt.cue, units[doubt.number]))
        return [
            replace(judged, cues=in_text_order(behind[number])) if number in behind else judged
            for number, judged in enumerate(assertions)
        ]

    def _doubts(self, assertions: Sequence[Assertion], units: Sequence[Unit]) -> Iterator[_Doubt]:
        known: dict[str, Sequence[Cue]] = {}
        for number, (judged, unit) in enumerate(zip(assertions, units, strict=True)):
            if judged.status is Status.PRESENT:
                continue
            if unit.text not in known:
                known[unit.text] = self._rules.cues(Document(id="unit", text=unit.text))
            target = unit.to_unit(judged.target)
            for cue in sorted(known[unit.text], key=lambda each: _between(each.span, target))[:_NEAREST]:
                text = f"{unit.text[: cue.span.start]}{' ' * len(cue.span)}{unit.text[cue.span.end :]}"
                if text[target.start : target.end].strip():
                    yield _Doubt(number, cue, Asked(text, target))


def _between(first: Span, second: Span) -> int:
    return max(second.start - first.end, first.start - second.end, 0)


def _placed(cue: Cue, unit: Unit) -> Cue:
    return replace(cue, span=cue.span.shifted(unit.start), scope=cue.scope.shifted(unit.start) if cue.scope else None)
