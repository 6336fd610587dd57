"""``POST /v1/redactions``: what is asked and what is answered; the shapes are those of ``formats/redactions.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.annotations import AnnotationRequest, Language, NoteText
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.findings import Quote, Score, Stretch, UnreadNote
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.engines.privacy.policies import USUAL
from epicrisis.services.deidentify import MOST_PATIENT
from epicrisis.text.alignment import OffsetUnit

Purpose = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_.:+/{}@,*-]{0,100}$",
        description="What for, such as `research-12`: it is kept in the audit log, so no words of the note.",
    ),
]
PolicyName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="`safe-harbor`, `limited-data-set`, `gdpr`, `research`, `contract-h`, or one of this installation.",
    ),
]


class RedactionRequest(AnnotationRequest):
    """One note as `text`, or up to 100 as `documents`, and the policy to redact them by."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["documents"]}],
            "examples": [{"text": "Patient John Doe, SSN 123-45-6789, has diabetes.", "policy": USUAL}],
        }
    )

    policy: PolicyName = USUAL
    patient: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MOST_PATIENT,
            pattern=r"\S",
            description="Your id of the patient all these notes are of: their dates then move by the same number of "
            "days, in this request and any other. Without it every note is somebody's of its own. It is kept nowhere.",
        ),
    ] = None
    explain: Annotated[
        bool,
        Field(description="Say what found each identifier and why, what was let stand, and what only looked like one."),
    ] = False
    purpose: Purpose = ""


class ReplacementAnswer(Quote):
    """What stands in the place of an identifier, in the new text; `text` is the new words."""

    original: Annotated[Stretch, Field(description="Where the identifier stands in the text sent.")]
    kind: IdentifierKind
    operator: Annotated[Operator, Field(description="How it was replaced.")]
    sub: Annotated[str | None, Field(description="The finer kind, such as `ZIP` or `DNI`.")] = None
    found_by: Annotated[str | None, Field(description="The engine or pattern that found it; to explain.")] = None
    why: Annotated[str | None, Field(description="Why it is one, without its words; to explain.")] = None
    score: Score | None = None


class KeptAnswer(Stretch):
    """An identifier the policy lets stand, in the text sent."""

    kind: IdentifierKind
    found_by: str
    why: str
    score: Score


class SparedAnswer(Stretch):
    """What only looks like an identifier, in the text sent, and why it stays."""

    kind: IdentifierKind
    why: str


class RedactedNote(Answer):
    """A note without its identifiers; the words that were replaced are never told."""

    id: str
    language: str
    policy: str
    offset_unit: OffsetUnit
    text: Annotated[str, Field(description="The new text.")]
    replacements: Annotated[list[ReplacementAnswer], Field(description="In the order of the text.")]
    counts: Annotated[dict[str, int], Field(description="How many of each kind were replaced.")]
    engine: str
    version: str
    kept: Annotated[list[KeptAnswer] | None, Field(description="To explain: what was let stand.")] = None
    spared: Annotated[list[SparedAnswer] | None, Field(description="To explain: what only looked like one.")] = None


class RedactionAnswer(RedactedNote):
    """The answer to one note."""

    request_id: RequestId


class RedactionBatchAnswer(Answer):
    """The answer to a batch: one item per note, in the order sent."""

    request_id: RequestId
    documents: list[RedactedNote | UnreadNote]


class ReidentificationRequest(Request):
    """A text in which a policy has sealed identifiers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Seen by [NAME].", "purpose": "recall-7"}]})

    text: NoteText
    purpose: Purpose = ""


class ReidentificationAnswer(Answer):
    """The text with its identifiers as they were."""

    request_id: RequestId
    text: str
    opened: Annotated[int, Field(ge=0, description="How many were sealed.")]


class ScrubRequest(Request):
    """A text to scrub, as contract H has it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Patient John Doe, SSN 123-45-6789, diagnosed with diabetes."}]}
    )

    text: NoteText
    language: Language = None


class ScrubAnswer(Answer):
    """The text without identifiers, as contract H has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "scrubbed_text": "Patient [REDACTED], SSN [REDACTED], diagnosed with diabetes.",
                    "phi_found": ["NAME", "SSN"],
                    "redaction_count": 2,
                }
            ]
        }
    )

    scrubbed_text: str
    phi_found: Annotated[list[str], Field(description="The kinds found, in the order in which each first appears.")]
    redaction_count: Annotated[int, Field(ge=0, description="How many stretches read `[REDACTED]` now.")]
