"""What a note records, as it is answered: the shapes of ``formats/records.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from epicrisis.api.schemas.base import Answer
from epicrisis.api.schemas.findings import Quote, Score
from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.records import Flag, MeasurementKind, MedicationState, Sex, SocialKind, Use
from epicrisis.domain.sections import SectionCategory
from epicrisis.text.alignment import OffsetUnit

Mentions = Annotated[list[Quote], Field(description="All places of the note that say the same.")]


class CodeAnswer(Answer):
    """A code, what its system calls it, and how sure the linker is."""

    system: Annotated[str, Field(description="The URI by which FHIR knows the code system.")]
    code: str
    display: str
    score: Score


Codes = Annotated[
    list[CodeAnswer], Field(description="The likeliest of each system first; none where nothing is sure enough.")
]


class ProblemAnswer(Answer):
    """A disease, symptom or finding."""

    name: Quote
    status: Status
    temporality: Temporality
    experiencer: Experiencer
    confidence: Score
    severity: Quote | None
    body_site: Quote | None
    section: SectionCategory | None
    codes: Codes
    mentions: Mentions


class MedicationAnswer(Answer):
    """A drug and how it is taken: the strength of one unit, the dose taken at a time."""

    name: Quote
    state: MedicationState
    status: Status
    temporality: Temporality
    confidence: Score
    strength: Quote | None
    form: Quote | None
    dose: Quote | None
    route: Quote | None
    frequency: Quote | None
    duration: Quote | None
    reason: Quote | None
    section: SectionCategory | None
    codes: Codes
    mentions: Mentions


class QuantityAnswer(Answer):
    """A number with its unit, as the note writes it and in UCUM where that is known."""

    comparator: str | None
    value: float
    unit: str | None
    ucum: str | None


class RangeAnswer(Answer):
    """Between which numbers the note says a result is usual."""

    low: float | None
    high: float | None


class MeasurementAnswer(Answer):
    """A laboratory test, a vital sign or another examination with its result."""

    name: Quote
    part: Annotated[str | None, Field(description="`systolic` or `diastolic`: a blood pressure is two measurements.")]
    kind: MeasurementKind
    value: Quote
    quantity: QuantityAnswer | None
    reference: RangeAnswer | None
    flag: Flag | None
    time: Quote | None
    confidence: Score
    section: SectionCategory | None
    codes: Codes


class ProcedureAnswer(Answer):
    """An operation, an examination or a treatment that is no drug."""

    name: Quote
    status: Status
    temporality: Temporality
    confidence: Score
    body_site: Quote | None
    time: Quote | None
    section: SectionCategory | None
    codes: Codes
    mentions: Mentions


class AllergyAnswer(Answer):
    """What somebody does not bear, and what it does."""

    substance: Quote
    status: Status
    reactions: list[Quote]
    severity: Quote | None
    codes: Codes
    mentions: Mentions


class FamilyAnswer(Answer):
    """A disease of a relative, or one that no relative has."""

    condition: Quote
    status: Status
    relative: Quote | None
    codes: Codes


class SocialAnswer(Answer):
    """What the note says of how somebody lives."""

    kind: SocialKind
    words: Quote
    use: Use | None
    amount: Quote | None


class DemographicsAnswer(Answer):
    """Age and sex, with the words that tell them."""

    age: Quote | None
    years: float | None
    sex: Sex | None
    sex_words: Quote | None


class FollowUpAnswer(Answer):
    """What is to be done or seen again, when and with whom."""

    words: Quote
    when: Quote | None
    whom: Quote | None


class RecordAnswer(Answer):
    """What one note records, each list in the order of the text."""

    id: str
    language: str
    offset_unit: OffsetUnit
    demographics: DemographicsAnswer
    problems: Annotated[list[ProblemAnswer], Field(description="The patient's, now or before; possible ones too.")]
    denied: Annotated[list[ProblemAnswer], Field(description="What the note says the patient does not have.")]
    hypothetical: Annotated[list[ProblemAnswer], Field(description="What might come, or is to be looked out for.")]
    medications: list[MedicationAnswer]
    measurements: list[MeasurementAnswer]
    procedures: list[ProcedureAnswer]
    allergies: list[AllergyAnswer]
    no_known_allergies: Annotated[Quote | None, Field(description="The words that say there are none.")]
    family: list[FamilyAnswer]
    social: list[SocialAnswer]
    follow_up: list[FollowUpAnswer]
    engine: str
    version: str
