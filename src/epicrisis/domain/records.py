"""What a note records of its patient, item by item: each with the words of the note that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True, order=True)
class Stated:
    """Words of the note, and where they stand: ``text`` is exactly what ``span`` marks."""

    span: Span
    text: str


class CodeSystem(StrEnum):
    """The code systems we write, by the URI that FHIR knows each by."""

    ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
    LOINC = "http://loinc.org"
    UCUM = "http://unitsofmeasure.org"
    HPO = "http://human-phenotype-ontology.org"
    DRUGBANK = "https://go.drugbank.com"


@dataclass(frozen=True, slots=True)
class Code:
    """A code for a thing, what its system calls it, and how sure the linker is (0 to 1)."""

    system: str
    code: str
    display: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit: ``unit`` as the note writes it, ``ucum`` as UCUM does, where it is known.

    ``comparator`` is one of ``<``, ``<=``, ``>=``, ``>``, or ``None``.
    """

    value: float
    unit: str | None = None
    ucum: str | None = None
    comparator: str | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """Between which numbers a result is usual, in the unit of the result; one end may be open."""

    low: float | None = None
    high: float | None = None


class MedicationState(StrEnum):
    """What the note says becomes of a drug."""

    TAKEN = "TAKEN"
    STARTED = "STARTED"
    STOPPED = "STOPPED"
    CHANGED = "CHANGED"
    HELD = "HELD"
    PLANNED = "PLANNED"
    GIVEN = "GIVEN"
    NOT_TAKEN = "NOT_TAKEN"


class MeasurementKind(StrEnum):
    """Whether a number comes from a laboratory, from the bedside, or from another examination."""

    LAB = "LAB"
    VITAL = "VITAL"
    OTHER = "OTHER"


class Flag(StrEnum):
    """What a result means beside its reference range, or as the note says."""

    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    ABNORMAL = "ABNORMAL"
    CRITICAL = "CRITICAL"


class SocialKind(StrEnum):
    """What of somebody's life a note asks about."""

    TOBACCO = "TOBACCO"
    ALCOHOL = "ALCOHOL"
    DRUGS = "DRUGS"
    OCCUPATION = "OCCUPATION"
    LIVING = "LIVING"
    MARITAL = "MARITAL"
    ACTIVITY = "ACTIVITY"
    SEXUAL = "SEXUAL"


class Use(StrEnum):
    """Whether somebody uses tobacco, alcohol or drugs."""

    CURRENT = "CURRENT"
    FORMER = "FORMER"
    NEVER = "NEVER"


class Sex(StrEnum):
    """Administrative sex, as the note tells it."""

    FEMALE = "FEMALE"
    MALE = "MALE"


@dataclass(frozen=True, slots=True)
class Problem:
    """A disease, symptom or finding; ``mentions`` are all places of the note that say the same of it."""

    name: Stated
    status: Status
    temporality: Temporality = Temporality.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT
    confidence: float = 1.0
    severity: Stated | None = None
    body_site: Stated | None = None
    section: SectionCategory | None = None
    codes: tuple[Code, ...] = ()
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug and how it is taken; ``strength`` is of one unit (500 mg tablet), ``dose`` what is taken at a time."""

    name: Stated
    state: MedicationState = MedicationState.TAKEN
    status: Status = Status.PRESENT
    temporality: Temporality = Temporality.CURRENT
    confidence: float = 1.0
    strength: Stated | None = None
    form: Stated | None = None
    dose: Stated | None = None
    route: Stated | None = None
    frequency: Stated | None = None
    duration: Stated | None = None
    reason: Stated | None = None
    section: SectionCategory | None = None
    codes: tuple[Code, ...] = ()
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """A laboratory test, a vital sign or another examination with a result: a ``quantity``, or words.

    ``value`` are the words of the result, number and unit together. A blood pressure is two measurements, and ``part``
    says which: ``systolic`` or ``diastolic``; of "H&H 10.2 and 31" it says ``hemoglobin`` or ``hematocrit``.
    """

    name: Stated
    kind: MeasurementKind
    value: Stated
    quantity: Quantity | None = None
    reference: ReferenceRange | None = None
    flag: Flag | None = None
    time: Stated | None = None
    confidence: float = 1.0
    section: SectionCategory | None = None
    codes: tuple[Code, ...] = ()
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """An operation, an examination or a treatment that is no drug."""

    name: Stated
    status: Status
    temporality: Temporality = Temporality.CURRENT
    confidence: float = 1.0
    body_site: Stated | None = None
    time: Stated | None = None
    section: SectionCategory | None = None
    codes: tuple[Code, ...] = ()
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Allergy:
    """What somebody does not bear, and what it does; one that is denied ("no allergy to latex") is ABSENT."""

    substance: Stated
    status: Status = Status.PRESENT
    reactions: tuple[Stated, ...] = ()
    severity: Stated | None = None
    codes: tuple[Code, ...] = ()
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyCondition:
    """A disease of a relative; ``relative`` is missing where the note names none."""

    condition: Stated
    status: Status = Status.PRESENT
    relative: Stated | None = None
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class SocialFact:
    """What a note says of how somebody lives; ``use`` is there for tobacco, alcohol and drugs."""

    kind: SocialKind
    words: Stated
    use: Use | None = None
    amount: Stated | None = None


@dataclass(frozen=True, slots=True)
class Demographics:
    """Age in years, sex, and the words that tell them."""

    age: Stated | None = None
    years: float | None = None
    sex: Sex | None = None
    sex_words: Stated | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is to be done or seen again, when and with whom."""

    words: Stated
    when: Stated | None = None
    whom: Stated | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """What one note records, each list in the order of the text.

    ``problems`` are the patient's and hold now or held before; what the note denies stands in ``denied``, what might
    come in ``hypothetical``. ``no_known_allergies`` are the words that say there are none.
    """

    document_id: str
    language: str
    problems: tuple[Problem, ...] = ()
    denied: tuple[Problem, ...] = ()
    hypothetical: tuple[Problem, ...] = ()
    medications: tuple[Medication, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    no_known_allergies: Stated | None = None
    family: tuple[FamilyCondition, ...] = ()
    social: tuple[SocialFact, ...] = ()
    demographics: Demographics = Demographics()
    follow_up: tuple[FollowUp, ...] = ()
    engine: str = ""
    version: str = ""


def spans_of(item: object) -> tuple[Span, ...]:
    """Return every stretch of the note an item of a record rests on, in the order of the text and each once."""
    return tuple(sorted(set(_spans(item))))


def _spans(value: object) -> Iterator[Span]:
    if isinstance(value, Span):
        yield value
    elif isinstance(value, Stated):
        yield value.span
    elif isinstance(value, tuple):
        for each in value:
            yield from _spans(each)
    elif hasattr(value, "__dataclass_fields__"):
        for each in fields(value):  # type: ignore[arg-type]
            yield from _spans(getattr(value, each.name))
