"""Changes that must be told, changes that may be, and changes as they are told: missed, made up or said twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis_lab.evaluation.patients.changes import Event
from epicrisis_lab.evaluation.patients.facts import has_range
from epicrisis_lab.evaluation.patients.ours import Told
from epicrisis_lab.evaluation.patients.raw import Raw
from epicrisis_lab.evaluation.patients.tokens import words_in

_RANGES = frozenset({"LEFT_RANGE", "ENTERED_RANGE"})
# Another dose is another product where each has a code of its own, so one drug starts and another stops.
_SAME_DRUG = frozenset({"DOSE_CHANGED", "MEDICATION_STARTED"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with how changes are told: ``missed``, ``made up`` or ``twice``, of which kind, and what."""

    fault: str
    kind: str
    name: str


def wrongs(events: Sequence[Event], told: Sequence[Told], raw: Raw) -> Iterator[Wrong]:
    """Yield what is wrong with ``told``."""
    for event in events:
        if event.must and not any(_is(event, each) for each in told):
            yield Wrong("missed", event.kind, event.name)
    seen: set[tuple[str, int]] = set()
    for each in told:
        found = [number for number, event in enumerate(events) if _is(event, each)]
        if not found:
            if not (each.kind in _RANGES and _is_unjudged(each, raw)):
                yield Wrong("made up", each.kind, each.name)
        elif seen.issuperset((each.kind, number) for number in found):
            yield Wrong("twice", each.kind, each.name)
        seen.update((each.kind, number) for number in found)


def _is(event: Event, told: Told) -> bool:
    if not set(event.references) & set(told.references):
        return False
    if event.kind == told.kind:
        return True
    return {event.kind, told.kind} == _SAME_DRUG and words_in(event.name)[:1] == words_in(told.name)[:1]


def _is_unjudged(told: Told, raw: Raw) -> bool:
    """Return whether this check knows no range for a result: of a test that is not in its table, or of a child."""
    results = [raw.cited(reference) for reference in told.references]
    return not any(each is not None and has_range(each, raw.patient) for each in results)
