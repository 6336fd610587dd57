"""``POST /v1/annotations``: what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from epicrisis.api.schemas.base import Request
from epicrisis.text.alignment import OffsetUnit

MAX_DOCUMENTS = 100

# The door checks that text is a string; whether it can be read is for `Document` to say, with a code of its own.
NoteText = Annotated[
    str,
    Field(
        description="The note, exactly as written; offsets count from its first character.",
        json_schema_extra={"minLength": 1, "pattern": r"\S"},
    ),
]
Language = Annotated[
    str | None,
    Field(pattern="^[a-z]{2}$", description="ISO 639-1 code of the language, such as `en`; detected where absent."),
]
NoteId = Annotated[
    str | None,
    Field(min_length=1, max_length=100, description="Your name for the note; it comes back with the answer."),
]


class Note(Request):
    """One note of a batch."""

    id: NoteId = None
    text: NoteText
    language: Language = None


@dataclass(frozen=True, slots=True)
class UnfitNote:
    """A note of a batch that does not match its schema; it fails alone, so its faults wait for its turn."""

    id: str | None
    faults: tuple[Mapping[str, Any], ...]


def fit_or_unfit(value: Any, validate: ValidatorFunctionWrapHandler) -> Note | UnfitNote:
    """Return the note ``validate`` makes of ``value``, or what keeps it from being one."""
    try:
        note: Note = validate(value)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_context=False, include_url=False)
        broken = {fault["loc"][0] for fault in faults if fault["loc"]}
        name = value.get("id") if isinstance(value, dict) and "id" not in broken else None
        return UnfitNote(name, tuple(faults))
    return note


if TYPE_CHECKING:
    NoteOfBatch = Note | UnfitNote
else:
    # Said as `Note` alone, the schema shows what to send, and faults point at fields, not at branches of a union.
    NoteOfBatch = Annotated[Note, WrapValidator(fit_or_unfit)]


class AnnotationRequest(Request):
    """One note as `text`, or up to 100 as `documents`."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["documents"]}],
            "examples": [{"text": "The patient denies chest pain."}],
        }
    )

    text: NoteText = Field(default_factory=str)
    documents: list[NoteOfBatch] = Field(
        default_factory=list,
        min_length=1,
        max_length=MAX_DOCUMENTS,
        description="A batch; each note is answered in its place, and one that cannot be read fails alone.",
    )
    language: Language = None
    offset_unit: Annotated[
        OffsetUnit,
        Field(description="What offsets count: code points, UTF-16 units (JavaScript, Java, C#) or UTF-8 bytes."),
    ] = OffsetUnit.CODE_POINT

    @model_validator(mode="after")
    def _one_or_many(self) -> AnnotationRequest:
        if len(self.model_fields_set & {"text", "documents"}) != 1:
            raise PydanticCustomError("one_or_many", "Send either text or documents")
        return self
