"""``POST /v1/entities``: name what one note, or a batch of them, speaks of, in several label sets at once."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.batches import batch_answer, taken_in
from epicrisis.api.dependencies import NoteAnswer, TheRequestId, TheTrial, require_json
from epicrisis.api.problems import problem_of
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.schemas.annotations import Note
from epicrisis.api.schemas.entities import EntitiesAnswer, EntitiesBatchAnswer, EntitiesRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.errors import InvalidInput
from epicrisis.formats.entities import named_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import NAMINGS
from epicrisis.services.outcomes import Failure, answered
from epicrisis.services.trials import Trial
from epicrisis.telemetry.logs import get_logger

router = APIRouter(tags=["Reading"])
log = get_logger()


@router.post(
    "/v1/entities",
    operation_id="entities",
    summary="Name what a note speaks of",
    description=(
        "Finds the entities of several label sets in one pass over the note, each with its name in English and in "
        "Spanish. Different label sets may name the same words. Send one `text`, or up to 100 `documents`: each is "
        "answered in its place, and one that cannot be read, or whose language lacks a label set, fails alone."
    ),
    response_model=EntitiesAnswer | EntitiesBatchAnswer,
    response_model_exclude_unset=True,
    response_description="The entities of the note, or an item per note of the batch.",
    responses=refusals(*WITH_BODY, problem_of(InvalidInput())),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
async def entities(
    asked: EntitiesRequest, trial: TheTrial, request_id: TheRequestId, note_answer: NoteAnswer
) -> Response:
    """Answer one note with its entities, a batch with an item per note."""
    answer = await (_many if asked.documents else _one)(asked, trial, request_id)
    note_answer()
    return answer


async def _one(asked: EntitiesRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    characters = len(asked.text)
    document = await aside(
        partial(trial.control.intake, asked.text, id="1", language=asked.language), characters=characters
    )
    [outcome] = await trial.ask(NAMINGS, lambda arm: arm.entities([document], asked.label_sets), characters=characters)
    named = answered(outcome)
    log.info(
        "entities named",
        characters=characters,
        entities=sum(map(len, named.entities.values())),
        language=document.language,
        engine=named.engine,
        version=named.version,
    )
    return await written(
        lambda: json_answer({"request_id": request_id, **named_to_plain(named, offset_unit=asked.offset_unit)}),
        characters=characters,
    )


async def _many(asked: EntitiesRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    notes = asked.documents
    characters = sum(len(note.text) for note in notes if isinstance(note, Note))
    taken = await aside(partial(taken_in, notes, asked.language, trial.control.intake), characters=characters)
    answers = await trial.ask(NAMINGS, lambda arm: arm.entities(taken, asked.label_sets), characters=characters)
    log.info("batch named", documents=len(notes), refused=sum(isinstance(answer, Failure) for answer in answers))

    return await written(
        partial(batch_answer, request_id, notes, answers, partial(named_to_plain, offset_unit=asked.offset_unit)),
        characters=characters,
    )
