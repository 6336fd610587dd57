"""Ten invented patients, each with one thing that a summary must get right; nobody of them ever lived."""

from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Condition,
    Dosage,
    Encounter,
    FamilyMember,
    Identity,
    Immunization,
    MedicationUse,
    Missing,
    Observation,
    ObservationCategory,
    PatientRecord,
    PlannedCare,
    Procedure,
    Reaction,
    Sex,
    SocialFact,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, CodeSystem, Flag, Quantity, ReferenceRange, SocialKind, Use

ACTIVE, RESOLVED = ClinicalStatus.ACTIVE, ClinicalStatus.RESOLVED
CONFIRMED = Verification.CONFIRMED
LAB, VITAL = ObservationCategory.LABORATORY, ObservationCategory.VITAL_SIGNS
DAILY = Dosage(dose=Quantity(1.0, "tablet"), frequency=1.0, period_days=1.0)
TWICE = Dosage(dose=Quantity(1.0, "tablet"), frequency=2.0, period_days=1.0)


def when(text: str) -> Moment:
    """Return the moment that ``text`` tells."""
    moment = Moment.told(text)
    assert moment is not None
    return moment


def somebody(born: str, sex: Sex, *, died: str = "") -> Identity:
    """Return an identity with a name that no summary may tell."""
    return Identity(
        Source("Patient/p1"),
        id="p1",
        identifiers=(("urn:oid:1.2.3.999", "PRUEBA-0001"),),
        family="Prueba",
        given=("Zenobia",),
        born=when(born),
        died=when(died) if died else None,
        is_dead=bool(died),
        sex=sex,
    )


def problem(
    id_: str,
    name: str,
    onset: str = "",
    *,
    ended: str = "",
    clinical: ClinicalStatus = ACTIVE,
    verification: Verification = CONFIRMED,
    severity: str = "",
) -> Condition:
    """Return a condition; one that ended is resolved."""
    return Condition(
        Source(f"Condition/{id_}"),
        Concept(name),
        clinical=RESOLVED if ended else clinical,
        verification=verification,
        onset=when(onset) if onset else None,
        ended=when(ended) if ended else None,
        severity=severity,
    )


def drug(
    id_: str,
    name: str,
    ordered: str,
    *,
    dosage: Dosage | None = None,
    status: UseStatus = UseStatus.ACTIVE,
    reasons: tuple[str, ...] = (),
    ended: str = "",
) -> MedicationUse:
    """Return an order of a medication; ``reasons`` are references to conditions."""
    return MedicationUse(
        Source(f"MedicationRequest/{id_}"),
        Concept(name),
        status=status,
        kind="MedicationRequest",
        dosages=(dosage,) if dosage is not None else (),
        authored=when(ordered),
        period=Period(when(ordered), when(ended) if ended else None),
        reason_references=reasons,
    )


def allergy(id_: str, name: str, *manifestations: str, criticality: str = "") -> AllergyIntolerance:
    """Return an active allergy and what it did."""
    return AllergyIntolerance(
        Source(f"AllergyIntolerance/{id_}"),
        Concept(name),
        clinical=ACTIVE,
        verification=CONFIRMED,
        criticality=criticality,
        reactions=(Reaction(manifestations),) if manifestations else (),
        recorded=when("2015-02-10"),
    )


def result(
    id_: str,
    name: str,
    code: str,
    value: float,
    unit: str,
    at: str,
    *,
    reference: ReferenceRange | None = None,
    flag: Flag | None = None,
    category: ObservationCategory = LAB,
    part: int = 0,
) -> Observation:
    """Return a result with a LOINC code."""
    return Observation(
        Source(f"Observation/{id_}"),
        Concept(name, (Code(CodeSystem.LOINC, code, name),)),
        category,
        Quantity(value, unit, unit),
        at=when(at),
        reference=reference,
        flag=flag,
        part=part,
    )


def pressure(id_: str, systolic: float, diastolic: float, at: str) -> tuple[Observation, Observation]:
    """Return the two parts of a blood pressure."""
    return (
        result(id_, "Systolic Blood Pressure", "8480-6", systolic, "mm[Hg]", at, category=VITAL, part=1),
        result(id_, "Diastolic Blood Pressure", "8462-4", diastolic, "mm[Hg]", at, category=VITAL, part=2),
    )


def visit(id_: str, what: str, start: str, end: str = "", *, reasons: tuple[str, ...] = ()) -> Encounter:
    """Return a visit of a day, or a stay."""
    return Encounter(Source(f"Encounter/{id_}"), Concept(what), "AMB", Period(when(start), when(end or start)), reasons)


ALLERGY_CONFLICT = PatientRecord(
    somebody("1950-02-28", Sex.FEMALE),
    conditions=(
        problem("c1", "Essential hypertension (disorder)", "2009-05-04"),
        problem("c2", "Acute bacterial sinusitis (disorder)", "2021-06-01", verification=Verification.PROVISIONAL),
    ),
    medications=(
        drug("m1", "Lisinopril 10 MG Oral Tablet", "2021-06-01", dosage=DAILY, reasons=("Condition/c1",)),
        drug(
            "m2",
            "Amoxicillin 500 MG Oral Capsule",
            "2021-06-01",
            dosage=Dosage(text="1 capsule every 8 hours for 7 days"),
            reasons=("Condition/c2",),
        ),
    ),
    allergies=(
        allergy("a1", "Penicillin", "Urticaria", "Angioedema", criticality="high"),
        allergy("a2", "Allergy to peanut"),
    ),
    observations=(*pressure("o1", 128, 78, "2021-06-01"),),
    encounters=(
        visit("e1", "Check up", "2020-05-04"),
        visit("e2", "Urgent care", "2021-06-01", reasons=("Sinusitis",)),
    ),
)

DOSE_CHANGE = PatientRecord(
    somebody("1961-11-02", Sex.MALE),
    conditions=(
        problem("c1", "Type 2 diabetes mellitus (disorder)", "2014-03-20"),
        problem("c2", "Hyperlipidemia (disorder)", "2016-01-12"),
    ),
    medications=(
        drug(
            "m1",
            "Metformin 500 MG Oral Tablet",
            "2019-03-20",
            dosage=TWICE,
            reasons=("Condition/c1",),
            status=UseStatus.STOPPED,
            ended="2021-03-22",
        ),
        drug("m2", "Metformin 1000 MG Oral Tablet", "2021-03-22", dosage=TWICE, reasons=("Condition/c1",)),
        drug("m3", "Atorvastatin 20 MG Oral Tablet", "2016-01-12", reasons=("Condition/c2",)),
    ),
    allergies=(
        AllergyIntolerance(
            Source("AllergyIntolerance/a1"), Concept("No known drug allergies"), clinical=ACTIVE, denied=True
        ),
    ),
    observations=tuple(
        each
        for number, (at, a1c, creatinine) in enumerate(
            [
                ("2018-03-19", 6.9, 0.91),
                ("2019-03-20", 7.2, 0.98),
                ("2020-03-18", 7.9, 1.02),
                ("2021-03-22", 8.44, 1.12),
            ]
        )
        for each in (
            result(f"a{number}", "Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", a1c, "%", at),
            result(
                f"c{number}",
                "Creatinine [Mass/volume] in Serum or Plasma",
                "2160-0",
                creatinine,
                "mg/dL",
                at,
                reference=ReferenceRange(0.6, 1.3),
            ),
        )
    ),
    procedures=(
        Procedure(
            Source("Procedure/p1"), Concept("Colonoscopy"), period=Period(when("2017-09-05"), when("2017-09-05"))
        ),
        Procedure(
            Source("Procedure/p2"),
            Concept("Documentation of current medications"),
            period=Period(when("2021-03-22"), when("2021-03-22")),
        ),
    ),
    social=(
        SocialFact(
            Source("Observation/s1"), SocialKind.TOBACCO, "Current every day smoker", Use.CURRENT, when("2021-03-22")
        ),
    ),
    family=(FamilyMember(Source("FamilyMemberHistory/f1"), "Mother", (Concept("Type 2 diabetes mellitus"),)),),
    encounters=(visit("e1", "Diabetes visit", "2020-03-18"), visit("e2", "Diabetes visit", "2021-03-22")),
    plans=(
        PlannedCare(
            Source("CarePlan/cp1"),
            Concept("Diabetes self management plan"),
            "CarePlan",
            period=Period(when("2014-03-20")),
            activities=("Diabetic diet", "Exercise therapy"),
            addresses=("Condition/c1",),
        ),
        PlannedCare(Source("Goal/g1"), Concept("Hemoglobin A1c total in Blood < 7.0"), "Goal"),
    ),
)

RESOLVED_PROBLEM = PatientRecord(
    somebody("1984-07-19", Sex.FEMALE),
    conditions=(
        problem("c1", "Childhood asthma", "1990"),
        problem("c2", "Acute bronchitis (disorder)", "2018-01-10", ended="2018-02-01"),
        problem("c3", "Viral sinusitis (disorder)", "2012-03-02", ended="2012-03-20"),
        problem("c4", "Viral sinusitis (disorder)", "2016-11-05", ended="2016-11-26"),
        problem("c5", "Fracture of clavicle", "2018-09-01", ended="2019-01-15"),
    ),
    medications=(
        drug(
            "m1",
            "Ibuprofen 200 MG Oral Tablet",
            "2018-09-01",
            dosage=Dosage(text="1 tablet every 8 hours if needed", as_needed=True),
            reasons=("Condition/c5",),
        ),
        drug("m2", "Naproxen sodium 220 MG Oral Tablet", "2019-01-15"),
    ),
    encounters=(visit("e1", "Emergency room admission", "2018-09-01"), visit("e2", "Follow-up", "2019-01-15")),
)

EMPTY = PatientRecord(somebody("1972-04-01", Sex.UNKNOWN))

MISSING_SECTIONS = PatientRecord(
    somebody("1948-10-10", Sex.MALE),
    conditions=(problem("c1", "Atrial fibrillation (disorder)", "2013-04-02"),),
    observations=(*pressure("o1", 141, 92, "2022-01-20"),),
    encounters=(visit("e1", "Follow-up", "2022-01-20"),),
    missing=(Missing("MedicationRequest", "it did not answer in time"), Missing("AllergyIntolerance", "refused")),
)

DEAD = PatientRecord(
    somebody("1939-01-30", Sex.MALE, died="2020-02-14"),
    conditions=(
        problem("c1", "Neoplasm of prostate", "2015-06-01"),
        problem("c2", "Cardiac arrest", "2020-02-14"),
    ),
    medications=(drug("m1", "Leuprolide Acetate 30 MG/ML Prefilled Syringe", "2019-12-03", reasons=("Condition/c1",)),),
    observations=(
        result("o1", "Prostate specific Ag [Mass/volume] in Serum or Plasma", "2857-1", 12.3456, "ng/mL", "2019-12-03"),
    ),
    procedures=(
        Procedure(
            Source("Procedure/p1"), Concept("Prostatectomy"), period=Period(when("2016-02-01"), when("2016-02-01"))
        ),
    ),
    encounters=(visit("e1", "Oncology visit", "2019-12-03"), visit("e2", "Emergency room admission", "2020-02-14")),
    plans=(
        PlannedCare(Source("CarePlan/cp1"), Concept("Cancer care plan"), "CarePlan", period=Period(when("2015-06-01"))),
    ),
)

CHILD = PatientRecord(
    somebody("2020-05-17", Sex.FEMALE),
    conditions=(problem("c1", "Otitis media", "2021-01-04", ended="2021-01-25"),),
    observations=tuple(
        each
        for number, (at, height, weight) in enumerate(
            [
                ("2020-06-20", 54.2, 4.3127),
                ("2020-08-22", 60.1, 6.01),
                ("2020-11-21", 66.9, 7.9),
                ("2021-05-22", 75.4692, 9.71),
            ]
        )
        for each in (
            result(f"h{number}", "Body Height", "8302-2", height, "cm", at, category=VITAL),
            result(f"w{number}", "Body Weight", "29463-7", weight, "kg", at, category=VITAL),
        )
    ),
    immunizations=tuple(
        Immunization(Source(f"Immunization/i{number}"), Concept(name), when(at))
        for number, (name, at) in enumerate(
            [
                ("DTaP", "2020-07-18"),
                ("DTaP", "2020-09-19"),
                ("DTaP", "2020-11-21"),
                ("MMR", "2021-05-22"),
                ("IPV", "2020-07-18"),
            ]
        )
    ),
    family=(
        FamilyMember(Source("FamilyMemberHistory/f1"), "Father", (Concept("Asthma"), Concept("Atopic dermatitis"))),
    ),
    encounters=(visit("e1", "Well child visit", "2020-11-21"), visit("e2", "Well child visit", "2021-05-22")),
)

CONTRADICTIONS = PatientRecord(
    somebody("1967-08-08", Sex.FEMALE),
    conditions=(
        problem("c1", "Asthma", "2001-01-01"),
        replace(problem("c2", "Asthma", verification=Verification.REFUTED), recorded=when("2021-04-01")),
        problem("c3", "Gout", "2019-05-01"),
    ),
    medications=(
        drug("m1", "Ibuprofen 400 MG Oral Tablet", "2021-03-30", dosage=TWICE),
        drug("m2", "Ibuprofen 600 MG Oral Tablet", "2021-03-30", dosage=DAILY),
        drug("m3", "Cephalexin 500 MG Oral Capsule", "2021-03-30", dosage=TWICE),
    ),
    allergies=(
        allergy("a1", "Penicillins", "Anaphylaxis", criticality="high"),
        allergy("a2", "NSAIDs"),
        AllergyIntolerance(
            Source("AllergyIntolerance/a3"), Concept("No known allergies"), clinical=ACTIVE, denied=True
        ),
    ),
    observations=(
        result(
            "o1",
            "Potassium [Moles/volume] in Serum or Plasma",
            "2823-3",
            6.72,
            "mmol/L",
            "2021-03-30",
            reference=ReferenceRange(3.5, 5.1),
            flag=Flag.CRITICAL,
        ),
    ),
    encounters=(visit("e1", "Follow-up", "2020-10-01"), visit("e2", "Follow-up", "2021-03-30")),
)

MANY_PROBLEMS = PatientRecord(
    somebody("1944-12-24", Sex.FEMALE),
    conditions=(
        *(
            problem(f"c{number}", name, onset)
            for number, (name, onset) in enumerate(
                [
                    ("Essential hypertension", "1994-02-01"),
                    ("Osteoarthritis of knee", "2003-03-09"),
                    ("Osteoporosis (disorder)", "2006-08-21"),
                    ("Type 2 diabetes mellitus (disorder)", "2007-05-30"),
                    ("Diabetic retinopathy", "2013-05-30"),
                    ("Chronic kidney disease stage 3 (disorder)", "2015-02-17"),
                    ("Atrial fibrillation", "2016-10-02"),
                    ("Heart failure", "2017-01-11"),
                    ("Hypothyroidism", "2011-11-11"),
                    ("Chronic obstructive pulmonary disease", "2010"),
                    ("Gastroesophageal reflux disease", "2012-04"),
                    ("Major depressive disorder", "2018-06-06"),
                    ("Pressure ulcer of heel", "2021-02-20"),
                    ("Anemia (disorder)", "2020-09-15"),
                    ("Cataract", ""),
                    ("Full-time caregiver employment (finding)", "2019-02-02"),
                ]
            )
        ),
        problem("x1", "Pneumonia", "2021-03-01", verification=Verification.DIFFERENTIAL, severity="Severe"),
    ),
    medications=(
        drug("m1", "Metformin 500 MG Oral Tablet", "2021-03-01", dosage=TWICE, reasons=("Condition/c3",)),
        drug(
            "m2", "Lisinopril 10 MG Oral Tablet", "2021-03-01", dosage=DAILY, reasons=("Condition/c0", "Condition/c7")
        ),
        drug("m3", "Furosemide 40 MG Oral Tablet", "2021-03-01", dosage=DAILY, reasons=("Condition/c7",)),
        drug("m4", "Warfarin Sodium 5 MG Oral Tablet", "2021-03-01", reasons=("Condition/c6",)),
        drug("m5", "Levothyroxine Sodium 0.05 MG Oral Tablet", "2021-03-01", dosage=DAILY, reasons=("Condition/c8",)),
        drug("m6", "Omeprazole 20 MG Oral Capsule", "2021-03-01", dosage=DAILY, reasons=("Condition/c10",)),
        drug("m7", "Sertraline 50 MG Oral Tablet", "2021-03-01", dosage=DAILY),
        drug("m8", "Insulin glargine 100 UNT/ML", "2021-03-01", status=UseStatus.ON_HOLD, reasons=("Condition/c3",)),
    ),
    allergies=(AllergyIntolerance(Source("AllergyIntolerance/a1"), Concept("No known allergies"), denied=True),),
    observations=(
        *pressure("o1", 158, 84, "2021-03-01"),
        result("o2", "Creatinine", "2160-0", 1.61, "mg/dL", "2021-03-01", reference=ReferenceRange(0.5, 1.1)),
        result(
            "o3",
            "Hemoglobin [Mass/volume] in Blood",
            "718-7",
            9.8,
            "g/dL",
            "2021-03-01",
            reference=ReferenceRange(12, 16),
        ),
        result("o4", "Potassium", "2823-3", 4.4, "mmol/L", "2021-03-01", reference=ReferenceRange(3.5, 5.1)),
        result("o5", "Sodium", "2951-2", 139.0, "mmol/L", "2021-03-01", reference=ReferenceRange(135, 145)),
    ),
    procedures=(
        Procedure(
            Source("Procedure/p1"), Concept("Chest X-ray"), Status.HYPOTHETICAL, period=Period(when("2021-03-02"))
        ),
    ),
    encounters=(visit("e1", "Follow-up", "2020-11-01"), visit("e2", "Emergency room admission", "2021-03-01")),
    plans=(
        PlannedCare(
            Source("Appointment/ap1"),
            Concept("Anticoagulation clinic"),
            "Appointment",
            period=Period(when("2021-03-15")),
        ),
    ),
)

UNTOLD_ALLERGIES = PatientRecord(
    somebody("1990", Sex.OTHER),
    conditions=(problem("c1", "Chronic migraine", clinical=ClinicalStatus.RECURRENCE),),
    observations=(
        replace(
            result("o1", "Glucose [Mass/volume] in Serum or Plasma", "2345-7", 99.96, "mg/dL", "2020-02-02"),
            reference=ReferenceRange(70, 100),
        ),
    ),
)

RECORDS = {
    "allergy_conflict": ALLERGY_CONFLICT,
    "child": CHILD,
    "contradictions": CONTRADICTIONS,
    "dead": DEAD,
    "dose_change": DOSE_CHANGE,
    "empty": EMPTY,
    "many_problems": MANY_PROBLEMS,
    "missing_sections": MISSING_SECTIONS,
    "resolved_problem": RESOLVED_PROBLEM,
    "untold_allergies": UNTOLD_ALLERGIES,
}
