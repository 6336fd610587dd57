"""Entries of invented records, told in a few words: the one way in which tests make them."""

from __future__ import annotations

from epicrisis.domain.documents import Document
from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalNote,
    ClinicalStatus,
    Concept,
    Condition,
    Dosage,
    Encounter,
    Identity,
    MedicationUse,
    Observation,
    ObservationCategory,
    Reaction,
    Sex,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, CodeSystem, Flag, Quantity, ReferenceRange
from epicrisis.domain.spans import Span

LAB, VITAL = ObservationCategory.LABORATORY, ObservationCategory.VITAL_SIGNS
DAILY = Dosage(dose=Quantity(1.0, "tablet"), frequency=1.0, period_days=1.0)
TWICE = Dosage(dose=Quantity(1.0, "tablet"), frequency=2.0, period_days=1.0)


def when(text: str) -> Moment:
    """Return the moment that ``text`` tells."""
    moment = Moment.told(text)
    assert moment is not None
    return moment


def source(name: str, kind: str = "") -> Source:
    """Return the resource ``name``, which is of ``kind`` if it says none; or a stretch of ``NOTE`` for ``note 3``."""
    if name.startswith("note "):
        start = int(name.removeprefix("note "))
        return Source(NOTE.source.reference, Span(start, start + 1))
    return Source(name if "/" in name else f"{kind}/{name}")


def somebody(born: str, sex: Sex, *, died: str = "") -> Identity:
    """Return an identity with a name that no summary may tell."""
    return Identity(
        Source("Patient/p1"),
        id="p1",
        identifiers=(("urn:oid:1.2.3.999", "PRUEBA-0001"),),
        family="Prueba",
        given=("Zenobia",),
        born=when(born),
        died=_when(died),
        is_dead=bool(died),
        sex=sex,
    )


def problem(
    name: str,
    text: str = "Asthma",
    onset: str = "",
    ended: str = "",
    *,
    clinical: ClinicalStatus | None = None,
    verification: Verification = Verification.CONFIRMED,
    severity: str = "",
    codes: tuple[Code, ...] = (),
    site: str = "",
    recorded: str = "",
) -> Condition:
    """Return a condition, active unless it is said to be otherwise; one that ended is resolved."""
    return Condition(
        source(name, "Condition"),
        Concept(text, codes),
        clinical=clinical or (ClinicalStatus.RESOLVED if ended else ClinicalStatus.ACTIVE),
        verification=verification,
        onset=_when(onset),
        ended=_when(ended),
        recorded=_when(recorded),
        severity=severity,
        body_site=site,
    )


def drug(
    name: str,
    text: str = "Lisinopril 10 MG Oral Tablet",
    ordered: str = "",
    ended: str = "",
    *,
    dosage: Dosage | None = None,
    status: UseStatus = UseStatus.ACTIVE,
    kind: str = "MedicationRequest",
    reasons: tuple[str, ...] = (),
    encounter: str = "",
) -> MedicationUse:
    """Return an order of a medication; ``reasons`` are references to conditions, or words."""
    return MedicationUse(
        source(name, kind),
        Concept(text),
        status=status,
        kind=kind,
        dosages=(dosage,) if dosage is not None else (),
        authored=_when(ordered),
        period=Period(None, _when(ended)),
        reasons=tuple(each for each in reasons if "/" not in each),
        reason_references=tuple(each for each in reasons if "/" in each),
        encounter=encounter,
    )


def allergy(
    name: str,
    text: str,
    *manifestations: str,
    criticality: str = "",
    recorded: str = "2015-02-10",
    denied: bool = False,
) -> AllergyIntolerance:
    """Return an active allergy and what it did; or, ``denied``, that there is none."""
    return AllergyIntolerance(
        source(name, "AllergyIntolerance"),
        Concept(text),
        clinical=ClinicalStatus.ACTIVE,
        verification=Verification.CONFIRMED,
        criticality=criticality,
        reactions=(Reaction(manifestations),) if manifestations else (),
        recorded=_when(recorded),
        denied=denied,
    )


def result(
    name: str,
    text: str,
    code: str,
    value: float,
    unit: str,
    at: str,
    *,
    comparator: str | None = None,
    reference: ReferenceRange | None = None,
    flag: Flag | None = None,
    category: ObservationCategory = LAB,
    part: int = 0,
) -> Observation:
    """Return a result with a LOINC code, or with its name alone."""
    return Observation(
        source(name, "Observation"),
        Concept(text or code, (Code(CodeSystem.LOINC, code, text),) if code else ()),
        category,
        Quantity(value, unit, unit, comparator),
        at=when(at),
        reference=reference,
        flag=flag,
        part=part,
    )


def pressure(name: str, systolic: float, diastolic: float, at: str) -> tuple[Observation, Observation]:
    """Return the two parts of a blood pressure."""
    return (
        result(name, "Systolic Blood Pressure", "8480-6", systolic, "mm[Hg]", at, category=VITAL, part=1),
        result(name, "Diastolic Blood Pressure", "8462-4", diastolic, "mm[Hg]", at, category=VITAL, part=2),
    )


def visit(name: str, text: str, start: str, end: str = "", *, reasons: tuple[str, ...] = ()) -> Encounter:
    """Return a visit of a day, or a stay."""
    period = Period(when(start), when(end or start))
    return Encounter(source(name, "Encounter"), Concept(text), "AMB", period, reasons)


def _when(text: str) -> Moment | None:
    return when(text) if text else None


ANA = somebody("1950-02-28", Sex.FEMALE)
NOTE = ClinicalNote(
    Source("DocumentReference/1"), Document("n1", "An invented note.", "en"), at=when("2020-05-03T10:00:00Z")
)
