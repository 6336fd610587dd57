"""The entries of the knowledge base: findings, what measures them, and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.differentials import FindingKind, Urgency

# The ages a band ends before, in years; the last has no end.
BANDS = (1, 5, 15, 30, 45, 60, 75)


class Specialty(StrEnum):
    """By which specialty a condition is filed; its tables have that name."""

    ALLERGY = "allergy-immunology"
    CARDIOLOGY = "cardiology"
    DERMATOLOGY = "dermatology"
    ENDOCRINE = "endocrine-metabolic"
    ENT = "ent"
    EYE = "eye"
    GASTROENTEROLOGY = "gastroenterology"
    GYNAECOLOGY = "gynaecology-obstetrics"
    HAEMATOLOGY = "haematology-oncology"
    HEPATOBILIARY = "hepatobiliary"
    INFECTIOUS = "infectious-tropical"
    NEUROLOGY = "neurology"
    PAEDIATRICS = "paediatrics"
    PSYCHIATRY = "psychiatry"
    RENAL = "renal-urology"
    RESPIRATORY = "respiratory"
    RHEUMATOLOGY = "rheumatology-musculoskeletal"
    TOXICOLOGY = "toxicology-environmental"
    TRAUMA = "trauma"


@dataclass(frozen=True, slots=True)
class Finding:
    """A canonical finding: one thing that is told, seen or measured, and by what it is called in each language.

    ``parents`` are more general findings that are there whenever this one is; the first of them is the one it is
    counted beneath. ``chance`` is how often it is found in whoever consults for something else.
    """

    id: str
    kind: FindingKind
    names: Mapping[str, str]
    parents: tuple[str, ...]
    note: str
    chance: float


class Shows(StrEnum):
    """Which kind of result shows a finding."""

    LOW = "low"
    HIGH = "high"
    CRITICAL_LOW = "critical-low"
    CRITICAL_HIGH = "critical-high"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Measure:
    """A LOINC code whose result may show a finding: beyond ``threshold`` in ``unit`` (UCUM), else beyond its range.

    It counts from the age ``first`` until before ``last``, in years.
    """

    finding: str
    loinc: str
    shows: Shows
    unit: str
    threshold: float | None
    first: float = 0.0
    last: float = float("inf")


class Course(StrEnum):
    """Whether somebody who once had a condition still has it years later."""

    LASTING = "lasting"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the knowledge base.

    ``incidence`` counts new presentations to primary and emergency care per 100,000 people and year, ``ages`` how it
    is spread over the bands (relative; 0 is never), ``female`` the share of patients who are. ``severity`` goes from 1
    (passes by itself) to 5 (threatens life). ``synonyms`` and ``tests`` are by language. ``rivals`` are taken for it,
    and exclude it; what it ``accompanies`` is often there with it, as its cause, its complication or its ground.
    ``past`` is the finding that having had it is, ``family`` the one that a relative's having it is.
    """

    id: str
    specialty: Specialty
    names: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    icd10cm: str
    incidence: float
    ages: tuple[float, ...]
    female: float
    urgency: Urgency
    severity: int
    tests: Mapping[str, tuple[str, ...]]
    red_flags: tuple[str, ...]
    questions: tuple[str, ...]
    rivals: tuple[str, ...]
    accompanies: tuple[str, ...] = ()
    course: Course = Course.LASTING
    past: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """How often a finding is found in a condition, and by which sources."""

    condition: str
    finding: str
    chance: float
    sources: tuple[str, ...]
