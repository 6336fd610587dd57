"""What is recorded of one patient over the years: in FHIR, C-CDA or HL7 v2, and in the notes inside.

The names are those of FHIR R4 (hl7.org/fhir/R4), and so is what they mean. What a record does not say is ``None`` or
empty. Administration and money (claims, coverage, accounts) have no place here, and neither has what was entered in
error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeAlias

from epicrisis.domain.assertions import Status
from epicrisis.domain.documents import Document
from epicrisis.domain.moments import UNTOLD, Moment, Period
from epicrisis.domain.records import Code, Flag, Quantity, ReferenceRange, SocialKind, Use
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Where a fact stands: ``reference`` names the resource, ``span`` the stretch of the note it carries.

    ``reference`` is ``Condition/123``, or the name that the record gives what has no id. A span counts the code points
    of the ``ClinicalNote`` with that source.
    """

    reference: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """What something is, in words and in codes; the words are those that the record shows a reader."""

    text: str
    codes: tuple[Code, ...] = ()


class Sex(StrEnum):
    """Administrative gender (FHIR)."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose record it is. A summary tells age and sex, and an International Patient Summary needs the others."""

    source: Source
    id: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    """System and value, as the record writes them."""
    family: str = ""
    given: tuple[str, ...] = ()
    born: Moment | None = None
    died: Moment | None = None
    is_dead: bool = False
    sex: Sex = Sex.UNKNOWN
    language: str = ""


class ClinicalStatus(StrEnum):
    """Whether a condition or an allergy is there now (FHIR condition-clinical)."""

    ACTIVE = "ACTIVE"
    RECURRENCE = "RECURRENCE"
    RELAPSE = "RELAPSE"
    INACTIVE = "INACTIVE"
    REMISSION = "REMISSION"
    RESOLVED = "RESOLVED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_active(self) -> bool:
        """Return whether it is there now; of what nobody says, it is taken to be."""
        return self not in (ClinicalStatus.INACTIVE, ClinicalStatus.REMISSION, ClinicalStatus.RESOLVED)


class Verification(StrEnum):
    """How sure somebody is of a condition or an allergy (FHIR condition-ver-status)."""

    CONFIRMED = "CONFIRMED"
    PROVISIONAL = "PROVISIONAL"
    DIFFERENTIAL = "DIFFERENTIAL"
    UNCONFIRMED = "UNCONFIRMED"
    REFUTED = "REFUTED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_sure(self) -> bool:
        """Return whether nobody doubts it; of what nobody says, it is taken to be so."""
        return self in (Verification.CONFIRMED, Verification.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Condition:
    """A disease, symptom or finding, and from when until when somebody has it."""

    source: Source
    concept: Concept
    clinical: ClinicalStatus = ClinicalStatus.UNKNOWN
    verification: Verification = Verification.UNKNOWN
    onset: Moment | None = None
    ended: Moment | None = None
    recorded: Moment | None = None
    severity: str = ""
    body_site: str = ""
    categories: tuple[str, ...] = ()
    encounter: str = ""


class UseStatus(StrEnum):
    """What has become of a medication; FHIR's statuses of requests, statements and dispenses in one list."""

    ACTIVE = "ACTIVE"
    ON_HOLD = "ON_HOLD"
    INTENDED = "INTENDED"
    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    NOT_TAKEN = "NOT_TAKEN"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Dosage:
    """How a medication is taken: in words, and the parts of it that can be compared.

    ``frequency`` is how often in ``period_days`` days, so twice daily is 2 in 1 and weekly is 1 in 7.
    """

    text: str = ""
    dose: Quantity | None = None
    route: str = ""
    frequency: float | None = None
    period_days: float | None = None
    as_needed: bool = False


@dataclass(frozen=True, slots=True)
class MedicationUse:
    """A medication that was ordered, taken, dispensed or given; ``kind`` is the type of the resource that says so."""

    source: Source
    concept: Concept
    status: UseStatus = UseStatus.UNKNOWN
    kind: str = "MedicationStatement"
    dosages: tuple[Dosage, ...] = ()
    authored: Moment | None = None
    period: Period = UNTOLD
    reasons: tuple[str, ...] = ()
    reason_references: tuple[str, ...] = ()
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an allergen did."""

    manifestations: tuple[str, ...] = ()
    severity: str = ""


@dataclass(frozen=True, slots=True)
class AllergyIntolerance:
    """What somebody does not bear. A record that says "no known allergies" has one with ``denied`` and those words."""

    source: Source
    concept: Concept
    clinical: ClinicalStatus = ClinicalStatus.UNKNOWN
    verification: Verification = Verification.UNKNOWN
    criticality: str = ""
    categories: tuple[str, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    onset: Moment | None = None
    ended: Moment | None = None
    recorded: Moment | None = None
    denied: bool = False


class ObservationCategory(StrEnum):
    """What kind of observation it is (HL7 observation-category)."""

    LABORATORY = "LABORATORY"
    VITAL_SIGNS = "VITAL_SIGNS"
    SOCIAL_HISTORY = "SOCIAL_HISTORY"
    IMAGING = "IMAGING"
    EXAM = "EXAM"
    SURVEY = "SURVEY"
    PROCEDURE = "PROCEDURE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Observation:
    """One result: a ``quantity`` or ``words``. A panel or a blood pressure is one of these for each of its parts.

    ``flag`` is what the record itself says of the result, ``reference`` the range that it gives.
    """

    source: Source
    concept: Concept
    category: ObservationCategory = ObservationCategory.OTHER
    quantity: Quantity | None = None
    words: str = ""
    at: Moment | None = None
    reference: ReferenceRange | None = None
    flag: Flag | None = None
    is_preliminary: bool = False
    encounter: str = ""
    part: int = 0
    """Which part of its resource: 0 for the whole of it, 1 for its first component."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """What was done to somebody, or is to be: ``status`` is ABSENT for what was not done, HYPOTHETICAL for a plan."""

    source: Source
    concept: Concept
    status: Status = Status.PRESENT
    period: Period = UNTOLD
    body_site: str = ""
    outcome: str = ""
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Immunization:
    """A vaccine that was given, or was not."""

    source: Source
    concept: Concept
    at: Moment | None = None
    is_given: bool = True


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A relative, and what they have or had."""

    source: Source
    relative: str
    conditions: tuple[Concept, ...] = ()
    is_dead: bool = False
    recorded: Moment | None = None


@dataclass(frozen=True, slots=True)
class SocialFact:
    """What is told of how somebody lives; ``use`` is there for tobacco, alcohol and drugs."""

    source: Source
    kind: SocialKind
    words: str
    use: Use | None = None
    at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """A visit or a stay; ``kind`` is its class: AMB, EMER, IMP (HL7 ActCode)."""

    source: Source
    concept: Concept
    kind: str = ""
    period: Period = UNTOLD
    reasons: tuple[str, ...] = ()
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class PlannedCare:
    """What is to be done or reached, as the record plans it: a care plan, a goal, an order, an appointment."""

    source: Source
    concept: Concept
    kind: str
    """The type of the resource: CarePlan, Goal, ServiceRequest, Appointment."""
    is_open: bool = True
    period: Period = UNTOLD
    activities: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """References to the conditions it is for."""
    authored: Moment | None = None
    """When it was planned, which is before it begins."""


@dataclass(frozen=True, slots=True)
class ClinicalNote:
    """A note inside the record: of a DocumentReference, a DiagnosticReport, a Composition or a section of a C-CDA."""

    source: Source
    document: Document
    title: str = ""
    at: Moment | None = None
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the record that could not be had, and why: in our words, never in those of whoever failed."""

    section: str
    """The type of the resources, as FHIR names it; ``*`` where all of it is missing."""
    why: str


Fact: TypeAlias = (
    Condition
    | MedicationUse
    | AllergyIntolerance
    | Observation
    | Procedure
    | Immunization
    | FamilyMember
    | SocialFact
    | Encounter
    | PlannedCare
)


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """All that is recorded of one patient, each list in the order of the record.

    ``missing`` names what could not be fetched or read; ``passed_over`` counts, by type, the resources that hold
    nothing for a summary, and those that carry a modifier nobody here understands.
    """

    identity: Identity
    conditions: tuple[Condition, ...] = ()
    medications: tuple[MedicationUse, ...] = ()
    allergies: tuple[AllergyIntolerance, ...] = ()
    observations: tuple[Observation, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    immunizations: tuple[Immunization, ...] = ()
    family: tuple[FamilyMember, ...] = ()
    social: tuple[SocialFact, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    plans: tuple[PlannedCare, ...] = ()
    notes: tuple[ClinicalNote, ...] = ()
    missing: tuple[Missing, ...] = ()
    passed_over: tuple[tuple[str, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether it says nothing of the patient beyond who they are."""
        return not self.notes and next(facts_of(self), None) is None


def facts_of(record: PatientRecord) -> Iterator[Fact]:
    """Yield every fact of ``record``; its notes are no facts, they tell some."""
    for each in fields(record):
        if each.name not in ("identity", "notes", "missing", "passed_over"):
            yield from getattr(record, each.name)
