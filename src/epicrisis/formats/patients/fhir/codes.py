"""What the codes of FHIR (DSTU2 to R5) say, and those of LOINC and SNOMED CT that it is written in."""

from __future__ import annotations

from collections.abc import Mapping

from epicrisis.domain.assertions import Status
from epicrisis.domain.patients import ClinicalStatus, ObservationCategory, Sex, UseStatus, Verification
from epicrisis.domain.records import Flag, SocialKind, Use

WITHDRAWN = "entered-in-error"
ABSENT_UNKNOWN = "absent-unknown-uv-ips"
"""The end of the code system in which an International Patient Summary says that there is none of something."""

CLINICAL: Mapping[str, ClinicalStatus] = {each.value.lower(): each for each in ClinicalStatus}
VERIFICATION: Mapping[str, Verification] = {each.value.lower(): each for each in Verification}
SEX: Mapping[str, Sex] = {each.value.lower(): each for each in Sex}

# MedicationRequest, -Statement, -Dispense and -Administration; what is not here was not begun, or was withdrawn.
USE: Mapping[str, UseStatus] = {
    "": UseStatus.UNKNOWN,
    "active": UseStatus.ACTIVE,
    "completed": UseStatus.COMPLETED,
    "declined": UseStatus.NOT_TAKEN,
    "ended": UseStatus.COMPLETED,
    "in-progress": UseStatus.ACTIVE,
    "intended": UseStatus.INTENDED,
    "not-done": UseStatus.NOT_TAKEN,
    "not-taken": UseStatus.NOT_TAKEN,
    "on-hold": UseStatus.ON_HOLD,
    "preparation": UseStatus.INTENDED,
    "recorded": UseStatus.ACTIVE,
    "stopped": UseStatus.STOPPED,
    "unknown": UseStatus.UNKNOWN,
}
NOT_ORDERED = frozenset({"proposal", "plan", "option"})
"""Intents of a request that nobody has acted on."""

# Event status of Procedure: one that was stopped was begun.
DONE: Mapping[str, Status] = {
    "": Status.PRESENT,
    "aborted": Status.PRESENT,
    "completed": Status.PRESENT,
    "in-progress": Status.PRESENT,
    "not-done": Status.ABSENT,
    "on-hold": Status.PRESENT,
    "preparation": Status.HYPOTHETICAL,
    "stopped": Status.PRESENT,
    "suspended": Status.PRESENT,
    "unknown": Status.POSSIBLE,
}
CATEGORY: Mapping[str, ObservationCategory] = {
    "activity": ObservationCategory.SOCIAL_HISTORY,
    "exam": ObservationCategory.EXAM,
    "imaging": ObservationCategory.IMAGING,
    "lab": ObservationCategory.LABORATORY,
    "laboratory": ObservationCategory.LABORATORY,
    "procedure": ObservationCategory.PROCEDURE,
    "social-history": ObservationCategory.SOCIAL_HISTORY,
    "survey": ObservationCategory.SURVEY,
    "vital-signs": ObservationCategory.VITAL_SIGNS,
}
IMAGING = frozenset({"rad", "ct", "nmr", "nms", "ous", "rus", "vus", "xrc", "mam", "pet", "cus", "imaging", "rx"})
"""Which service a report is of, where it is one of imaging (HL7 v2 table 0074)."""

# HL7 v3 ObservationInterpretation and HL7 v2 table 0078, and the words that stand there in their place.
FLAGS: Mapping[str, Flag] = {
    **dict.fromkeys(("l", "lu", "lx", "<", "low"), Flag.LOW),
    **dict.fromkeys(("h", "hu", "hx", ">", "high"), Flag.HIGH),
    **dict.fromkeys(("hh", "ll", "aa", "critical", "critically high", "critically low", "panic"), Flag.CRITICAL),
    **dict.fromkeys(("n", "normal"), Flag.NORMAL),
    **dict.fromkeys(("a", "abnormal"), Flag.ABNORMAL),
}
# HL7 v3 ObservationInterpretation.
ANSWERS: Mapping[str, str] = {
    "pos": "Positive", "det": "Detected", "rr": "Reactive",
    "neg": "Negative", "nd": "Not detected", "nr": "Non-reactive",
}  # fmt: skip
"""What a test answered that has no value, by the code of its interpretation."""
# SNOMED CT: there is no known allergy, or none of a kind; and the same in an International Patient Summary.
_NO_ALLERGIES = """
    716186003 409137002 428607008 429625007 428197003 716184000 1003774007 no-known-allergies
    no-known-medication-allergies no-known-food-allergies no-known-environmental-allergies
"""
NO_ALLERGIES = frozenset(_NO_ALLERGIES.split())
# SNOMED CT: no current problems, no known medications or procedures or immunizations; nobody asked about allergies.
NOTHING = frozenset({"160245001", "787481004", "787482006", "787480003", "1631000175102", "no-allergy-info"})

SOCIAL: Mapping[str, SocialKind] = {
    # LOINC
    "72166-2": SocialKind.TOBACCO, "11367-0": SocialKind.TOBACCO, "39240-7": SocialKind.TOBACCO,
    "81229-7": SocialKind.TOBACCO, "88030-8": SocialKind.TOBACCO, "8663-7": SocialKind.TOBACCO,
    "8664-5": SocialKind.TOBACCO, "64234-8": SocialKind.TOBACCO,
    "11331-6": SocialKind.ALCOHOL, "74013-4": SocialKind.ALCOHOL, "68518-0": SocialKind.ALCOHOL,
    "11287-0": SocialKind.ALCOHOL, "96842-0": SocialKind.ALCOHOL,
    "11343-1": SocialKind.DRUGS, "74204-9": SocialKind.DRUGS, "11342-9": SocialKind.DRUGS,
    "11341-5": SocialKind.OCCUPATION, "21843-8": SocialKind.OCCUPATION, "21847-9": SocialKind.OCCUPATION,
    "67875-5": SocialKind.OCCUPATION, "74165-2": SocialKind.OCCUPATION,
    "63512-8": SocialKind.LIVING, "71802-3": SocialKind.LIVING, "75274-1": SocialKind.LIVING,
    "45404-1": SocialKind.MARITAL, "63503-7": SocialKind.MARITAL,
    "68516-4": SocialKind.ACTIVITY, "77592-4": SocialKind.ACTIVITY, "77593-2": SocialKind.ACTIVITY,
    "89555-7": SocialKind.ACTIVITY,
    "76690-7": SocialKind.SEXUAL, "64243-9": SocialKind.SEXUAL,
    # SNOMED CT
    "229819007": SocialKind.TOBACCO, "230056004": SocialKind.TOBACCO, "365981007": SocialKind.TOBACCO,
    "228390007": SocialKind.DRUGS, "363908000": SocialKind.DRUGS, "228366006": SocialKind.DRUGS,
    "160573003": SocialKind.ALCOHOL, "228273003": SocialKind.ALCOHOL,
    "364703007": SocialKind.OCCUPATION, "14679004": SocialKind.OCCUPATION,
    "365508006": SocialKind.LIVING, "365581002": SocialKind.MARITAL, "256235009": SocialKind.ACTIVITY,
}  # fmt: skip
"""What an observation of somebody's life is about, by its code in LOINC or SNOMED CT."""

# SNOMED CT, as the value set of smoking status has it, and the answers of LOINC 72166-2.
_CURRENT = """
    449868002 428041000124106 77176002 428071000124103 428061000124105 65568007 160603005 160604004 160605003
    230059006 56578002 56771006 LA18976-3 LA18977-1 LA18979-7 LA18981-3 LA18982-1 219006 228276006
"""
_FORMER = "8517006 LA15920-4 281018007 160617001 82581004"
_NEVER = "266919005 LA18978-9 221000119102 228274009"
USES: Mapping[str, Use] = {
    **dict.fromkeys(_CURRENT.split(), Use.CURRENT),
    **dict.fromkeys(_FORMER.split(), Use.FORMER),
    **dict.fromkeys(_NEVER.split(), Use.NEVER),
}
"""Whether somebody uses tobacco, alcohol or drugs, by the code of the value."""
