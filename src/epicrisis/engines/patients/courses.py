"""What became of one drug over a time: started, stopped, held, taken up again, or its dose changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TypeAlias

from epicrisis.domain.patients import MedicationUse, Source, UseStatus
from epicrisis.domain.summaries import Change, ChangeKind
from epicrisis.engines.patients.drugs import changed, told
from epicrisis.engines.patients.spells import Spell, is_noted
from epicrisis.engines.patients.times import NEVER
from epicrisis.engines.patients.windows import Window

_State: TypeAlias = Spell[MedicationUse] | None
"""The spell that speaks for a drug at one moment, if any does."""


def course(spells: Sequence[Spell[MedicationUse]], window: Window) -> Iterator[tuple[datetime, Change]]:
    """Yield the changes of one drug, each with the moment by which it is put in order.

    A change of dose is one only where both entries tell the same part of it. Where nobody says when a drug was stopped,
    the change has no moment.
    """
    single: dict[datetime, Spell[MedicationUse]] = {}
    for spell in sorted(spells, key=lambda each: each.entry.source):
        if spell.first == spell.last:
            single.setdefault(spell.first, spell)
    moments = {each for spell in spells for each in (spell.first, spell.last) if window.holds(each)}
    states = _states(spells, [window.first, *sorted(moments)])
    _, before = next(states)
    for when, after in states:
        if before is None and after is None and when in single:
            # What ended the moment it began was a single dose.
            yield when, _started(single[when])
            yield when, _stopped(single[when])
        elif (change := _change(before, after)) is not None:
            yield when, change
        before = after


def _states(spells: Sequence[Spell[MedicationUse]], moments: Sequence[datetime]) -> Iterator[tuple[datetime, _State]]:
    """Yield who speaks for a drug at each of ``moments``, which are in order: as ``speaking`` puts it."""
    waiting = sorted(spells, key=lambda spell: (spell.first, spell.entry.source), reverse=True)
    heap: list[tuple[bool, timedelta, Source, int, Spell[MedicationUse]]] = []
    for when in moments:
        while waiting and waiting[-1].first <= when:
            spell = waiting.pop()
            entry = spell.entry
            heappush(heap, (is_noted(entry), NEVER - spell.first, entry.source, len(waiting), spell))
        while heap and heap[0][-1].last <= when:
            heappop(heap)
        yield when, heap[0][-1] if heap else None


def _change(old: _State, new: _State) -> Change | None:
    if new is None:
        return None if old is None else _stopped(old)
    if old is None:
        return _held(new) if _is_held(new) else _started(new)
    sources = (new.entry.source, old.entry.source) if new.entry.source != old.entry.source else (new.entry.source,)
    doses = changed(old.entry, new.entry)
    if _is_held(old) != _is_held(new):
        kind = ChangeKind.MEDICATION_HELD if _is_held(new) else ChangeKind.MEDICATION_RESUMED
        return Change(kind, new.entry, new.begun, sources, told(old.entry), told(new.entry))
    if doses is None:
        return None
    return Change(ChangeKind.DOSE_CHANGED, new.entry, new.begun, sources, *doses)


def _started(spell: Spell[MedicationUse]) -> Change:
    entry = spell.entry
    return Change(ChangeKind.MEDICATION_STARTED, entry, spell.begun, (entry.source,), after=told(entry))


def _held(spell: Spell[MedicationUse]) -> Change:
    entry = spell.entry
    return Change(ChangeKind.MEDICATION_HELD, entry, spell.begun, (entry.source,), after=told(entry))


def _is_held(spell: Spell[MedicationUse]) -> bool:
    return spell.entry.status is UseStatus.ON_HOLD


def _stopped(spell: Spell[MedicationUse]) -> Change:
    entry = spell.entry
    sources = (entry.source,) if spell.ended_by is None else (entry.source, spell.ended_by)
    return Change(ChangeKind.MEDICATION_STOPPED, entry, spell.ended, sources, before=told(entry))
