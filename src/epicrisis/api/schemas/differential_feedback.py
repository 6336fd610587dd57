"""``POST /v1/differentials/feedback``: what became of a condition; codes alone, so that no word can be in it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.feedback import UUID
from epicrisis.services.judgements import Judged, Said

EXAMPLE: dict[str, Any] = {
    "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",
    "condition": "I21.9",
    "verdict": "RULED_OUT",
    "final": "I20.0",
}
_ICD10CM = r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$"

Icd = Annotated[str, Field(pattern=_ICD10CM)]


class Verdict(StrEnum):
    """What became of a condition."""

    CONFIRMED = "CONFIRMED"
    RULED_OUT = "RULED_OUT"
    MISSED = "MISSED"


class DifferentialFeedbackRequest(Request):
    """What became of one condition of a differential, or of one that it missed."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    request_id: Annotated[
        str, Field(pattern=UUID, json_schema_extra={"format": "uuid"}, description="The `request_id` of the answer.")
    ]
    condition: Annotated[Icd, Field(description="Its ICD-10-CM code: `code` of the hypothesis, or of what was missed.")]
    verdict: Annotated[
        Verdict,
        Field(description="`MISSED` of a condition the patient has and the differential did not name, or far down."),
    ]
    final: Annotated[
        Icd | None, Field(description="The ICD-10-CM code of what the patient has, where that is known.")
    ] = None

    def said(self) -> Said:
        """Return what is said."""
        return Said(self.request_id.lower(), self.condition, Judged(self.verdict.value), self.final or "")


class DifferentialFeedbackAnswer(Answer):
    """What was kept."""

    request_id: RequestId
    id: Annotated[str, Field(description="The name of this feedback; saying it again under the same key replaces it.")]
    verdict: Verdict
    known: Annotated[
        bool,
        Field(description="Whether the answer is remembered here; what is said of others is kept and not counted."),
    ]
    engine: str
    version: Annotated[str, Field(description="The version that answered, where the interaction was kept.")]
