"""``POST /v1/entities``: what is asked and what is answered; the shapes are those of ``formats/entities.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.annotations import AnnotationRequest
from epicrisis.api.schemas.base import Answer, RequestId
from epicrisis.api.schemas.findings import Quote, Score, UnreadNote
from epicrisis.text.alignment import OffsetUnit

MAX_LABEL_SETS = 32


class EntitiesRequest(AnnotationRequest):
    """One note as `text`, or up to 100 as `documents`, and what to name in them."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["documents"]}],
            "examples": [{"text": "The patient denies chest pain.", "label_sets": ["clinical"]}],
        }
    )

    label_sets: list[str] = Field(
        default_factory=list,
        max_length=MAX_LABEL_SETS,
        description="What to name: `clinical` in every language; for Spanish also `symptoms`, `species`, `procedures`, "
        "`medications`, `diseases`, each as it is and with `_base`. Where absent: `clinical`, and for Spanish those "
        "five beside it. All are read in one pass.",
    )


class NamedEntity(Quote):
    """Something a note names, as one label set calls it."""

    id: Annotated[str, Field(description="`T1`, `T2`, … in the order of the note.")]
    label: Annotated[str, Field(description="What it is, in English: one scheme for all label sets and languages.")]
    label_es: Annotated[str, Field(description="The same in Spanish, as the corpora write it.")]
    label_set: str
    score: Score
    sub: Annotated[str | None, Field(description="The finer kind: HUMAN or SPECIES among the species.")] = None


class NamedNote(Answer):
    """What one note names, in the order of the text; entities of different label sets may overlap."""

    id: str
    language: str
    offset_unit: OffsetUnit
    label_sets: Annotated[list[str], Field(description="What was looked for.")]
    entities: list[NamedEntity]
    engine: str
    version: str


class EntitiesAnswer(NamedNote):
    """The answer to one note."""

    request_id: RequestId


class EntitiesBatchAnswer(Answer):
    """The answer to a batch: one item per note, in the order sent."""

    request_id: RequestId
    documents: list[NamedNote | UnreadNote]
