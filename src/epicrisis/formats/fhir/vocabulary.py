"""What our values are called in the code systems of FHIR R4 (hl7.org/fhir/R4/terminologies.html) and LOINC."""

from __future__ import annotations

from collections.abc import Mapping

from epicrisis.domain.assertions import Status
from epicrisis.domain.records import Flag, MeasurementKind, MedicationState, Sex, SocialKind

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ABSENT_UNKNOWN = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
RELATIVES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
PROVENANCE_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
# What a resource was derived from, by the place in its text: hl7.org/fhir/extensions, made for what we do.
DERIVATION = "http://hl7.org/fhir/StructureDefinition/derivation-reference"

# What only might happen, or would on a condition, is no statement about the patient's state: none has a resource.
VERIFICATION: Mapping[Status, str] = {
    Status.PRESENT: "confirmed",
    Status.CONDITIONAL: "confirmed",
    Status.POSSIBLE: "provisional",
    Status.ABSENT: "refuted",
}
MEDICATION_STATUS: Mapping[MedicationState, str] = {
    MedicationState.TAKEN: "active",
    MedicationState.STARTED: "active",
    MedicationState.CHANGED: "active",
    MedicationState.STOPPED: "stopped",
    MedicationState.HELD: "on-hold",
    MedicationState.PLANNED: "intended",
    MedicationState.GIVEN: "completed",
    MedicationState.NOT_TAKEN: "not-taken",
}
CATEGORY: Mapping[MeasurementKind, str] = {
    MeasurementKind.LAB: "laboratory",
    MeasurementKind.VITAL: "vital-signs",
    MeasurementKind.OTHER: "exam",
}
FLAG: Mapping[Flag, str] = {
    Flag.LOW: "L",
    Flag.NORMAL: "N",
    Flag.HIGH: "H",
    Flag.ABNORMAL: "A",
    Flag.CRITICAL: "AA",
}
GENDER: Mapping[Sex, str] = {Sex.FEMALE: "female", Sex.MALE: "male"}
# What of a life has a LOINC code, and what each is called there.
SOCIAL: Mapping[SocialKind, tuple[str, str]] = {
    SocialKind.TOBACCO: ("72166-2", "Tobacco smoking status"),
    SocialKind.ALCOHOL: ("11331-6", "History of Alcohol use"),
    SocialKind.DRUGS: ("11343-1", "History of Other nonmedical drug use"),
    SocialKind.OCCUPATION: ("11341-5", "History of Occupation"),
    SocialKind.MARITAL: ("45404-1", "Marital status"),
}
AGE = ("30525-0", "Age")
# HL7 v3 RoleCode by the words of both languages; whoever is not here is a relative whose words are told.
RELATIVE_CODES: Mapping[str, str] = {
    "mother": "MTH", "madre": "MTH", "mom": "MTH",
    "father": "FTH", "padre": "FTH", "dad": "FTH",
    "brother": "BRO", "hermano": "BRO",
    "sister": "SIS", "hermana": "SIS",
    "son": "SONC", "hijo": "SONC",
    "daughter": "DAUC", "hija": "DAUC",
    "grandmother": "GRMTH", "abuela": "GRMTH", "maternal grandmother": "MGRMTH", "abuela materna": "MGRMTH",
    "paternal grandmother": "PGRMTH", "abuela paterna": "PGRMTH",
    "grandfather": "GRFTH", "abuelo": "GRFTH", "maternal grandfather": "MGRFTH", "abuelo materno": "MGRFTH",
    "paternal grandfather": "PGRFTH", "abuelo paterno": "PGRFTH",
    "aunt": "AUNT", "tía": "AUNT", "uncle": "UNCLE", "tío": "UNCLE",
    "cousin": "COUSN", "primo": "COUSN", "prima": "COUSN",
    "niece": "NIECE", "sobrina": "NIECE", "nephew": "NEPHEW", "sobrino": "NEPHEW",
}  # fmt: skip
ANY_RELATIVE = "FAMMEMB"
# The sections of a Composition, as C-CDA and the International Patient Summary code them.
SECTIONS: Mapping[str, tuple[str, str, str]] = {
    "allergies": ("Allergies", "48765-2", "Allergies and adverse reactions Document"),
    "problems": ("Problems", "11450-4", "Problem list - Reported"),
    "past": ("Past illness", "11348-0", "History of Past illness note"),
    "medications": ("Medications", "10160-0", "History of Medication use Narrative"),
    "vitals": ("Vital signs", "8716-3", "Vital signs note"),
    "results": ("Results", "30954-2", "Relevant diagnostic tests/laboratory data note"),
    "procedures": ("Procedures", "47519-4", "History of Procedures Document"),
    "family": ("Family history", "10157-6", "History of family member diseases note"),
    "social": ("Social history", "29762-2", "Social history note"),
    # What the note says is not so, or was not done. LOINC has no section for that, and no list may seem to hold it.
    "denied": ("Denied or not done", "", ""),
    "plan": ("Plan of treatment", "18776-5", "Plan of care note"),
}
NOTE_TYPE = ("34109-9", "Note")
