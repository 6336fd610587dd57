"""``POST /v1/summaries`` and contract H: what is asked and what is answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from epicrisis.api.schemas.annotations import AnnotationRequest, Language, NoteText
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.findings import Quote, Score, UnreadNote
from epicrisis.domain.note_summaries import Style
from epicrisis.domain.sections import SectionCategory
from epicrisis.services.summarize import LEAST_WORDS, MOST_WORDS, Wanted, bounds_of
from epicrisis.text.alignment import OffsetUnit

_LONGEST = 2_000
_EXAMPLE = (
    "HPI: A 64-year-old man with known COPD presents with three days of productive cough. He denies chest pain. "
    "CT: Consolidation of the right lower lobe. PLAN: Start ceftriaxone. Repeat the chest X-ray in six weeks."
)

MaxLength = Annotated[int, Field(ge=1, le=_LONGEST, description="How many words a summary has at most.")]
MinLength = Annotated[
    int | None,
    Field(
        ge=0,
        le=_LONGEST,
        description=f"How many words it has at least, where the note has them: {LEAST_WORDS}, or `max_length` where "
        "that is less.",
    ),
]
Asked = Annotated[
    Style,
    Field(description="`extractive` quotes the note; `abstractive` has a language model reword what is quoted."),
]


class Bounded(Request):
    """How long a summary is, and in whose words."""

    max_length: MaxLength = MOST_WORDS
    min_length: MinLength = None
    style: Asked = Style.EXTRACTIVE

    @model_validator(mode="after")
    def _least_within_most(self) -> Bounded:
        if self.min_length is not None and self.min_length > self.max_length:
            raise PydanticCustomError("bounds", "Send a min_length that is no more than max_length")
        return self

    @property
    def wanted(self) -> Wanted:
        """Return what was asked, as the service takes it."""
        return Wanted(bounds_of(self.max_length, self.min_length), self.style)


class SummaryRequest(AnnotationRequest, Bounded):
    """One note as `text`, or up to 100 as `documents`, and how long its summary is."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["documents"]}],
            "examples": [{"text": _EXAMPLE, "max_length": 30, "min_length": 10}],
        }
    )


class StatementAnswer(Answer):
    """A sentence of a summary, and where the note says it."""

    text: Annotated[str, Field(description="Quoted exactly from the note; in `abstractive` style, a model's words.")]
    score: Annotated[Score, Field(description="How much it is worth telling beside the other sentences of the note.")]
    section: SectionCategory
    heading: Annotated[Quote | None, Field(description="The heading it cannot be told without, where there is one.")]
    spans: list[Quote]


class SummaryParts(Answer):
    """A note in short."""

    id: str
    language: str
    offset_unit: OffsetUnit
    summary: str
    words: Annotated[int, Field(ge=0, description="How many words the summary has.")]
    statements: list[StatementAnswer]
    style: Style
    asked_style: Style
    engine: str
    version: str
    model: Annotated[str | None, Field(description="The language model that reworded it, where one did.")]
    warnings: Annotated[list[str], Field(description="What was asked for and could not be, and why.")]


class SummaryAnswer(SummaryParts):
    """The summary of one note."""

    request_id: RequestId


class SummariesAnswer(Answer):
    """The summaries of a batch, in its order."""

    request_id: RequestId
    documents: list[SummaryParts | UnreadNote]


class GenerateSummaryRequest(Bounded):
    """What contract H asks: a text, and how long its summary is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": _EXAMPLE, "max_length": 30, "min_length": 10}]})

    text: NoteText
    language: Language = None


class SummaryMetadata(Answer):
    """How a summary came about."""

    original_length: Annotated[int, Field(description="How many words the text has.")]
    summary_length: Annotated[int, Field(description="How many words the summary has.")]
    max_length: int
    min_length: int
    language: str
    style: Style
    model_used: Annotated[str, Field(description="The engine, or the language model, whose words these are.")]
    version: str
    statements: list[StatementAnswer]
    warnings: list[str]


class GeneratedSummary(Answer):
    """A text in short."""

    request_id: RequestId
    summary: str
    metadata: SummaryMetadata
