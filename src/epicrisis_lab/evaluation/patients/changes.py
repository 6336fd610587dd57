"""What changed in a record between two times, by the dates of its resources alone.

A Bundle is one state with a history in its dates, so some changes must be told and others only may be:

- A problem counts from when it is known: the later of its onset and of its recording.
- What holds at one time and not at the other, by dates that the record gives, **must** be told, once.
- What came and went in between **may** be told: it is true, and it makes no difference.
- An order that is stopped, and nobody says when, was over by the end of the record, and so it is with one on hold. That
  **may** be told where it was given in the window: docs/decisions/0032 takes it to last for the visit, unless another
  order follows.
- A result that was usual to everybody before and to nobody now left its range; between the two ranges of
  ``usual.toml`` it may or may not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from epicrisis_lab.evaluation.patients.facts import (
    DRUGS,
    drug,
    in_force,
    is_active,
    is_adult,
    is_denied,
    is_order,
    laboratory,
    name_of,
    side_of,
)
from epicrisis_lab.evaluation.patients.raw import Key, Raw, Resource, began, key_of, moment, words_of


@dataclass(frozen=True, slots=True)
class Event:
    """A change of one thing: its kind, as ``ChangeKind`` names it, its key and name, and what tells it."""

    kind: str
    key: Key
    name: str
    references: tuple[str, ...]
    must: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """From when until when somebody had or took something; without an ``end`` it goes on, or ended nobody says when."""

    start: datetime
    end: datetime | None
    is_over: bool
    resource: Resource

    def holds(self, at: datetime) -> bool | None:
        """Return whether it holds then; ``None`` where it ended, and nobody tells when."""
        if self.start > at:
            return False
        if self.end is not None:
            return self.end > at
        return None if self.is_over else True


def events(raw: Raw, since: datetime, until: datetime) -> list[Event]:
    """Return what changed after ``since`` and until ``until``."""
    window = _Window(since, until)
    return [
        *window.of_problems(_by_key(_problems(raw)), "PROBLEM"),
        *window.of_problems(_by_key(_allergies(raw)), "ALLERGY"),
        *window.of_drugs(_by_key(_drugs(raw), raw)),
        *_crossings(raw, since, until),
        *window.done(raw.of("Procedure"), "PROCEDURE_DONE", ("completed",), "performed"),
        *window.done(raw.of("Immunization"), "IMMUNIZATION_GIVEN", ("completed",), "occurrence"),
    ]


_KINDS: Mapping[str, tuple[str, str, str]] = {
    "PROBLEM": ("NEW_PROBLEM", "PROBLEM_RECURRED", "PROBLEM_RESOLVED"),
    "ALLERGY": ("NEW_ALLERGY", "NEW_ALLERGY", "ALLERGY_RESOLVED"),
}


@dataclass(frozen=True, slots=True)
class _Window:
    since: datetime
    until: datetime

    def has(self, when: datetime | None) -> bool:
        return when is not None and self.since < when <= self.until

    def of_problems(self, episodes: Mapping[Key, list[Episode]], group: str) -> Iterator[Event]:
        new, again, over = _KINDS[group]
        for key, each in episodes.items():
            before, after = _state(each, self.since), _state(each, self.until)
            for one in each:
                if self.has(one.start):
                    was_there = any(other.start < one.start for other in each)
                    must = before is False and after is True and one.holds(self.until) is True
                    yield _event(again if was_there else new, key, one, must=must)
                if self.has(one.end):
                    must = before is True and after is False and one.holds(self.since) is True
                    yield _event(over, key, one, must=must)

    def of_drugs(self, episodes: Mapping[Key, list[Episode]]) -> Iterator[Event]:
        for key, each in episodes.items():
            before, after = _state(each, self.since), _state(each, self.until)
            for one in each:
                has_begun = self.has(one.start)
                if has_begun and not any(other.holds(one.start) for other in each if other.start < one.start):
                    must = before is False and after is True and one.holds(self.until) is True
                    yield _event("MEDICATION_STARTED", key, one, must=must)
                if self.has(one.end):
                    must = before is True and after is False and one.holds(self.since) is True
                    yield _event("MEDICATION_STOPPED", key, one, must=must)
                elif has_begun and one.resource.get("status") == "on-hold":
                    yield _event("MEDICATION_HELD", key, one, must=False)
                elif has_begun and one.end is None and one.is_over:
                    yield _event("MEDICATION_STOPPED", key, one, must=False)

    def done(self, resources: Iterable[Resource], kind: str, statuses: tuple[str, ...], when: str) -> Iterator[Event]:
        for each in resources:
            if each.get("status") in statuses and self.has(began(each, when)):
                told = each.get("code") or each.get("vaccineCode") or {}
                yield Event(kind, key_of(told), words_of(told), (name_of(each),), must=True)


def _event(kind: str, key: Key, one: Episode, *, must: bool) -> Event:
    told = drug(one.resource) if one.resource["resourceType"] in DRUGS else one.resource.get("code", {})
    return Event(kind, key, words_of(told), (name_of(one.resource),), must)


def _state(episodes: Iterable[Episode], at: datetime) -> bool | None:
    held = [each.holds(at) for each in episodes]
    return True if True in held else None if None in held else False


def _problems(raw: Raw) -> Iterator[Episode]:
    for each in raw.of("Condition"):
        start = _known(each)
        if start is not None and not is_denied(each):
            yield Episode(start, began(each, "abatement"), not is_active(each), each)


def _allergies(raw: Raw) -> Iterator[Episode]:
    for each in raw.of("AllergyIntolerance"):
        start = _known(each)
        if start is not None and not is_denied(each):
            yield Episode(start, None, not is_active(each), each)


def _known(resource: Resource) -> datetime | None:
    """Return since when the record can tell it: what began before it was written down is news when it is written."""
    told = [began(resource, "onset"), began(resource, "recordedDate")]
    return max((when for when in told if when is not None), default=None)


def _drugs(raw: Raw) -> Iterator[Episode]:
    for each in raw.of(*DRUGS):
        start = began(each, "effective", "authoredOn")
        if start is not None and is_order(each):
            end = moment(each.get("effectivePeriod", {}).get("end"))
            yield Episode(start, end, not in_force(each), each)


def _by_key(episodes: Iterable[Episode], raw: Raw | None = None) -> dict[Key, list[Episode]]:
    found: dict[Key, list[Episode]] = {}
    for each in episodes:
        told = drug(each.resource, raw) if raw else each.resource.get("code", {})
        found.setdefault(key_of(told), []).append(each)
    return found


def _crossings(raw: Raw, since: datetime, until: datetime) -> Iterator[Event]:
    by_test: dict[Key, list[tuple[datetime, Resource]]] = {}
    for each in laboratory(raw):
        when = began(each, "effective", "issued")
        if when is not None and when <= until and is_adult(each, raw.patient):
            by_test.setdefault(key_of(each["code"]), []).append((when, each))
    for key, results in by_test.items():
        results.sort(key=lambda one: one[0])
        before = [each for when, each in results if when <= since]
        series = before[-1:] + [each for when, each in results if when > since]
        if len(series) < 2 or results[-1][0] <= since:
            continue
        surely = [side_of(each, raw.patient) for each in series]
        maybe = [side_of(each, raw.patient, surely=False) for each in series]
        references = tuple(name_of(each) for each in series)
        name = words_of(series[-1]["code"])
        steps = [*pairwise(range(len(series))), (0, len(series) - 1)]
        if any(not surely[one] and maybe[other] for one, other in steps):
            yield Event("LEFT_RANGE", key, name, references, must=bool(before) and not maybe[0] and bool(surely[-1]))
        if any(maybe[one] and not surely[other] for one, other in steps):
            yield Event("ENTERED_RANGE", key, name, references, must=bool(before) and bool(surely[0]) and not maybe[-1])
