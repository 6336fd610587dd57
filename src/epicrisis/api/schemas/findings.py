"""``POST /v1/annotations``: what is answered; the shapes are those of ``formats/jsonl.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from epicrisis.api.schemas.base import Answer, FieldFault, RequestId
from epicrisis.domain.assertions import CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.sections import SectionCategory
from epicrisis.text.alignment import OffsetUnit

Score = Annotated[float, Field(ge=0, le=1, description="A calibrated probability.")]


class Stretch(Answer):
    """A half-open stretch of the note, `[start, end)`, counted in `offset_unit`."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]


class Quote(Stretch):
    """A stretch with its words."""

    text: Annotated[str, Field(description="Exactly the characters between `start` and `end`.")]


class CueAnswer(Quote):
    """The words that decide a status, and the stretch they reach over where that is known."""

    kind: CueKind
    score: Score
    scope: Stretch | None


class ConflictAnswer(Answer):
    """The reading of another engine that strongly disagrees: a person should look."""

    engine: str
    status: Status
    cues: list[CueAnswer]


class AssertionAnswer(Answer):
    """What the note says of a finding: whether it is so, when, for whom, and because of which words."""

    status: Status
    confidence: Score
    scores: Annotated[dict[Status, Score], Field(description="One probability per status, where the engine has them.")]
    temporality: Temporality
    experiencer: Experiencer
    cues: list[CueAnswer]
    conflict: ConflictAnswer | None


class EntityAnswer(Quote):
    """A problem, test, procedure or drug, or an attribute of one; attributes carry no assertion."""

    id: Annotated[str, Field(description="`T1`, `T2`, … in the order of the note.")]
    label: str
    score: Score
    code: Annotated[str | None, Field(description="A code of a terminology, where one was found.")] = None
    assertion: AssertionAnswer | None


class SentenceAnswer(Stretch):
    """A sentence and what it says as a whole."""

    label: SentenceLabel | None
    scores: dict[SentenceLabel, Score]
    language: Annotated[
        str | None,
        Field(description="Only where the sentence is clearly in another language than the text was read in."),
    ] = None


class SectionAnswer(Stretch):
    """A stretch under one heading."""

    category: SectionCategory
    heading: Quote | None


class Annotations(Answer):
    """Everything found in one note, each list in the order of the text."""

    id: str
    language: str
    offset_unit: OffsetUnit
    entities: list[EntityAnswer]
    sentences: list[SentenceAnswer]
    sections: list[SectionAnswer]
    cues: list[CueAnswer]
    engine: str
    version: str


class AnnotationAnswer(Annotations):
    """The answer to one note."""

    request_id: RequestId


class NoteProblem(Answer):
    """Why one note of a batch has no annotations: a problem document without a request of its own."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldFault] | None = None


class UnreadNote(Answer):
    """One note of a batch that could not be read."""

    id: str
    problem: NoteProblem


class BatchAnswer(Answer):
    """The answer to a batch: one item per note, in the order sent."""

    request_id: RequestId
    documents: list[Annotations | UnreadNote]
