"""When a problem or an allergy came, came again and went."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from epicrisis.domain.patients import AllergyIntolerance, ClinicalStatus, Condition, Source, Verification
from epicrisis.domain.summaries import Change, ChangeKind
from epicrisis.engines.patients.spells import Spell, Spells
from epicrisis.engines.patients.times import ALWAYS
from epicrisis.engines.patients.windows import Window

_Problem = TypeVar("_Problem", Condition, AllergyIntolerance)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What it is called when something comes, comes again, and goes."""

    new: ChangeKind
    again: ChangeKind
    gone: ChangeKind


PROBLEM = Kinds(ChangeKind.NEW_PROBLEM, ChangeKind.PROBLEM_RECURRED, ChangeKind.PROBLEM_RESOLVED)
ALLERGY = Kinds(ChangeKind.NEW_ALLERGY, ChangeKind.NEW_ALLERGY, ChangeKind.ALLERGY_RESOLVED)


def comings(
    group: Sequence[_Problem], spells: Spells, window: Window, kinds: Kinds
) -> Iterator[tuple[datetime, Change]]:
    """Yield when what ``group`` is about came and went: it is there as long as any of its spells lasts.

    Each change comes with the moment by which it is put in order.
    """
    firsts = _firsts(group, spells)
    told = sorted(spells.of_problem(group), key=lambda spell: spell.entry.source)
    here = {at for at, spell in enumerate(told) if spell.covers(window.first)}
    steps = [(spell.first, False, at) for at, spell in enumerate(told) if window.holds(spell.first)]
    steps += [(spell.last, True, at) for at, spell in enumerate(told) if window.holds(spell.last)]
    # At one moment the new spell begins before the old one ends, so that what goes on has not changed.
    for when, is_end, at in sorted(steps):
        if is_end:
            here.discard(at)
            if not here:
                yield when, _went(told[at], kinds)
        else:
            if not here:
                yield when, _came(told[at], firsts, kinds)
            here.add(at)


def _came(spell: Spell[_Problem], firsts: Sequence[tuple[datetime, Source, _Problem]], kinds: Kinds) -> Change:
    """Return that it came, or came again where an entry tells of it at an earlier time."""
    entry = spell.entry
    after = entry.clinical if entry.clinical.is_active else ClinicalStatus.ACTIVE
    place = bisect_left(firsts, spell.first, key=lambda step: step[0])
    before = firsts[place - 1][2] if place else None
    if before is None:
        return Change(kinds.new, entry, spell.begun, (entry.source,), after=after.value)
    was = ClinicalStatus.RESOLVED if before.clinical.is_active else before.clinical
    return Change(kinds.again, entry, spell.begun, (entry.source, before.source), was.value, after.value)


def _went(spell: Spell[_Problem], kinds: Kinds) -> Change:
    """Return that it went; where somebody else denies it, nobody has said what it was then."""
    entry, was = spell.entry, ClinicalStatus.ACTIVE.value
    if spell.ended_by is None or spell.ended_by == entry.source:
        return Change(kinds.gone, entry, spell.ended, (entry.source,), was, entry.clinical.value)
    return Change(kinds.gone, entry, spell.ended, (entry.source, spell.ended_by), was)


def _firsts(group: Sequence[_Problem], spells: Spells) -> list[tuple[datetime, Source, _Problem]]:
    """Return what is told of one problem in the order of time, denials left aside."""
    told = [
        (ALWAYS if (known := spells.known(each)) is None else known.first, each.source, each)
        for each in group
        if each.verification is not Verification.REFUTED
    ]
    return sorted(told, key=lambda step: step[:2])
