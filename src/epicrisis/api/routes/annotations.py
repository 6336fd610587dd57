"""``POST /v1/annotations``: read one note, or a batch of them, in one pass."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.batches import batch_answer, taken_in
from epicrisis.api.dependencies import NoteAnswer, TheRequestId, TheTrial, require_json
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.schemas.annotations import AnnotationRequest, Note
from epicrisis.api.schemas.findings import AnnotationAnswer, BatchAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.formats.jsonl import to_plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import ANNOTATIONS
from epicrisis.services.outcomes import Failure
from epicrisis.services.trials import Trial
from epicrisis.telemetry.logs import get_logger

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
@scoped(Scope.READ)
async def annotate(
    asked: AnnotationRequest, trial: TheTrial, request_id: TheRequestId, note_answer: NoteAnswer
) -> Response:
    """Answer one note with its annotations, a batch with an item per note."""
    answer = await (_many if asked.documents else _one)(asked, trial, request_id)
    note_answer()
    return answer


async def _one(asked: AnnotationRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    characters = len(asked.text)
    document = await aside(
        partial(trial.control.intake, asked.text, id="1", language=asked.language), characters=characters
    )
    annotated = await trial.ask_one(ANNOTATIONS, lambda arm: arm.annotation(document), characters=characters)
    log.info(
        "note annotated",
        characters=characters,
        entities=len(annotated.entities),
        language=document.language,
        engine=annotated.engine,
        version=annotated.version,
    )
    return await written(
        lambda: json_answer({"request_id": request_id, **to_plain(annotated, offset_unit=asked.offset_unit)}),
        characters=characters,
    )


async def _many(asked: AnnotationRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    notes = asked.documents
    characters = sum(len(note.text) for note in notes if isinstance(note, Note))
    taken = await aside(partial(taken_in, notes, asked.language, trial.control.intake), characters=characters)
    answers = await trial.ask(ANNOTATIONS, lambda arm: arm.annotation.batch(taken), characters=characters)
    refused = sum(isinstance(answer, Failure) for answer in answers)
    log.info("batch annotated", documents=len(notes), refused=refused)

    return await written(
        partial(batch_answer, request_id, notes, answers, partial(to_plain, offset_unit=asked.offset_unit)),
        characters=characters,
    )
