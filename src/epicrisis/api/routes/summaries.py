"""``POST /v1/summaries``: a note in a few of its own sentences, each with where it stands."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.batches import batch_answer_beside, taken_in
from epicrisis.api.dependencies import NoteAnswer, TheRequestId, TheTrial, require_json
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.schemas.annotations import Note
from epicrisis.api.schemas.summaries import SummariesAnswer, SummaryAnswer, SummaryRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.domain.note_summaries import NoteSummary, Style
from epicrisis.formats.note_summaries import note_summary_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import TOLD
from epicrisis.services.outcomes import Failure
from epicrisis.services.summarize import Wanted
from epicrisis.services.trials import Trial
from epicrisis.telemetry.logs import get_logger

SUMMARIES = "/v1/summaries"

router = APIRouter(tags=["Reading"])
log = get_logger()


@router.post(
    SUMMARIES,
    operation_id="summaries",
    summary="Tell a note in short",
    description=(
        "The sentences of the note that a physician would look for, problems, changes and plan first and none of them "
        "twice, in the order of the note and within the words asked for. Each comes with where it stands, and a denial "
        "never comes without its words. A summary is made by a program, and attested by nobody."
    ),
    response_model=SummaryAnswer | SummariesAnswer,
    response_model_exclude_unset=True,
    response_description="The summary of the note, or an item per note of the batch.",
    responses=refusals(*WITH_BODY),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
async def summaries(
    asked: SummaryRequest, trial: TheTrial, request_id: TheRequestId, note_answer: NoteAnswer
) -> Response:
    """Answer one note with its summary, a batch with an item per note."""
    answer = await (_many if asked.documents else _one)(asked, trial, request_id)
    note_answer()
    return answer


async def _one(asked: SummaryRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    characters = len(asked.text)
    document = await aside(
        partial(trial.control.intake, asked.text, id="1", language=asked.language), characters=characters
    )
    summary = await trial.ask_one(
        TOLD,
        lambda arm: arm.summaries(document, asked.wanted),
        characters=characters,
        beside=also_beside(asked.wanted),
    )
    told(summary, characters)
    plain = partial(note_summary_to_plain, offset_unit=asked.offset_unit)
    return await written(
        lambda: json_answer({"request_id": request_id, **plain(summary, document)}), characters=characters
    )


async def _many(asked: SummaryRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    notes = asked.documents
    characters = sum(len(note.text) for note in notes if isinstance(note, Note))
    taken = await aside(partial(taken_in, notes, asked.language, trial.control.intake), characters=characters)
    answers = await trial.ask(
        TOLD,
        lambda arm: arm.summaries.batch(taken, asked.wanted),
        characters=characters,
        beside=also_beside(asked.wanted),
    )
    log.info("batch summarised", documents=len(notes), refused=sum(isinstance(each, Failure) for each in answers))
    plain = partial(note_summary_to_plain, offset_unit=asked.offset_unit)
    return await written(partial(batch_answer_beside, request_id, notes, answers, taken, plain), characters=characters)


def also_beside(wanted: Wanted) -> bool:
    """Whether a second engine is asked too: a language model has enough to write as it is."""
    return wanted.style is Style.EXTRACTIVE


def told(summary: NoteSummary, characters: int) -> None:
    """Say in the log that a summary was made, and by whom."""
    log.info(
        "note summarised",
        characters=characters,
        language=summary.language,
        engine=summary.engine,
        version=summary.version,
    )
