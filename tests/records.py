"""A record with one item of every kind, over a note that says it all."""

from __future__ import annotations

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    CodeSystem,
    Demographics,
    FamilyCondition,
    Flag,
    FollowUp,
    Measurement,
    MeasurementKind,
    Medication,
    MedicationState,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    ReferenceRange,
    Sex,
    SocialFact,
    SocialKind,
    Stated,
    Use,
)
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span

NOTE = Document(
    "n1",
    "A 61-year-old woman with severe asthma, possible pneumonia of the left lung, and no fever. If she coughs blood, "
    "come back. She takes lisinopril 10 mg by mouth daily for hypertension; metformin was stopped. "
    "Potassium 5.9 mmol/L (3.5-5.1) on admission, pulse 72, urine nitrite negative. Appendectomy in 1998, colonoscopy "
    "planned. Allergic to penicillin (hives). Her mother had diabetes. She smokes a pack a day and works as a baker. "
    "See Dr. Prueba in 2 weeks.",
)


def stated(words: str, *, document: Document = NOTE) -> Stated:
    """Return ``words`` where they first stand in ``document``."""
    start = document.text.index(words)
    return Stated(Span(start, start + len(words)), words)


ASTHMA = Code(CodeSystem.ICD_10_CM, "J45.909", "Unspecified asthma, uncomplicated", 0.91)
POTASSIUM = Code(CodeSystem.LOINC, "2823-3", "Potassium [Moles/volume] in Serum or Plasma", 0.97)

RECORD = NoteRecord(
    "n1",
    "en",
    problems=(
        Problem(
            stated("asthma"), Status.PRESENT, severity=stated("severe"), codes=(ASTHMA,),
            mentions=(stated("asthma").span,),
        ),
        Problem(stated("pneumonia"), Status.POSSIBLE, body_site=stated("left lung"), confidence=0.8),
    ),
    denied=(Problem(stated("fever"), Status.ABSENT),),
    hypothetical=(Problem(stated("coughs blood"), Status.HYPOTHETICAL),),
    medications=(
        Medication(
            stated("lisinopril"), dose=stated("10 mg"), route=stated("by mouth"), frequency=stated("daily"),
            reason=stated("hypertension"), section=SectionCategory.MEDICATIONS,
        ),
        Medication(stated("metformin"), MedicationState.STOPPED, temporality=Temporality.PAST),
    ),
    measurements=(
        Measurement(
            stated("Potassium"), MeasurementKind.LAB, stated("5.9 mmol/L"), Quantity(5.9, "mmol/L", "mmol/L"),
            ReferenceRange(3.5, 5.1), Flag.HIGH, stated("on admission"), codes=(POTASSIUM,),
        ),
        Measurement(stated("pulse"), MeasurementKind.VITAL, stated("72"), Quantity(72, None, "/min")),
        Measurement(stated("urine nitrite"), MeasurementKind.LAB, stated("negative")),
    ),
    procedures=(
        Procedure(stated("Appendectomy"), Status.PRESENT, Temporality.PAST, time=stated("in 1998")),
        Procedure(stated("colonoscopy"), Status.HYPOTHETICAL, Temporality.FUTURE),
    ),
    allergies=(Allergy(stated("penicillin"), reactions=(stated("hives"),)),),
    family=(
        FamilyCondition(stated("diabetes"), relative=stated("mother")),
        FamilyCondition(stated("blood"), Status.ABSENT),
    ),
    social=(
        SocialFact(SocialKind.TOBACCO, stated("smokes a pack a day"), Use.CURRENT, stated("a pack a day")),
        SocialFact(SocialKind.OCCUPATION, stated("works as a baker")),
    ),
    demographics=Demographics(stated("61-year-old"), 61, Sex.FEMALE, stated("woman")),
    follow_up=(FollowUp(stated("See Dr. Prueba in 2 weeks"), stated("in 2 weeks"), stated("Dr. Prueba")),),
    engine="rules",
    version="1",
)  # fmt: skip
