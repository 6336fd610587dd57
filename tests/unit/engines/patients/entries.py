"""Entries of an invented record, told in a few words."""

from __future__ import annotations

from epicrisis.domain.documents import Document
from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalNote,
    ClinicalStatus,
    Concept,
    Condition,
    Encounter,
    Identity,
    MedicationUse,
    Observation,
    ObservationCategory,
    Sex,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, CodeSystem, Quantity
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Current

SNOMED = "http://snomed.info/sct"
ANA = Identity(Source("Patient/1"), family="Prueba", given=("Ana",), born=Moment.told("1950-02-03"), sex=Sex.FEMALE)
NOTE = ClinicalNote(
    Source("DocumentReference/1"), Document("n1", "An invented note.", "en"), at=Moment.told("2020-05-03T10:00:00Z")
)


def source(name: str) -> Source:
    """Return a resource by its name, or the stretch of a note for ``note 3``."""
    if name.startswith("note "):
        start = int(name.removeprefix("note "))
        return Source(NOTE.source.reference, Span(start, start + 1))
    return Source(name)


def condition(
    name: str,
    text: str = "Asthma",
    start: str = "",
    end: str = "",
    *,
    status: ClinicalStatus | None = None,
    verification: Verification = Verification.CONFIRMED,
    codes: tuple[Code, ...] = (),
    site: str = "",
    recorded: str = "",
) -> Condition:
    """Return a problem from ``start`` to ``end``; resolved where it has an end, else active."""
    told = status or (ClinicalStatus.RESOLVED if end else ClinicalStatus.ACTIVE)
    return Condition(
        source(name), Concept(text, codes), told, verification, Moment.told(start), Moment.told(end),
        Moment.told(recorded), body_site=site,
    )  # fmt: skip


def drug(
    name: str,
    text: str = "Lisinopril 10 MG Oral Tablet",
    start: str = "",
    end: str = "",
    *,
    status: UseStatus = UseStatus.ACTIVE,
    kind: str = "MedicationRequest",
    encounter: str = "",
) -> MedicationUse:
    """Return a drug ordered at ``start``, with ``end`` as the end of its period."""
    return MedicationUse(
        source(name), Concept(text), status, kind, authored=Moment.told(start), period=Period(None, Moment.told(end)),
        encounter=encounter,
    )  # fmt: skip


def allergy(name: str, text: str = "Penicillin", start: str = "", *, denied: bool = False) -> AllergyIntolerance:
    """Return an active allergy recorded at ``start``."""
    return AllergyIntolerance(
        source(name), Concept(text), ClinicalStatus.ACTIVE, recorded=Moment.told(start), denied=denied
    )


def result(
    name: str, code: str, value: float, unit: str, at: str, *, text: str = "", comparator: str | None = None
) -> Observation:
    """Return a laboratory result with a LOINC code."""
    return Observation(
        source(name), Concept(text or code, (Code(CodeSystem.LOINC, code, text),)), ObservationCategory.LABORATORY,
        Quantity(value, unit, unit, comparator), at=Moment.told(at),
    )  # fmt: skip


def visit(name: str, start: str, end: str = "") -> Encounter:
    """Return a visit."""
    return Encounter(source(name), Concept("Visit"), "AMB", Period(Moment.told(start), Moment.told(end)))


def names(current: tuple[Current, ...]) -> list[list[str]]:
    """Return where each thing is said."""
    return [[each.reference for each in one.sources] for one in current]
