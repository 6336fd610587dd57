"""``POST /v1/differentials``: what may explain what is told of a patient, and why."""

from __future__ import annotations

from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.dependencies import (
    NoteAnswer,
    TheInteractions,
    ThePrincipal,
    TheRequestId,
    TheTrial,
    require_json,
)
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import problem_of
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.schemas.differentials import DifferentialAnswer, DifferentialRequest, ToldRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.domain.differentials import Differential, Observed
from epicrisis.domain.documents import Document
from epicrisis.domain.records import ReferenceRange
from epicrisis.engines.differential.measuring import Result
from epicrisis.errors import StorageError
from epicrisis.formats.differentials import differential_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import RANKINGS
from epicrisis.services.asking import Asker
from epicrisis.services.diagnose import Presentation
from epicrisis.services.interactions import Exchange, Interactions
from epicrisis.telemetry.logs import get_logger

DIFFERENTIALS = "/v1/differentials"

router = APIRouter(tags=["Differential diagnosis"])
log = get_logger()


@router.post(
    DIFFERENTIALS,
    operation_id="differentials",
    summary="Say what may explain a case, and why",
    description=(
        "Ranks the conditions of the knowledge base by symptoms, a note, findings and results of tests, with what "
        "speaks for and against each, what is missing, what to ask next, and what needs action whatever the ranking "
        "says. Each confidence is its own, and what was not understood comes back as `unmatched`. It supports a "
        "clinician, and is no diagnosis. Where the installation keeps interactions, it is kept, sealed, before it is "
        "answered."
    ),
    response_model=DifferentialAnswer,
    response_description="The conditions, the likeliest first.",
    responses=refusals(*WITH_BODY, problem_of(StorageError())),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
@idempotent()
async def differentials(
    asked: DifferentialRequest,
    trial: TheTrial,
    interactions: TheInteractions,
    principal: ThePrincipal,
    request_id: TheRequestId,
    note_answer: NoteAnswer,
) -> Response:
    """Answer a presentation with what may explain it."""
    characters = len(asked.text or "")
    told = await aside(partial(presentation_of, asked, trial.control), characters=characters)
    found = await trial.ask_one(RANKINGS, lambda arm: arm.differentials(told, most=asked.most), characters=characters)
    note_told(found, characters)
    plain = partial(differential_to_plain, found, language=told.language, note=told.note, offset_unit=asked.offset_unit)
    answer = await written(lambda: json_answer({"request_id": request_id, **plain()}), characters=characters)
    await kept(interactions, asked, answer, found, Asker.of(principal, DIFFERENTIALS, request_id))
    note_answer()
    return answer


async def kept(
    interactions: Interactions, asked: BaseModel, answer: Response, found: Differential, asker: Asker
) -> None:
    """Keep what was ``asked`` and answered, where that is kept here; raises ``StorageError`` where it cannot be."""
    if not interactions.keeps:
        return
    body = await to_thread.run_sync(asked.model_dump_json)
    exchange = Exchange(
        asked=body.encode(),
        answered=bytes(answer.body),
        engine=found.engine,
        version=found.version,
        codes=[each.code.code for each in found.hypotheses],
    )
    await interactions.keep(exchange, asker)


def presentation_of(asked: ToldRequest, pipeline: Pipeline) -> Presentation:
    """Return what ``asked`` tells, in the language of its note, the one it names, or English."""
    note: Document | None = None
    if asked.text is not None:
        note = pipeline.intake(asked.text, id="1", language=asked.language)
    language = note.language if note is not None else asked.language or "en"
    return Presentation(
        language=language.partition("-")[0].lower(),
        age=asked.age,
        sex=asked.sex,
        severity=asked.severity,
        symptoms=tuple(asked.symptoms),
        conditions=tuple(asked.conditions),
        results=tuple(
            Result(each.loinc, each.value, each.unit, ReferenceRange(each.low, each.high), each.comparator)
            for each in asked.results
        ),
        findings=tuple(Observed(each.finding, each.present, each.finding) for each in asked.findings),
        note=note,
    )


def note_told(found: Differential, characters: int) -> None:
    """Say in the log that a case was ranked, by whom, and how much of it was understood."""
    log.info(
        "case ranked",
        characters=characters,
        findings=len(found.case.observed),
        unmatched=len(found.case.unmatched),
        engine=found.engine,
        version=found.version,
    )
