"""``POST /v1/differentials/feedback``: what became of a condition; kept for audit, counted per engine and version."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from epicrisis.api.dependencies import TheClient, TheJudge, ThePrincipal, TheRequestId, require_json
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    INVALID_REQUEST,
    MALFORMED_JSON,
    UNSUPPORTED_MEDIA_TYPE,
    problem_of,
)
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.differential_feedback import (
    DifferentialFeedbackAnswer,
    DifferentialFeedbackRequest,
    Verdict,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.errors import StorageError
from epicrisis.services.access import Scope
from epicrisis.services.judgements import Judgement
from epicrisis.telemetry.logs import get_logger

router = APIRouter(tags=["Feedback"])
log = get_logger()

REFUSED = (
    *ALWAYS, MALFORMED_JSON, BODY_TOO_SLOW, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST,
    problem_of(StorageError()),
)  # fmt: skip


@router.post(
    "/v1/differentials/feedback",
    operation_id="differentialFeedback",
    summary="Say what became of a condition",
    description=(
        "Keeps whether a condition of a differential was confirmed or ruled out, or one was missed, and what the "
        "patient has: codes alone, no text. The same client may think again: a second verdict about the same condition "
        "of the same answer replaces the first. `known` says whether the answer is remembered here; only what is said "
        "of known answers is counted, per engine and version, in `/metrics`."
    ),
    status_code=201,
    response_description="It was kept.",
    responses=refusals(*REFUSED),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.FEEDBACK)
@idempotent()
async def differential_feedback(
    said: DifferentialFeedbackRequest,
    judge: TheJudge,
    principal: ThePrincipal,
    client: TheClient,
    request_id: TheRequestId,
) -> DifferentialFeedbackAnswer:
    """Keep what became of one condition."""
    judgement = await judge(said.said(), by=principal, client=client)
    judgement_told(judgement)
    return DifferentialFeedbackAnswer(
        request_id=request_id,
        id=judgement.id,
        verdict=Verdict(judgement.said.judged.value),
        known=judgement.known,
        engine=judgement.engine,
        version=judgement.version,
    )


def judgement_told(judgement: Judgement) -> None:
    """Say in the log that somebody judged an answer."""
    log.info(
        "differential judged",
        kind=judgement.said.judged.value,
        engine=judgement.engine,
        version=judgement.version,
    )
