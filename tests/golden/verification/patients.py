"""Six invented people, as the record has them, for the sentences of ``sentences.toml``."""

from __future__ import annotations

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Condition,
    Dosage,
    FamilyMember,
    Identity,
    Immunization,
    MedicationUse,
    Observation,
    PlannedCare,
    Procedure,
    Reaction,
    Sex,
    SocialFact,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, Flag, Quantity, ReferenceRange, SocialKind, Use
from epicrisis.domain.summaries import Baseline, Change, ChangeKind, Current, Delta, Direction, Latest, Trend
from tests.golden.patient_summaries.charts import when


def source(name: str) -> Source:
    return Source(name)


def problem(
    name: str,
    text: str,
    *,
    onset: str = "",
    ended: str = "",
    clinical: ClinicalStatus = ClinicalStatus.ACTIVE,
    verification: Verification = Verification.CONFIRMED,
) -> Condition:
    return Condition(
        source(f"Condition/{name}"),
        Concept(text),
        clinical=clinical,
        verification=verification,
        onset=when(onset) if onset else None,
        ended=when(ended) if ended else None,
    )


def drug(
    name: str,
    text: str,
    *,
    since: str = "",
    dosage: Dosage | None = None,
    status: UseStatus = UseStatus.ACTIVE,
    reasons: tuple[str, ...] = (),
) -> MedicationUse:
    return MedicationUse(
        source(f"MedicationRequest/{name}"),
        Concept(text),
        status=status,
        dosages=(dosage,) if dosage else (),
        authored=when(since) if since else None,
        reasons=reasons,
    )


def result(name: str, text: str, value: float, unit: str, at: str, *, code: str = "", part: int = 0) -> Observation:
    codes = (Code("http://loinc.org", code, text),) if code else ()
    quantity = Quantity(value, unit)
    return Observation(source(f"Observation/{name}"), Concept(text, codes), quantity=quantity, at=when(at), part=part)


def one(*entries: Condition) -> Current:
    return Current(entries)


def _maria() -> tuple[Baseline, Delta]:
    a1c_before, a1c = (
        result("a1", "Hemoglobin A1c", 7.1, "%", "2022-03-01"),
        result("a2", "Hemoglobin A1c", 8.4, "%", "2023-05-10"),
    )
    lisinopril = drug("m2", "Lisinopril 20 MG Oral Tablet", since="2020-01-15")
    baseline = Baseline(
        at=when("2023-06-01"),
        identity=Identity(source("Patient/maria"), born=when("1961-04-12"), sex=Sex.FEMALE),
        problems=(
            one(problem("c1", "Diabetes mellitus type 2 (disorder)", onset="2012-05-03")),
            one(problem("c2", "Hypertension", onset="2010")),
            one(
                problem("c3", "Chronic kidney disease stage 3", onset="2021-02", verification=Verification.PROVISIONAL)
            ),
        ),
        past_problems=(
            one(
                problem(
                    "c4",
                    "Acute bronchitis (disorder)",
                    onset="2015-01-10",
                    ended="2015-01-24",
                    clinical=ClinicalStatus.RESOLVED,
                )
            ),
        ),
        denied=(problem("c5", "Chest pain", verification=Verification.REFUTED),),
        medications=(
            Current(
                (
                    drug(
                        "m1",
                        "Metformin hydrochloride 500 MG Oral Tablet",
                        since="2012-05-03",
                        dosage=Dosage(frequency=2, period_days=1),
                        reasons=("Diabetes",),
                    ),
                )
            ),
            Current((lisinopril,)),
        ),
        allergies=(
            Current(
                (
                    AllergyIntolerance(
                        source("AllergyIntolerance/p1"),
                        Concept("Allergy to penicillin"),
                        reactions=(Reaction(("Hives",)),),
                    ),
                )
            ),
        ),
        labs=(
            Latest(
                a1c,
                flag=Flag.HIGH,
                reference=ReferenceRange(None, 5.7),
                previous=a1c_before,
                trend=Trend(
                    Direction.RISING,
                    1.1,
                    when("2020-02-02"),
                    when("2023-05-10"),
                    4,
                    (source("Observation/a0"), source("Observation/a1"), source("Observation/a2")),
                ),
            ),
            Latest(
                result("k", "Potassium", 4.2, "mmol/L", "2023-05-10"),
                flag=Flag.NORMAL,
                reference=ReferenceRange(3.5, 5.1),
            ),
            Latest(
                result("h", "Hemoglobin [Mass/volume] in Blood", 10.9, "g/dL", "2023-05-10"),
                flag=Flag.LOW,
                reference=ReferenceRange(12.0, 16.0),
            ),
        ),
        vitals=(
            Latest(
                result("bp", "Systolic Blood Pressure", 152, "mm[Hg]", "2023-05-10", code="8480-6", part=1),
                flag=Flag.HIGH,
            ),
            Latest(
                result("bp", "Diastolic Blood Pressure", 91, "mm[Hg]", "2023-05-10", code="8462-4", part=2),
                flag=Flag.HIGH,
            ),
        ),
        procedures=(Procedure(source("Procedure/x1"), Concept("Colonoscopy"), period=Period(when("2019-09-09"))),),
        immunizations=(
            Immunization(source("Immunization/i1"), Concept("Influenza, seasonal, injectable"), at=when("2022-10-20")),
        ),
        family=(FamilyMember(source("FamilyMemberHistory/f1"), "mother", (Concept("Breast cancer"),)),),
    )
    delta = Delta(
        since=when("2023-01-01"),
        until=when("2023-06-01"),
        changes=(
            Change(ChangeKind.DOSE_CHANGED, lisinopril, when("2023-05-10"), (lisinopril.source,), "10 mg", "20 mg"),
            Change(
                ChangeKind.MEDICATION_STOPPED,
                drug("m3", "Atenolol 50 MG Oral Tablet", since="2016-04-01", status=UseStatus.STOPPED),
                when("2023-02-14"),
                (source("MedicationRequest/m3"),),
            ),
        ),
    )
    return baseline, delta


def _john() -> tuple[Baseline, Delta]:
    """Nobody asked him about allergies, and he takes nothing."""
    baseline = Baseline(
        at=when("2021-03-01"),
        identity=Identity(source("Patient/john"), born=when("1990-08-30"), sex=Sex.MALE),
        problems=(one(problem("j1", "Childhood asthma", onset="1998")),),
        past_problems=(
            one(
                problem("j2", "Appendicitis", onset="2014-06-01", ended="2014-06-03", clinical=ClinicalStatus.RESOLVED)
            ),
        ),
        procedures=(Procedure(source("Procedure/j3"), Concept("Appendectomy"), period=Period(when("2014-06-02"))),),
        social=(
            SocialFact(source("Observation/j4"), SocialKind.TOBACCO, "Former smoker", Use.FORMER, when("2021-02-02")),
        ),
        labs=(
            Latest(
                result("j5", "Glucose", 88.4, "mg/dL", "2021-02-02"), flag=Flag.NORMAL, reference=ReferenceRange(70, 99)
            ),
        ),
    )
    return baseline, Delta(None, when("2021-03-01"))


def _elena() -> tuple[Baseline, Delta]:
    """No known allergies, and a new problem."""
    fibrillation = problem("e1", "Atrial Fibrillation", onset="2022-11-02")
    warfarin = drug(
        "e2",
        "Warfarin Sodium 5 MG Oral Tablet",
        since="2022-11-02",
        dosage=Dosage(frequency=1, period_days=1),
        reasons=("Atrial Fibrillation",),
    )
    digoxin = drug("e3", "Digoxin 0.125 MG Oral Tablet", since="2022-11-05", status=UseStatus.ON_HOLD)
    baseline = Baseline(
        at=when("2022-12-01"),
        identity=Identity(source("Patient/elena"), born=when("1944"), sex=Sex.FEMALE),
        problems=(one(fibrillation), one(problem("e4", "Osteoporosis (disorder)", onset="2018"))),
        medications=(Current((warfarin,)), Current((digoxin,))),
        allergies_denied=(
            AllergyIntolerance(source("AllergyIntolerance/e5"), Concept("No known allergies"), denied=True),
        ),
        labs=(
            Latest(
                result("e6", "Creatinine", 1.04, "mg/dL", "2022-11-20"),
                flag=Flag.NORMAL,
                previous=result("e7", "Creatinine", 1.06, "mg/dL", "2022-10-20"),
                trend=Trend(
                    Direction.STEADY, 0.0, when("2021-01-01"), when("2022-11-20"), 5, (source("Observation/e6"),)
                ),
            ),
            Latest(
                result("e8", "Platelets [#/volume] in Blood by Automated count", 131, "10*3/uL", "2022-11-20"),
                flag=Flag.LOW,
                previous=result("e9", "Platelets [#/volume] in Blood by Automated count", 160, "10*3/uL", "2022-05-20"),
                trend=Trend(
                    Direction.FALLING, -40.0, when("2021-05-20"), when("2022-11-20"), 3, (source("Observation/e8"),)
                ),
            ),
        ),
        plans=(
            PlannedCare(
                source("ServiceRequest/e10"),
                Concept("Echocardiogram"),
                "ServiceRequest",
                period=Period(when("2023-01-10")),
            ),
        ),
    )
    delta = Delta(
        since=when("2022-11-01"),
        until=when("2022-12-01"),
        changes=(
            Change(ChangeKind.NEW_PROBLEM, fibrillation, when("2022-11-02"), (fibrillation.source,)),
            Change(ChangeKind.MEDICATION_STARTED, warfarin, when("2022-11-02"), (warfarin.source,)),
        ),
    )
    return baseline, delta


def _empty() -> tuple[Baseline, Delta]:
    at = when("2020-01-01")
    return Baseline(at=at, identity=Identity(source("Patient/nobody"))), Delta(None, at)


def _luis() -> tuple[Baseline, Delta]:
    """A record in Spanish."""
    metformin = drug(
        "l2",
        "Metformina 850 mg comprimidos",
        since="2019-03-04",
        dosage=Dosage(frequency=2, period_days=1),
        reasons=("Diabetes mellitus tipo 2",),
    )
    baseline = Baseline(
        at=when("2024-02-01"),
        identity=Identity(source("Patient/luis"), born=when("1955-07-07"), sex=Sex.MALE),
        problems=(
            one(problem("l1", "Diabetes mellitus tipo 2", onset="2019-03-04")),
            one(problem("l3", "Hipertensión arterial", onset="2011")),
            one(problem("l4", "Anemia", onset="2023-12", verification=Verification.PROVISIONAL)),
        ),
        past_problems=(
            one(problem("l5", "Neumonía", onset="2017-11-20", ended="2017-12-05", clinical=ClinicalStatus.RESOLVED)),
        ),
        denied=(problem("l6", "Dolor torácico", verification=Verification.REFUTED),),
        medications=(Current((metformin,)), Current((drug("l7", "Enalapril 20 mg", since="2011-06-01"),))),
        allergies=(Current((AllergyIntolerance(source("AllergyIntolerance/l8"), Concept("Alergia a penicilina")),)),),
        labs=(
            Latest(
                result("l9", "Hemoglobina", 10.2, "g/dL", "2024-01-15"),
                flag=Flag.LOW,
                reference=ReferenceRange(13, 17),
                previous=result("l10", "Hemoglobina", 12.4, "g/dL", "2023-06-15"),
                trend=Trend(
                    Direction.FALLING, -3.1, when("2022-06-15"), when("2024-01-15"), 4, (source("Observation/l9"),)
                ),
            ),
            Latest(result("l11", "Potasio", 4.4, "mmol/L", "2024-01-15"), flag=Flag.NORMAL),
        ),
        procedures=(Procedure(source("Procedure/l12"), Concept("Colonoscopia"), period=Period(when("2023-02-02"))),),
        family=(FamilyMember(source("FamilyMemberHistory/l13"), "padre", (Concept("Ictus"),)),),
    )
    delta = Delta(
        since=when("2023-12-31"),
        until=when("2024-02-01"),
        changes=(
            Change(ChangeKind.DOSE_CHANGED, metformin, when("2024-01-15"), (metformin.source,), "500 mg", "850 mg"),
            Change(
                ChangeKind.MEDICATION_STOPPED,
                drug("l14", "Atorvastatina 20 mg", status=UseStatus.STOPPED),
                when("2024-01-15"),
                (source("MedicationRequest/l14"),),
            ),
        ),
    )
    return baseline, delta


def _carmen() -> tuple[Baseline, Delta]:
    """Two drugs, two results and two episodes of the same, to mix up."""
    baseline = Baseline(
        at=when("2023-09-01"),
        identity=Identity(source("Patient/carmen"), born=when("2001-01-01"), sex=Sex.FEMALE),
        problems=(
            one(problem("k1", "Epilepsy", onset="2016-02")),
            one(problem("k2", "Normal pregnancy", onset="2023-03-10")),
        ),
        past_problems=(
            one(
                problem(
                    "k3",
                    "Viral sinusitis (disorder)",
                    onset="2019-01-05",
                    ended="2019-01-20",
                    clinical=ClinicalStatus.RESOLVED,
                )
            ),
            one(
                problem(
                    "k4",
                    "Concussion with no loss of consciousness",
                    onset="2020-07-07",
                    ended="2020-08-01",
                    clinical=ClinicalStatus.RESOLVED,
                )
            ),
        ),
        medications=(
            Current((drug("k5", "Carbamazepine[Tegretol]", since="2016-03-01"),)),
            Current((drug("k6", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", since="2023-08-30"),)),
            Current(
                (
                    drug(
                        "k7",
                        "ferrous sulfate 325 MG Oral Tablet",
                        since="2023-05-01",
                        dosage=Dosage(frequency=1, period_days=1),
                    ),
                )
            ),
        ),
        labs=(
            Latest(result("k8", "Sodium", 133, "mmol/L", "2023-08-30"), flag=Flag.LOW),
            Latest(result("k9", "Chloride", 101, "mmol/L", "2023-08-30"), flag=Flag.NORMAL),
        ),
        procedures=(Procedure(source("Procedure/k10"), Concept("Electroencephalogram"), status=Status.HYPOTHETICAL),),
    )
    return baseline, Delta(None, when("2023-09-01"))


PATIENTS = {
    "carmen": _carmen,
    "elena": _elena,
    "john": _john,
    "luis": _luis,
    "maria": _maria,
    "nobody": _empty,
}
