"""What changed in a patient's record after one moment and until another: each change once, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Immunization, PatientRecord, Procedure
from epicrisis.domain.summaries import Change, ChangeKind, Delta
from epicrisis.engines.patients.comings import ALLERGY, PROBLEM, comings
from epicrisis.engines.patients.courses import course
from epicrisis.engines.patients.crossings import crossing
from epicrisis.engines.patients.results import TESTED, series_of
from epicrisis.engines.patients.sameness import same_allergies, same_concepts, same_conditions, same_drugs
from epicrisis.engines.patients.spells import Spells
from epicrisis.engines.patients.states import as_of
from epicrisis.engines.patients.times import last_moment, limit
from epicrisis.engines.patients.windows import Window

_Event = TypeVar("_Event", Procedure, Immunization)

# Of one moment, what came stands before what went, and what somebody has before what was done about it.
_GOING = frozenset({ChangeKind.PROBLEM_RESOLVED, ChangeKind.MEDICATION_STOPPED, ChangeKind.ALLERGY_RESOLVED})
_PLACES = {kind: place for place, kind in enumerate(sorted(ChangeKind, key=lambda kind: kind in _GOING))}


def delta(record: PatientRecord, *, since: Moment | None = None, until: Moment | None = None) -> Delta:
    """Return what changed after ``since`` and until ``until``, the last moment that ``record`` tells.

    Without ``since`` it is the end of the visit before the last one; where the record tells of no such visit there is
    nothing to compare with, and nothing has changed. ``docs/clinical/baseline-and-delta.md`` defines each change.
    """
    until = last_moment(record) if until is None else until
    record = as_of(record, until)
    since = since_last_visit(record) if since is None else since
    if since is None:
        return Delta(None, until)
    window = Window(limit(since), limit(until))
    found = sorted(_changes(record, window), key=lambda pair: (pair[0], _PLACES[pair[1].kind], pair[1].sources))
    return Delta(since, until, tuple(change for _, change in found))


def since_last_visit(record: PatientRecord) -> Moment | None:
    """Return when the visit before the last one ended; ``None`` where the record tells of no two visits."""
    visits = [(each.period.start, each.period.end) for each in record.encounters]
    last = max((start for start, _ in visits if start is not None), default=None)
    if last is None:
        return None
    ends = [end or start for start, end in visits if start is not None]
    return max((end for end in ends if end is not None and end < last), default=None)


def _changes(record: PatientRecord, window: Window) -> Iterator[tuple[datetime, Change]]:
    spells = Spells(record)
    for conditions in same_conditions(record.conditions):
        yield from comings(conditions, spells, window, PROBLEM)
    for allergies in same_allergies([each for each in record.allergies if not each.denied]):
        yield from comings(allergies, spells, window, ALLERGY)
    for uses in same_drugs(record.medications):
        yield from course(spells.of_drug(uses), window)
    for series in series_of(record):
        if series.category in TESTED:
            yield from crossing(series, record.identity, window)
    done = [each for each in record.procedures if each.status is Status.PRESENT]
    yield from _events(done, lambda each: each.period.end or each.period.start, window, ChangeKind.PROCEDURE_DONE)
    given = [each for each in record.immunizations if each.is_given]
    yield from _events(given, lambda each: each.at, window, ChangeKind.IMMUNIZATION_GIVEN)


def _events(
    events: Sequence[_Event], at: Callable[[_Event], Moment | None], window: Window, kind: ChangeKind
) -> Iterator[tuple[datetime, Change]]:
    """Yield what was done or given, once however many entries tell it of one day."""
    for group in same_concepts(events, lambda each: each.concept):
        days: dict[date, list[tuple[Moment, _Event]]] = {}
        for each in sorted(group, key=lambda event: (event.source.span is not None, event.source)):
            if (when := at(each)) is not None and window.holds(when.first):
                days.setdefault(when.day, []).append((when, each))
        for told in days.values():
            when, first = told[0]
            yield when.first, Change(kind, first, when, tuple(each.source for _, each in told))
