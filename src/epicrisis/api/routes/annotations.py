"""``POST /v1/annotations``: read one note, or a batch of them, in one pass."""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Depends

from epicrisis.api.dependencies import ThePipeline, TheRequestId, require_json
from epicrisis.api.faults import problem_of_faults
from epicrisis.api.problems import INVALID_REQUEST, problem_of_failure
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.schemas.annotations import AnnotationRequest, Note, UnfitNote
from epicrisis.api.schemas.findings import AnnotationAnswer, BatchAnswer
from epicrisis.assembly import Pipeline
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.formats.jsonl import to_plain
from epicrisis.services.outcomes import Failure
from epicrisis.telemetry.logs import get_logger
from epicrisis.text.alignment import OffsetUnit

router = APIRouter(tags=["Reading"])
log = get_logger()


@router.post(
    "/v1/annotations",
    operation_id="annotate",
    summary="Read a note",
    description=(
        "Finds what a note names, and says of each finding whether it is so, when, for whom, and because of which "
        "words. Send one `text`, or up to 100 `documents`: each is answered in its place, and one that cannot be read "
        "fails alone."
    ),
    response_model=AnnotationAnswer | BatchAnswer,
    response_model_exclude_unset=True,
    response_description="The annotations of the note, or an item per note of the batch.",
    responses=refusals(*WITH_BODY),
    dependencies=[Depends(require_json)],
)
async def annotate(asked: AnnotationRequest, pipeline: ThePipeline, request_id: TheRequestId) -> dict[str, Any]:
    """Answer one note with its annotations, a batch with an item per note."""
    if asked.documents:
        return {"request_id": request_id, "documents": await _many(asked, pipeline)}
    return {"request_id": request_id, **await _one(asked, pipeline)}


# Guessing the language of a long note, or writing down thousands of findings, takes as long as some readings do; in a
# thread it holds up nobody else's request.


async def _one(asked: AnnotationRequest, pipeline: Pipeline) -> dict[str, Any]:
    document = await to_thread.run_sync(partial(pipeline.intake, asked.text, id="1", language=asked.language))
    annotated = await pipeline.annotation(document)
    log.info(
        "note annotated",
        characters=len(asked.text),
        entities=len(annotated.entities),
        language=document.language,
        engine=annotated.engine,
        version=annotated.version,
    )
    return await to_thread.run_sync(partial(to_plain, annotated, offset_unit=asked.offset_unit))


async def _many(asked: AnnotationRequest, pipeline: Pipeline) -> list[dict[str, Any]]:
    notes = asked.documents
    taken = await to_thread.run_sync(
        lambda: [_take_in(note, number, asked, pipeline) for number, note in enumerate(notes, 1)]
    )
    answers = await pipeline.annotation.batch(taken)
    refused = sum(isinstance(answer, Failure) for answer in answers)
    log.info("batch annotated", documents=len(notes), refused=refused)
    return await to_thread.run_sync(
        lambda: [
            _item(place, note, answer, asked.offset_unit)
            for place, (note, answer) in enumerate(zip(notes, answers, strict=True))
        ]
    )


def _take_in(note: Note | UnfitNote, number: int, asked: AnnotationRequest, pipeline: Pipeline) -> Document | Failure:
    name = note.id or str(number)
    if isinstance(note, UnfitNote):
        return Failure(name, INVALID_REQUEST.code, INVALID_REQUEST.detail)
    return pipeline.intake.attempt(note.text, id=name, language=note.language or asked.language)


def _item(
    place: int, note: Note | UnfitNote, answer: AnnotatedDocument | Failure, offset_unit: OffsetUnit
) -> dict[str, Any]:
    if not isinstance(answer, Failure):
        return to_plain(answer, offset_unit=offset_unit)
    if isinstance(note, UnfitNote):
        problem = problem_of_faults(note.faults, within=f"#/documents/{place}")
    else:
        problem = problem_of_failure(answer)
    return {"id": answer.id, "problem": problem.document()}
