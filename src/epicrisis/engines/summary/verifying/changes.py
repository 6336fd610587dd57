"""What became different of a record, told of the facts it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from epicrisis.domain.patients import AllergyIntolerance, Condition, MedicationUse, Observation, Procedure
from epicrisis.domain.summaries import Change, Changed, ChangeKind, Latest
from epicrisis.engines.summary.verifying.fact import Fact, days
from epicrisis.engines.summary.verifying.held import (
    OVER,
    condition_of,
    intolerance_of,
    procedure_of,
    use_of,
    vaccine_of,
)
from epicrisis.engines.summary.verifying.lexicon import Cue
from epicrisis.engines.summary.verifying.measured import result_of
from epicrisis.engines.summary.verifying.naming import strengths_of

_CHANGES = {
    ChangeKind.NEW_PROBLEM: Cue.NEW,
    ChangeKind.NEW_ALLERGY: Cue.NEW,
    ChangeKind.PROBLEM_RECURRED: Cue.RECURRED,
    ChangeKind.MEDICATION_STARTED: Cue.STARTED,
    ChangeKind.MEDICATION_RESUMED: Cue.RESUMED,
    ChangeKind.MEDICATION_HELD: Cue.HELD,
    ChangeKind.LEFT_RANGE: Cue.LEFT,
    ChangeKind.ENTERED_RANGE: Cue.ENTERED,
}
_ENDED = frozenset((ChangeKind.PROBLEM_RESOLVED, ChangeKind.MEDICATION_STOPPED, ChangeKind.ALLERGY_RESOLVED))


def changed(facts: Sequence[Fact], change: Change) -> list[Fact]:
    """Return ``facts`` with ``change`` told of the one it is about, or as one of its own where that is none."""
    fact = _of_item(change.item)
    if change.kind in _ENDED:
        ended = replace(
            fact,
            required=(OVER,),
            allowed=(fact.allowed - {Cue.ACTIVE}) | {Cue.CHANGE},
            ends=fact.ends | days(change.at),
        )
        return [*facts, ended]
    told: set[Cue] = {Cue.CHANGE} | ({_CHANGES[change.kind]} if change.kind in _CHANGES else set())
    numbers, dates = (*strengths_of(change.before), *strengths_of(change.after)), days(change.at)
    if change.kind is ChangeKind.DOSE_CHANGED:
        told |= _dose_direction(change)
    if change.kind in (ChangeKind.LEFT_RANGE, ChangeKind.ENTERED_RANGE):
        told.add(Cue.TEST)
    about = [at for at, each in enumerate(facts) if each.names & fact.names and set(each.sources) & set(change.sources)]
    if not about:
        required = (frozenset((Cue.HELD,)),) if change.kind is ChangeKind.MEDICATION_HELD else fact.required
        facts = [*facts, replace(fact, required=required)]
        about = [len(facts) - 1]
    return [
        replace(
            each,
            allowed=each.allowed | told,
            numbers=each.numbers + numbers,
            starts=each.starts | dates,
            dates=each.dates | dates,
        )
        if at in about
        else each
        for at, each in enumerate(facts)
    ]


def _of_item(item: Changed) -> Fact:
    if isinstance(item, Condition):
        return condition_of(item, allowed=(Cue.ACTIVE,))
    if isinstance(item, MedicationUse):
        return replace(use_of(item), required=())
    if isinstance(item, AllergyIntolerance):
        return intolerance_of(item)
    if isinstance(item, Observation):
        return result_of(Latest(item, flag=item.flag))
    return procedure_of(item) if isinstance(item, Procedure) else vaccine_of(item)


def _dose_direction(change: Change) -> set[Cue]:
    before, after = strengths_of(change.before), strengths_of(change.after)
    if not before or not after or before[0][1] != after[0][1]:
        return set()
    return {Cue.UP} if after[0][0] > before[0][0] else {Cue.DOWN} if after[0][0] < before[0][0] else set()
