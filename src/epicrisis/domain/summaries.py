"""A patient in a page: what holds, what changed, and sentences that each say what they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import (
    AllergyIntolerance,
    Condition,
    Encounter,
    FamilyMember,
    Identity,
    Immunization,
    MedicationUse,
    Missing,
    Observation,
    PlannedCare,
    Procedure,
    SocialFact,
    Source,
)
from epicrisis.domain.records import Flag, ReferenceRange


class Direction(StrEnum):
    """Where results go over time."""

    RISING = "RISING"
    FALLING = "FALLING"
    STEADY = "STEADY"


@dataclass(frozen=True, slots=True)
class Trend:
    """Where the results of one test go: the median of all slopes (Theil 1950, Sen 1968), in its unit a year.

    ``count`` results from ``first`` to ``last`` were looked at, ``sources`` names them in the order of time.
    """

    direction: Direction
    slope: float
    first: Moment
    last: Moment
    count: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Latest:
    """The last result of a test, what it means, and where it comes from.

    ``reference`` is the range it was held against: that of the record, or else the usual one for age and sex, and then
    ``is_usual`` says so. ``flag`` is ``None`` where there is neither.
    """

    observation: Observation
    flag: Flag | None = None
    reference: ReferenceRange | None = None
    is_usual: bool = False
    previous: Observation | None = None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """One thing that several entries of a record say: the entry that speaks for it first, then the others."""

    entries: tuple[Condition, ...] | tuple[MedicationUse, ...] | tuple[AllergyIntolerance, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return where each of them stands."""
        return tuple(each.source for each in self.entries)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What holds at ``at``: each thing once, however often the record says it.

    ``denied`` is what the record or a note in it says is not there. ``allergies_denied`` are the entries that say there
    are no known allergies; without them, and without allergies, nobody knows.
    """

    at: Moment
    identity: Identity
    problems: tuple[Current, ...] = ()
    past_problems: tuple[Current, ...] = ()
    denied: tuple[Condition, ...] = ()
    medications: tuple[Current, ...] = ()
    allergies: tuple[Current, ...] = ()
    allergies_denied: tuple[AllergyIntolerance, ...] = ()
    labs: tuple[Latest, ...] = ()
    vitals: tuple[Latest, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    immunizations: tuple[Immunization, ...] = ()
    family: tuple[FamilyMember, ...] = ()
    social: tuple[SocialFact, ...] = ()
    plans: tuple[PlannedCare, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    examinations: tuple[Latest, ...] = ()
    """The last result of every test that is neither of a laboratory nor a vital sign: a score, a lung function."""


class ChangeKind(StrEnum):
    """What became different."""

    NEW_PROBLEM = "NEW_PROBLEM"
    PROBLEM_RESOLVED = "PROBLEM_RESOLVED"
    PROBLEM_RECURRED = "PROBLEM_RECURRED"
    MEDICATION_STARTED = "MEDICATION_STARTED"
    MEDICATION_STOPPED = "MEDICATION_STOPPED"
    MEDICATION_HELD = "MEDICATION_HELD"
    MEDICATION_RESUMED = "MEDICATION_RESUMED"
    DOSE_CHANGED = "DOSE_CHANGED"
    NEW_ALLERGY = "NEW_ALLERGY"
    ALLERGY_RESOLVED = "ALLERGY_RESOLVED"
    LEFT_RANGE = "LEFT_RANGE"
    ENTERED_RANGE = "ENTERED_RANGE"
    PROCEDURE_DONE = "PROCEDURE_DONE"
    IMMUNIZATION_GIVEN = "IMMUNIZATION_GIVEN"


Changed: TypeAlias = Condition | MedicationUse | AllergyIntolerance | Observation | Procedure | Immunization


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, when, from what and to what; ``item`` says it, ``sources`` are all that it rests on."""

    kind: ChangeKind
    item: Changed
    at: Moment | None
    sources: tuple[Source, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """What became different after ``since`` and until ``until``, each change once, in the order of time."""

    since: Moment | None
    until: Moment
    changes: tuple[Change, ...] = ()


class Heading(StrEnum):
    """The four parts of a summary, titled as contract H does."""

    ASSESSMENT = "Clinical Assessment"
    TRENDS = "Key Trends & Changes"
    PLAN = "Plan & Suggested Actions"
    GUIDANCE = "Direct Guidance for Physician"


class Support(StrEnum):
    """Whether the record bears out a sentence."""

    SUPPORTED = "SUPPORTED"
    """The record says all of it."""
    UNSUPPORTED = "UNSUPPORTED"
    """Some of it stands nowhere in the record."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, and what of the record it rests on; ``why`` says what of it is not borne out, in our words."""

    text: str
    sources: tuple[Source, ...] = ()
    support: Support = Support.SUPPORTED
    why: str = ""


@dataclass(frozen=True, slots=True)
class SummarySection:
    """One of the four parts."""

    heading: Heading
    statements: tuple[Statement, ...] = ()


class Mode(StrEnum):
    """Who writes a summary: rules alone, a model over their plan, or a model section by section with a second look."""

    RULE = "rule"
    FAST = "fast"
    HQ = "hq"


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """What is known of a patient, in four parts.

    ``mode`` is the one that wrote it, ``asked`` the one that was asked for; where they differ, ``fallbacks`` say why.
    ``unsupported`` are the sentences of a model that the record does not bear out; they were left out of ``sections``.
    """

    sections: tuple[SummarySection, ...]
    baseline: Baseline
    delta: Delta
    language: str
    mode: Mode
    asked: Mode
    model: str
    missing: tuple[Missing, ...] = ()
    fallbacks: tuple[str, ...] = ()
    unsupported: tuple[Statement, ...] = ()

    def statements(self) -> Iterator[Statement]:
        """Yield every sentence, in order."""
        for section in self.sections:
            yield from section.statements
