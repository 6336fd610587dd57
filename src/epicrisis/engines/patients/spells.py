"""From when until when each entry of a record says that something holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Generic, TypeAlias, TypeVar

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Condition,
    Encounter,
    MedicationUse,
    PatientRecord,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.engines.patients.times import ALWAYS, NEVER, begun, known_at, notes_of

HELD = frozenset({UseStatus.ACTIVE, UseStatus.ON_HOLD, UseStatus.UNKNOWN})
"""What a drug is that somebody takes, or will take again."""
ENDED = frozenset({UseStatus.COMPLETED, UseStatus.STOPPED})
"""What a drug is that somebody took."""

# An order of a year, and a month to renew it in: one that is stopped, nobody says when, and followed so soon by another
# of the same drug was stopped by that.
_RENEWED = timedelta(days=400)
# They say that a drug was handed over or given, and not whether it is taken.
_EVENTS = frozenset({"MedicationAdministration", "MedicationDispense"})

_T = TypeVar("_T", Condition, AllergyIntolerance, MedicationUse)
_Problem = TypeVar("_Problem", Condition, AllergyIntolerance)
# When something ended, that moment as it is told, and the entry that tells it.
_End: TypeAlias = tuple[datetime, Moment, Source]


@dataclass(frozen=True, slots=True)
class Spell(Generic[_T]):
    """The time in which ``entry`` says that something holds: from ``first`` until before ``last``.

    ``begun`` and ``ended`` are those moments as somebody told them, or ``None``; ``ended_by`` tells the end, where
    another entry does. One that ended when it began covers nothing, and came and went.
    """

    entry: _T
    first: datetime = ALWAYS
    last: datetime = NEVER
    begun: Moment | None = None
    ended: Moment | None = None
    ended_by: Source | None = None

    def covers(self, at: datetime) -> bool:
        """Return whether it holds at ``at``."""
        return self.first <= at < self.last


class Spells:
    """Tells the spells of the entries of one record."""

    def __init__(self, record: PatientRecord) -> None:
        """Know when the notes of ``record`` were written and its visits ended."""
        self._notes = notes_of(record)
        self._visits = visits_of(record.encounters)

    def of_problem(self, group: Sequence[_Problem]) -> list[Spell[_Problem]]:
        """Return when ``group``, the entries of one problem or allergy, says that it is there.

        What a note tells holds until another entry denies it or says that it is over.
        """
        denials = sorted((at.first, at, entry.source) for entry in group if (at := self._denied(entry)) is not None)
        return [spell for entry in group if (spell := self._of_problem(entry, denials)) is not None]

    def of_drug(self, group: Sequence[MedicationUse]) -> list[Spell[MedicationUse]]:
        """Return when ``group``, the entries of one drug, says that it is taken or on hold.

        Orders and statements speak first: a note is heard where they say nothing.
        """
        orders = Orders(group)
        told = [
            spell for entry in group if not is_noted(entry) and (spell := self._of_order(entry, orders)) is not None
        ]
        over = (*ENDED, UseStatus.NOT_TAKEN)
        ends = [
            (at.first, at, entry.source)
            for entry in group
            if is_noted(entry) and entry.status in over and (at := self.known(entry)) is not None
        ]
        ends += [(spell.first, spell.begun, spell.entry.source) for spell in told if spell.begun is not None]
        ends.sort()
        heard = _Heard(told)
        noted = (
            entry for entry in group if is_noted(entry) and is_taken(entry) and not heard.speaks(self._first(entry))
        )
        return told + [_until(entry, self.known(entry), ends) for entry in noted]

    def known(self, entry: Condition | AllergyIntolerance | MedicationUse) -> Moment | None:
        """Return since when the record can tell ``entry``."""
        return known_at(entry, self._notes)

    def _first(self, entry: Condition | AllergyIntolerance | MedicationUse) -> datetime:
        return ALWAYS if (known := self.known(entry)) is None else known.first

    def _of_problem(self, entry: _Problem, denials: Sequence[_End]) -> Spell[_Problem] | None:
        if entry.verification is Verification.REFUTED:
            return None
        known, first = self.known(entry), self._first(entry)
        if not is_there(entry):
            ended = entry.ended
            return None if ended is None or ended.first < first else Spell(entry, first, ended.first, known, ended)
        return _until(entry, known, denials) if is_noted(entry) else Spell(entry, first, begun=known)

    def _denied(self, entry: Condition | AllergyIntolerance) -> Moment | None:
        """Return when ``entry`` says that something is over, or never was.

        "History of diabetes" in a note does not: it may be there still.
        """
        is_refuted = entry.verification is Verification.REFUTED
        if not is_refuted and (is_there(entry) or is_noted(entry)):
            return None
        return (None if is_refuted else entry.ended) or self.known(entry)

    def _of_order(self, entry: MedicationUse, orders: Orders) -> Spell[MedicationUse] | None:
        known, first = self.known(entry), self._first(entry)
        if is_taken(entry):
            return Spell(entry, first, begun=known)
        end = orders.stopped(entry, self._visits)
        return None if end is None or end[0] < first else Spell(entry, first, end[0], known, end[1])


class Orders:
    """The orders and statements of one drug, by which it is known when one of them was stopped."""

    def __init__(self, group: Iterable[MedicationUse]) -> None:
        """Know when each of ``group`` began, notes and what was only handed over left aside."""
        self._starts = sorted(start for each in group if _is_order(each) if (start := begun(each)) is not None)

    def stopped(
        self, entry: MedicationUse, visits: Mapping[str, Moment | None]
    ) -> tuple[datetime, Moment | None] | None:
        """Return when ``entry`` ended, and that moment where it is told; ``None`` for what has no end.

        Many records say that an order was stopped and not when. Then it ended when the next order of the same drug
        began, if that came within 400 days; or else all that is sure is the visit in which it was ordered, or that
        moment.
        """
        is_over = entry.status in ENDED or (entry.status is UseStatus.UNKNOWN and entry.period.end is not None)
        if not is_over or not _is_order(entry):
            return None
        if entry.period.end is not None:
            return entry.period.end.first, entry.period.end
        start = begun(entry)
        if start is None:
            return None
        following = self._starts[bisect_right(self._starts, start) :][:1]
        if following and following[0].first - start.first <= _RENEWED:
            return following[0].first, None
        visit = visits.get(entry.encounter)
        return max(start.first, visit.first if visit is not None else start.first), None


class _Heard:
    """Whether the orders of a drug speak at a moment, so that a note beside them is not needed."""

    def __init__(self, told: Sequence[Spell[MedicationUse]]) -> None:
        ordered = sorted(told, key=lambda spell: spell.first)
        self._firsts = [spell.first for spell in ordered]
        self._lasts = list(accumulate((spell.last for spell in ordered), max))
        # Where nobody tells the end of an order it may have gone on for as long as an order does.
        untold = (spell.first if spell.ended is None else ALWAYS for spell in ordered)
        self._untold = list(accumulate(untold, max))

    def speaks(self, at: datetime) -> bool:
        """Return whether an order holds at ``at``, or may do."""
        place = bisect_right(self._firsts, at) - 1
        if place < 0:
            return False
        untold = self._untold[place]
        return self._lasts[place] > at or (untold is not ALWAYS and at - untold <= _RENEWED)


def _until(entry: _T, known: Moment | None, ends: Sequence[_End]) -> Spell[_T]:
    """Return that ``entry`` holds from ``known`` until the first of ``ends`` behind it."""
    first = ALWAYS if known is None else known.first
    place = bisect_right(ends, first, key=lambda end: end[0])
    if place == len(ends):
        return Spell(entry, first, begun=known)
    last, at, source = ends[place]
    return Spell(entry, first, last, known, at, source)


def is_noted(entry: Condition | AllergyIntolerance | MedicationUse) -> bool:
    """Return whether a note tells ``entry``, and no resource of its own."""
    return entry.source.span is not None


def is_there(entry: Condition | AllergyIntolerance) -> bool:
    """Return whether ``entry`` says that somebody has it now; one with an end and no status says that it is over."""
    return entry.clinical.is_active and not (entry.clinical is ClinicalStatus.UNKNOWN and entry.ended is not None)


def is_taken(entry: MedicationUse) -> bool:
    """Return whether ``entry`` says that a drug is taken now, or on hold; one with an end and no status is over."""
    return entry.status in HELD and not (entry.status is UseStatus.UNKNOWN and entry.period.end is not None)


def visits_of(encounters: Iterable[Encounter]) -> dict[str, Moment | None]:
    """Return when each visit ended, by its name."""
    return {each.source.reference: each.period.end for each in encounters}


def _is_order(entry: MedicationUse) -> bool:
    return not is_noted(entry) and entry.kind not in _EVENTS
