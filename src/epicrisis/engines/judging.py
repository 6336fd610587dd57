"""From the scores of a target to an assertion, with the cues that decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality, in_text_order
from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Floats, Judgement, Reading
from epicrisis.engines.encoder.load import LoadedEncoder
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.units import Unit

_Label = TypeVar("_Label", Status, Temporality, Experiencer)

# Which kinds of cue can have led to a judgement.
_BEHIND: Mapping[Status | Temporality | Experiencer, tuple[CueKind, ...]] = {
    Status.ABSENT: (CueKind.NEGATION,),
    Status.NORMAL: (CueKind.NORMALITY, CueKind.NEGATION),
    Status.POSSIBLE: (CueKind.UNCERTAINTY,),
    Status.CONDITIONAL: (CueKind.CONDITION,),
    Status.HYPOTHETICAL: (CueKind.HYPOTHESIS, CueKind.CONDITION),
    Temporality.PAST: (CueKind.PAST,),
    Temporality.FUTURE: (CueKind.HYPOTHESIS,),
    Experiencer.FAMILY: (CueKind.FAMILY,),
}
# A second cue of a kind counts too when it drew at least this share of the attention the first one drew.
_ALSO = 0.5


def assertion_of(
    target: Span,
    judgement: Judgement | None,
    reading: Reading,
    unit: Unit,
    cues: Sequence[Cue],
    loaded: LoadedEncoder,
) -> Assertion:
    """Return the assertion of ``target`` (of the document); one of white space alone is PRESENT, with no certainty."""
    if judgement is None:
        return Assertion(target, Status.PRESENT, 1 / len(Status), scores=dict.fromkeys(Status, 1 / len(Status)))
    labels = loaded.labels
    scores = _shares(judgement.status, labels.statuses, loaded.temperature("status"))
    status = max(scores, key=lambda s: scores[s])
    temporality = _best(judgement.temporality, labels.temporalities)
    experiencer = _best(judgement.experiencer, labels.experiencers)
    kinds = [k for judged in (status, temporality, experiencer) for k in _BEHIND.get(judged, ())]
    decided = in_text_order(_deciding(kinds, cues, judgement, reading, unit))
    return Assertion(target, status, scores[status], temporality, experiencer, decided, scores)


def _shares(scores: Floats, labels: Sequence[Status], temperature: float) -> dict[Status, float]:
    shares = probabilities(scores, temperature)
    return {label: round(float(share), 4) for label, share in zip(labels, shares, strict=True)}


def _best(scores: Floats, labels: Sequence[_Label]) -> _Label:
    return labels[int(scores.argmax())]


def _deciding(
    kinds: Iterable[CueKind], cues: Sequence[Cue], judgement: Judgement, reading: Reading, unit: Unit
) -> set[Cue]:
    """Return, of each kind, the cue that drew most attention and those that drew nearly as much."""
    chosen: set[Cue] = set()
    for kind in set(kinds):
        drawn = {cue: _attention(cue, judgement, reading, unit) for cue in cues if cue.kind is kind}
        most = max(drawn.values(), default=0.0)
        chosen |= {cue for cue, share in drawn.items() if share >= _ALSO * most}
    return chosen


def _in_lead(cue: Cue, unit: Unit) -> Span:
    """Return where a cue of the heading stands in the text the encoder read."""
    start = unit.heading.start if unit.heading else 0
    return cue.span.shifted(-start)


def _attention(cue: Cue, judgement: Judgement, reading: Reading, unit: Unit) -> float:
    pieces = reading.pieces.of(unit.to_unit(cue.span) if cue.span.start >= unit.span.start else _in_lead(cue, unit))
    return judgement.share(*pieces) if pieces else 0.0


def distinct(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Return one cue per place and kind: a heading is read once for every sentence under it."""
    first: dict[tuple[Span, CueKind], Cue] = {}
    for cue in cues:
        first.setdefault((cue.span, cue.kind), cue)
    return in_text_order(first.values())


def scope_of(cue: Span, scopes: Sequence[Span]) -> Span | None:
    """Return the scope that holds the cue, or else the first one that begins right after it."""
    holding = next((scope for scope in scopes if scope.overlaps(cue)), None)
    return holding or next((scope for scope in scopes if 0 <= scope.start - cue.end <= 2), None)
