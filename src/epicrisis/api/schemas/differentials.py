"""``POST /v1/differentials`` and contract D: what is asked and what is answered."""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from epicrisis.api.schemas.annotations import Language, NoteText
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.findings import Quote, Score
from epicrisis.domain.differentials import FindingKind, Severity, Urgency
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.answering import Told, told_by
from epicrisis.text.alignment import OffsetUnit

MOST_SYMPTOMS, MOST_CONDITIONS, MOST_RESULTS, MOST_FINDINGS = 50, 50, 200, 300
OLDEST = 130
# The fields that a finding may be read from.
TELLING = ("text", "symptoms", "findings", "results")
_LOINC = r"^\d{1,7}-\d$"
_RESULTS = {"type": "object", "additionalProperties": False, "patternProperties": {_LOINC: {"type": "number"}}}
_CODE = re.compile(r"\d{1,7}-\d")

Words = Annotated[str, Field(min_length=1, max_length=200)]
Age = Annotated[float | None, Field(ge=0, le=OLDEST, description="In years; months as a fraction.", repr=False)]
Most = Annotated[int, Field(ge=1, le=50, description="How many conditions to answer at most.")]


def _number_or_word(value: object) -> object:
    """Return a word of a result as what it means; numbers are left to the schema."""
    if not isinstance(value, str):
        return value
    told = told_by(value)
    if told is not None:
        return told
    try:
        return float(value)
    except ValueError:
        raise PydanticCustomError("result", "Give a number, or say positive or negative.") from None


class ResultRequest(Request):
    """The result of a test: a number, a bound of one, or a word."""

    loinc: Annotated[str, Field(pattern=_LOINC, description="The LOINC code of the test.", examples=["6598-7"])]
    value: Annotated[
        Annotated[float, Field(allow_inf_nan=False)] | Told,
        BeforeValidator(_number_or_word, json_schema_input_type=float | str),
        Field(repr=False, description="A number, or positive or negative, in words or as a code of SNOMED CT."),
    ]
    comparator: Annotated[
        Literal["", "<", "<=", ">=", ">"], Field(description="Where it is a bound and no number.")
    ] = ""
    unit: Annotated[
        str, Field(max_length=40, description="In UCUM; by default the one the test is usually told in.")
    ] = ""
    low: Annotated[float | None, Field(description="Where its own range begins; asked before any other.")] = None
    high: Annotated[float | None, Field(description="Where its own range ends.")] = None

    @model_validator(mode="after")
    def _range_has_an_inside(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise PydanticCustomError("range", "The range ends before it begins; is `low` told as `high`?")
        return self


class FindingRequest(Request):
    """A finding by its id in the knowledge base: there, or looked for and not there."""

    finding: Annotated[str, Field(max_length=80, examples=["chest-pain-pleuritic"])]
    present: bool = True


class ToldRequest(Request):
    """What is told of a patient: a note as `text`, symptoms, findings, results, or any of them together."""

    text: NoteText | None = None
    language: Language = None
    age: Age = None
    sex: Sex = Sex.UNKNOWN
    severity: Severity | None = None
    symptoms: list[Words] = Field(default_factory=list, max_length=MOST_SYMPTOMS, repr=False)
    conditions: list[Words] = Field(
        default_factory=list,
        max_length=MOST_CONDITIONS,
        description="What the patient is known to have.",
        repr=False,
    )
    results: list[ResultRequest] = Field(default_factory=list, max_length=MOST_RESULTS, repr=False)
    findings: list[FindingRequest] = Field(default_factory=list, max_length=MOST_FINDINGS, repr=False)

    @property
    def tells_something(self) -> bool:
        """Whether anything is told that a finding may be read from."""
        return self.text is not None or bool(self.symptoms or self.results or self.findings)


class DifferentialRequest(ToldRequest):
    """What is told of a patient: a note as `text`, symptoms, findings, results, or any of them together."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [name]} for name in TELLING],
            "examples": [
                {
                    "age": 65,
                    "sex": "MALE",
                    "symptoms": ["chest pain", "shortness of breath", "diaphoresis"],
                    "conditions": ["hypertension", "type 2 diabetes"],
                }
            ],
        }
    )

    most: Most = 10
    offset_unit: OffsetUnit = OffsetUnit.CODE_POINT

    @model_validator(mode="after")
    def _something_told(self) -> DifferentialRequest:
        if not self.tells_something:
            raise PydanticCustomError("nothing_told", "Send text, symptoms, findings or results")
        return self


class ObservedAnswer(Answer):
    """A finding of the case, the words or result it was read from, and where those stand."""

    finding: str
    present: bool
    told: str
    source: Annotated[str | None, Field(description="`note`, `symptoms/0`, `conditions/0`, `loinc/6598-7`.")]
    span: Annotated[Quote | None, Field(description="Where the note says it.")]


class WeighedAnswer(ObservedAnswer):
    """An observed finding, and what it adds to the log-odds of the condition."""

    name: str
    weight: Annotated[float, Field(description="In nats; an exact Shapley value: prior and weights sum to the score.")]


class WhatIfAnswer(Answer):
    """Something nobody looked for, and what the confidence would be were it there, and were it not."""

    finding: str
    name: str
    kind: FindingKind
    confidence_if_present: Score
    confidence_if_absent: Score


class ConditionCode(Answer):
    """The ICD-10-CM code of a condition."""

    system: str
    code: str
    display: str


class HypothesisAnswer(Answer):
    """A condition that may explain the case."""

    condition: Annotated[str, Field(description="Its id in the knowledge base.")]
    name: str
    code: ConditionCode
    confidence: Annotated[Score, Field(description="Its own probability; those of a list need not sum to 1.")]
    score: Annotated[float, Field(description="The log-odds it rests on, against none of these conditions, in nats.")]
    prior: Annotated[float, Field(description="The part of `score` that is there before any finding.")]
    urgency: Urgency
    is_known: Annotated[bool, Field(description="Whether the patient is said to have it.")]
    supporting: list[WeighedAnswer]
    opposing: list[WeighedAnswer]
    missing: Annotated[list[WhatIfAnswer], Field(description="What most patients with it have, and nobody spoke of.")]
    red_flags: Annotated[list[str], Field(description="Findings of the case that make it dangerous.")]
    tests: Annotated[list[str], Field(description="The first tests, the most useful first.")]


class AlarmAnswer(ObservedAnswer):
    """A finding that needs action whatever the ranking says."""

    name: str
    conditions: list[str]


class QuestionAnswer(Answer):
    """What to ask or test next."""

    finding: str
    name: str
    kind: FindingKind
    bits: Annotated[float, Field(description="How much the answer is expected to tell.", ge=0)]


class CaseAnswer(Answer):
    """What was understood of the patient."""

    age: float | None
    sex: Sex
    severity: Severity | None
    findings: list[ObservedAnswer]
    known_conditions: list[str]
    unmatched: Annotated[list[str], Field(description="Words that no finding was found for; they count for nothing.")]


class DifferentialAnswer(Answer):
    """What may explain the case, the likeliest first."""

    request_id: RequestId
    language: str
    offset_unit: OffsetUnit
    notice: str
    case: CaseAnswer
    hypotheses: list[HypothesisAnswer]
    none_of_these: Annotated[
        Score, Field(description="How likely it is that none of the conditions explains the case.")
    ]
    alarms: list[AlarmAnswer]
    questions: list[QuestionAnswer]
    engine: str
    version: str
    warnings: list[str]


def _said(symptoms: list[str]) -> list[str]:
    told = [symptom.strip().lower() for symptom in symptoms]
    kept = [symptom for symptom in told if symptom]
    if not kept:
        raise PydanticCustomError("no_symptoms", "At least one symptom must be provided")
    return kept


def _measured(results: object) -> object:
    if not isinstance(results, dict):
        return results
    if len(results) > MOST_RESULTS:
        raise PydanticCustomError("too_many", "Send fewer results at once")
    if not all(isinstance(code, str) and _CODE.fullmatch(code.strip()) for code in results):
        raise PydanticCustomError("loinc", "Invalid LOINC code format: write digits, a dash and a check digit")
    try:
        numbers = {code.strip(): float(value) for code, value in results.items() if not isinstance(value, str | bool)}
    except (TypeError, ValueError, OverflowError):
        numbers = {}
    if len(numbers) < len(results) or not all(map(math.isfinite, numbers.values())):
        raise PydanticCustomError("result", "The result of each test must be a number")
    return numbers


class DiagnoseRequest(Request):
    """What contract D asks."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "age": 65,
                    "symptoms": ["chest pain", "shortness of breath", "diaphoresis"],
                    "severity": "severe",
                    "lab_results": {"6598-7": 0.4},
                    "preexisting_conditions": ["hypertension", "type 2 diabetes"],
                }
            ]
        },
    )

    age: Annotated[int, Field(ge=0, le=150, repr=False)]
    symptoms: Annotated[
        list[Annotated[str, Field(max_length=500)]],
        Field(min_length=1, max_length=20, repr=False),
        AfterValidator(_said),
    ]
    severity: Annotated[str, Field(pattern="^(mild|moderate|severe)$")]
    lab_results: Annotated[
        Annotated[dict[str, float], WithJsonSchema(_RESULTS)] | None,
        # Before all else: a fault in a field is told with the name of the field, and these names are sent.
        BeforeValidator(_measured),
        Field(
            description="Numbers by LOINC code, in the usual unit of each.",
            repr=False,
        ),
    ] = None
    preexisting_conditions: Annotated[
        list[Annotated[str, Field(max_length=500)]] | None, Field(max_length=MOST_CONDITIONS, repr=False)
    ] = None


class Diagnosis(Answer):
    """A condition, as contract D tells it."""

    condition: str
    confidence: Score
    supporting_evidence: list[str]
    recommended_tests: list[str]


class DiagnoseAnswer(Answer):
    """What contract D answers."""

    patient_id: Annotated[str, Field(description="A UUID, made for this request.")]
    diagnoses: Annotated[list[Diagnosis], Field(description="Those over the threshold, the likeliest first.")]
    processing_time_ms: float
    model_version: str
