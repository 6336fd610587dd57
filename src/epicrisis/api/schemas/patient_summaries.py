"""``POST /v1/patient-summaries`` and contract H: what is asked and what is answered."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.domain.summaries import Heading, Mode, Support
from epicrisis.engines.summary.models.contracts import ModelKind
from epicrisis.services.patient_records import Patience

MOST_CREDENTIAL = 8_192
MEDIA = ("application/fhir+json", "application/xml", "application/hl7-v2")

_EXAMPLE_RECORD: Any = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-02-28"}},
        {
            "resource": {
                "resourceType": "Condition",
                "id": "c1",
                "subject": {"reference": "Patient/p1"},
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "code": {"text": "Essential hypertension"},
                "onsetDateTime": "2019-05-03",
            }
        },
    ],
}


class SummaryForm(StrEnum):
    """In which form a summary is told."""

    MARKDOWN = "markdown"
    IPS = "ips"


PatientId = Annotated[
    str, Field(min_length=1, max_length=200, description="The id the EHR, or the record, has for the patient.")
]
Credential = Annotated[
    str,
    Field(
        max_length=MOST_CREDENTIAL,
        repr=False,
        description="Handed on to the EHR, and to nobody else; it is not kept.",
    ),
]
ModelName = Annotated[
    str,
    Field(max_length=200, description="The language model that words it; by default that of this installation."),
]
Modes = Annotated[
    Mode,
    Field(
        description="`rule`: by rules, complete, and always at hand. `fast`: a language model words what the rules "
        "found. `hq`: it does so part by part, with a second look. A model that is missing or late is replaced by the "
        "next below it."
    ),
]


Timeout = Annotated[Patience, Field(description="How long the EHR is waited for: `fast` 8 seconds, `extended` 30.")]


class SummaryOptions(Request):
    """How a summary is to be."""

    mode: Modes = Mode.RULE
    language: Annotated[Literal["en", "es"], Field(description="The language of its sentences.")] = "en"
    since: Annotated[
        date | None,
        Field(description="Changes count after this day; by default after the visit before the last one."),
    ] = None
    timeout: Timeout = Patience.FAST
    model: ModelName = ""
    model_type: Annotated[
        ModelKind | None, Field(description="The type of `model`, where its name alone does not tell.")
    ] = None
    read_notes: Annotated[
        bool, Field(description="Have the newest notes in the record read too, as long as there is time.")
    ] = True
    format: Annotated[
        SummaryForm,
        Field(description="`markdown` with everything it rests on, or `ips`: an International Patient Summary."),
    ] = SummaryForm.MARKDOWN
    stream: Annotated[
        bool, Field(description="Answer with events, as whoever accepts `text/event-stream` is answered.")
    ] = False


class PatientSummaryRequest(SummaryOptions):
    """A record as `record`, or a `patient` of an `ehr`; and how the summary is to be."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["record"]}, {"required": ["patient"]}],
            "examples": [{"record": _EXAMPLE_RECORD, "since": "2019-01-01"}],
        }
    )

    record: Annotated[
        Any,
        Field(
            repr=False,
            description="A FHIR Bundle (R4, R4B, R5) as an object; or a C-CDA document or HL7 v2 message as a string.",
        ),
    ] = None
    patient: Annotated[PatientId | None, Field(repr=False)] = None
    ehr: Annotated[
        str, Field(max_length=60, description="The alias of the EHR to ask; by default that of this installation.")
    ] = ""
    token: Credential = ""
    key: Credential = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.record is None and self.patient is None:
            raise PydanticCustomError("no_record", "Send a `record`, or the id of a `patient` in an EHR.")
        if self.record is not None and not isinstance(self.record, dict | str):
            raise PydanticCustomError("no_record", "A `record` is an object, a FHIR Bundle, or a string.")
        if self.record is not None and (self.ehr or self.token or self.key):
            raise PydanticCustomError("two_records", "Send a `record` or what an EHR is asked with, not both.")
        return self


class GeneratePatientSummaryRequest(Request):
    """What contract H asks: a patient of the EHR."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"patientid": "example", "generation_mode": "rule", "timeout_mode": "fast"}]}
    )

    patientid: Annotated[PatientId, Field(repr=False)]
    token: Credential = ""
    key: Credential = ""
    patient_summarizer_model_name: ModelName = ""
    patient_summarizer_model_type: Annotated[
        ModelKind | None,
        # Clients of the system we replace send "" for whatever it would choose.
        BeforeValidator(lambda sent: None if sent == "" else sent),
        Field(description='How the model is run, where its name alone does not tell; "" is none.'),
    ] = None
    generation_mode: Modes = Mode.RULE
    timeout_mode: Timeout = Patience.FAST


class GeneratePatientSummaryQuery(Request):
    """How contract H is answered."""

    stream: Annotated[bool, Field(description="Answer with events.")] = False


class SourceAnswer(Answer):
    """What a sentence rests on: a resource, or a stretch of the note it carries."""

    reference: str
    start: int | None = None
    end: int | None = None


class StatementAnswer(Answer):
    """A sentence, and what it rests on."""

    text: str
    sources: list[SourceAnswer]
    support: Support
    why: str


class SummarySectionAnswer(Answer):
    """One of the four parts."""

    heading: Heading
    statements: list[StatementAnswer]


class MissingAnswer(Answer):
    """A part of the record that could not be had."""

    section: Annotated[str, Field(description="The type of the resources; `*` for all of them.")]
    why: str


class TimingAnswer(Answer):
    """Seconds."""

    ehr_api: Annotated[float, Field(ge=0, description="What the EHR took.")]
    generation: Annotated[float, Field(ge=0, description="What everything else took.")]
    total: Annotated[float, Field(ge=0)]


class PatientSummaryAnswer(Answer):
    """What is known of a patient, in four parts."""

    request_id: RequestId
    markdown: Annotated[str, Field(description="The four parts under their headings.")]
    sections: list[SummarySectionAnswer]
    baseline: Annotated[dict[str, Any], Field(description="What holds.")]
    delta: Annotated[dict[str, Any], Field(description="What changed.")]
    missing: list[MissingAnswer]
    language: str
    mode: Annotated[Mode, Field(description="Who wrote it.")]
    asked: Annotated[Mode, Field(description="Who was asked to.")]
    model: Annotated[str, Field(description="The model that worded it; `rules` where none did.")]
    fallbacks: Annotated[list[str], Field(description="Why it was not written as asked.")]
    unsupported_claims: Annotated[
        int, Field(ge=0, description="Sentences of a model that the record does not bear out, and that were left out.")
    ]
    unsupported: list[StatementAnswer]
    timing: TimingAnswer
    version: Annotated[str, Field(description="Of epicrisis.")]


class GeneratedPatientSummary(Answer):
    """What contract H answers."""

    request_id: RequestId
    summary: Annotated[str, Field(description="Markdown with four headings.")]
    baseline: dict[str, Any]
    delta: dict[str, Any]
    timing: TimingAnswer
    model_used: str
    timeout_mode_used: Patience
    generation_mode_used: Mode
    missing: list[MissingAnswer]
    fallbacks: list[str]
    unsupported_claims: Annotated[int, Field(ge=0)]
    version: str
