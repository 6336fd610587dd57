"""``POST /v1/assertions``: what is asked and what is answered; the shapes are those of ``formats/assessments.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from epicrisis.api.schemas.annotations import MAX_DOCUMENTS, Language, Note, NoteText, UnfitNote, fit_or_unfit
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.findings import (
    AssertionAnswer,
    Quote,
    Score,
    SectionAnswer,
    SentenceAnswer,
    Stretch,
    UnreadNote,
)
from epicrisis.domain.assertions import Scheme, SentenceLabel, Status
from epicrisis.text.alignment import OffsetUnit

MAX_TARGETS = 1_000
# To explain takes as many readings as there are words.
MAX_EXPLAINED = 10


class Target(Request):
    """A finding to judge: a half-open stretch of the text, `[start, end)`, counted in `offset_unit`."""

    start: Annotated[int, Field(strict=True, ge=0)]
    end: Annotated[int, Field(strict=True, gt=0)]


Targets = Annotated[
    list[Target],
    Field(
        max_length=MAX_TARGETS,
        description="The findings to judge, answered in this order. Without any, those between `[entity]` marks are "
        "judged; without marks, those the reader finds.",
    ),
]


class AskedText(Note):
    """One sentence or note of a batch."""

    targets: Targets = Field(default_factory=list)


if TYPE_CHECKING:
    TextOfBatch = AskedText | UnfitNote
else:
    TextOfBatch = Annotated[AskedText, WrapValidator(fit_or_unfit)]


def _schemes(value: Any) -> list[Scheme]:
    try:
        return list(dict.fromkeys(Scheme(name) for name in (value if isinstance(value, list) else [value])))
    except ValueError:
        known = ", ".join(Scheme)
        raise PydanticCustomError("scheme", "Name one of {known}, or a list of them", {"known": known}) from None


_ONE_SCHEME = {"type": "string", "enum": [scheme.value for scheme in Scheme]}
Schemes = Annotated[
    list[Scheme],
    PlainValidator(_schemes),
    WithJsonSchema({"anyOf": [_ONE_SCHEME, {"type": "array", "items": _ONE_SCHEME}]}),
]


class AssertionRequest(Request):
    """One sentence or note as `text`, or up to 100 as `documents`."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["documents"]}],
            "examples": [
                {
                    "text": "The patient denies chest pain.",
                    "targets": [{"start": 19, "end": 29}],
                    "scheme": ["i2b2", "azure"],
                }
            ],
        }
    )

    text: NoteText = Field(default_factory=str)
    targets: Targets = Field(default_factory=list)
    documents: list[TextOfBatch] = Field(
        default_factory=list,
        min_length=1,
        max_length=MAX_DOCUMENTS,
        description="A batch; each text is answered in its place, and one that cannot be read fails alone.",
    )
    language: Language = None
    marks: Annotated[
        bool,
        Field(
            strict=True,
            description="Read `[entity] … [entity]` in a text sent without targets as marks around a finding; "
            "`false` reads them as words. Offsets count the text with its marks, exactly as sent.",
        ),
    ] = True
    explain: Annotated[
        bool,
        Field(
            strict=True,
            description="Say what each status rests on: how much less probable it is without each word around the "
            "finding. Takes many times as long; for a text with up to 200 such words, and up to 10 `documents`.",
        ),
    ] = False
    scheme: Annotated[
        Schemes, Field(description="Coarser readings told beside each status: one of them, or a list.")
    ] = Field(default_factory=list)
    offset_unit: Annotated[
        OffsetUnit,
        Field(description="What offsets count: code points, UTF-16 units (JavaScript, Java, C#) or UTF-8 bytes."),
    ] = OffsetUnit.CODE_POINT

    @model_validator(mode="after")
    def _one_or_many(self) -> AssertionRequest:
        if len(self.model_fields_set & {"text", "documents"}) != 1:
            raise PydanticCustomError("one_or_many", "Send either text or documents")
        if self.documents and self.targets:
            raise PydanticCustomError("whose_targets", "Send the targets of a document inside that document")
        if self.explain and len(self.documents) > MAX_EXPLAINED:
            raise PydanticCustomError("explained", "Have up to {most} documents explained", {"most": MAX_EXPLAINED})
        return self


class AzureAnswer(Answer):
    """The axes of Azure Text Analytics for Health."""

    certainty: Literal["positive", "negative", "neutralPossible"]
    conditionality: Literal["none", "hypothetical", "conditional"]
    association: Literal["subject", "other"]
    temporality: Literal["current", "past", "future"]


class ProjectionsAnswer(Answer):
    """The schemes asked for."""

    i2b2: Annotated[str | None, Field(description="The class of the 2010 i2b2/VA assertion task.")] = None
    three: Literal["PRESENT", "ABSENT", "POSSIBLE"] | None = None
    four: Literal["PRESENT", "ABSENT", "POSSIBLE", "CONDITIONAL"] | None = None
    azure: AzureAnswer | None = None


class WeightedAnswer(Quote):
    """Words around a finding, and what they weigh."""

    weight: Annotated[
        float, Field(ge=-1, le=1, description="How much less probable `status` is without them; below 0, more.")
    ]


class AttributionAnswer(Answer):
    """What a status rests on: words of its sentence and heading, in the order of the text."""

    method: Literal["occlusion"]
    note: Annotated[str, Field(description="How to read the weights.")]
    status: Annotated[Status, Field(description="The status that was answered, which the weights are about.")]
    probability: Annotated[Score, Field(description="Of `status`, with all words there: the sentence by itself.")]
    words: list[WeightedAnswer]
    left_out: Annotated[int, Field(ge=0, description="Words of a long sentence, far from the finding, not tried.")]
    engine: Annotated[str, Field(description="What was asked again.")]
    version: str


class FindingAnswer(Quote, AssertionAnswer):
    """One finding, and what the text says of it."""

    label: Annotated[str | None, Field(description="What the reader takes these words for, where it names them.")]
    scope: Annotated[Stretch | None, Field(description="The reach of the cue the finding stands in, where known.")]
    section: Annotated[SectionAnswer | None, Field(description="The section it stands in, where that has a heading.")]
    model_label: Annotated[
        Literal["PRESENT", "ABSENT", "POSSIBLE"], Field(description="The three-label reading of `status`.")
    ]
    projections: ProjectionsAnswer | None = None
    attribution: Annotated[
        AttributionAnswer | None,
        Field(description="With `explain`: what the status rests on; null where no sentence holds the finding."),
    ] = None


class CoverageAnswer(Answer):
    """Which characters were read."""

    stretches: Annotated[list[Stretch], Field(description="What was read, in order; white space between may be, too.")]
    share: Annotated[Score, Field(description="How much of all characters that are not white space or marks.")]


class Assertions(Answer):
    """What one text says of its findings, in the order of the targets or of the text, and as a whole."""

    id: str
    language: str
    offset_unit: OffsetUnit
    label: Annotated[SentenceLabel | None, Field(description="What the text says as a whole.")]
    scores: Annotated[dict[SentenceLabel, Score], Field(description="One probability per label of a single sentence.")]
    assertions: list[FindingAnswer]
    sentences: list[SentenceAnswer]
    coverage: CoverageAnswer
    engine: Annotated[str, Field(description="What judged.")]
    version: str


class AssertionsAnswer(Assertions):
    """The answer to one text."""

    request_id: RequestId


class AssertionsBatchAnswer(Answer):
    """The answer to a batch: one item per text, in the order sent."""

    request_id: RequestId
    documents: list[Assertions | UnreadNote]
