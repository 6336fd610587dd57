"""When a fact began and was known, and what was told of a moment: the clock of everything that looks back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Moment, Precision
from epicrisis.domain.patients import (
    AllergyIntolerance,
    Condition,
    Encounter,
    Fact,
    FamilyMember,
    Immunization,
    MedicationUse,
    Observation,
    PatientRecord,
    PlannedCare,
    Procedure,
    SocialFact,
    facts_of,
)

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

# What is planned is known before it begins; a record that does not say since when may have known it all along.
_BEGINS_AT_START = frozenset({"CarePlan", "Goal"})


def limit(at: Moment) -> datetime:
    """Return the last instant that ``at`` can mean: of a day, its end."""
    if at.precision is Precision.TIME:
        return at.first
    ahead = timedelta(days=(at.last_day - at.day).days + 1)
    return at.first + ahead - timedelta(microseconds=1)


def begun(fact: Fact) -> Moment | None:
    """Return since when the record can tell ``fact``: when it had begun and was written down; ``None`` if unsaid."""
    return max((each for each in _told(fact) if each is not None), default=None)


def known_at(fact: Fact, notes: Mapping[str, Moment | None]) -> Moment | None:
    """Return since when the record can tell ``fact``; what a note tells, not before the note, which ``notes`` names."""
    when = begun(fact)
    noted = notes.get(fact.source.reference) if fact.source.span is not None else None
    return noted if when is None else when if noted is None else max(when, noted)


def notes_of(record: PatientRecord) -> dict[str, Moment | None]:
    """Return when each note of ``record`` was written, by its name."""
    return {note.source.reference: note.at for note in record.notes}


def last_moment(record: PatientRecord) -> Moment:
    """Return the last moment that ``record`` tells, plans left aside; today where it tells none."""
    moments = [each for fact in facts_of(record) for each in _all_told(fact)] + [note.at for note in record.notes]
    moments.append(record.identity.died)
    told = [each for each in moments if each is not None]
    return max(told, key=limit) if told else Moment.of_day(datetime.now(UTC).date())


def _told(fact: Fact) -> Iterable[Moment | None]:
    match fact:
        case Condition() | AllergyIntolerance():
            return fact.onset, fact.recorded
        case MedicationUse():
            return fact.authored, fact.period.start
        case Observation() | Immunization() | SocialFact():
            return (fact.at,)
        case FamilyMember():
            return (fact.recorded,)
        case Procedure():
            # It is done when it has ended, and one that is planned is known before.
            return () if fact.status is Status.HYPOTHETICAL else (fact.period.end or fact.period.start,)
        case PlannedCare():
            is_begun = fact.authored is None and fact.kind in _BEGINS_AT_START
            return (fact.period.start,) if is_begun else (fact.authored,)
        case Encounter():
            return (fact.period.start or fact.period.end,)


def _all_told(fact: Fact) -> Iterable[Moment | None]:
    match fact:
        case PlannedCare():
            return ()
        case Condition() | AllergyIntolerance():
            return *_told(fact), fact.ended
        case Encounter():
            return fact.period.start, fact.period.end
        case Procedure():
            return () if fact.status is Status.HYPOTHETICAL else (fact.period.start, fact.period.end)
    return _told(fact)
