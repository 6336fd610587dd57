"""``POST /v1/feedback``: say what was right; kept for audit, and counted per engine and label in ``/metrics``."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from epicrisis.api.dependencies import TheClient, TheFeedback, ThePrincipal, TheRequestId, require_json
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
from epicrisis.api.schemas.feedback import FeedbackAnswer, FeedbackRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.errors import StorageError, UnknownEngine
from epicrisis.services.access import Scope
from epicrisis.services.feedback import Answered
from epicrisis.telemetry.logs import get_logger

router = APIRouter(tags=["Feedback"])
log = get_logger()

_REFUSED = (
    *ALWAYS, MALFORMED_JSON, BODY_TOO_SLOW, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST,
    problem_of(UnknownEngine()), problem_of(StorageError()),
)  # fmt: skip


@router.post(
    "/v1/feedback",
    operation_id="feedback",
    summary="Say what was right",
    description=(
        "Keeps what an answer said and what would have been right: labels and numbers alone, no text. The same client "
        "may think again: a second opinion about the same answer replaces the first. `known` says whether the answer "
        "is remembered here; only what is said of known answers is counted."
    ),
    status_code=201,
    response_description="It was kept.",
    responses=refusals(*_REFUSED),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.FEEDBACK)
@idempotent()
async def feedback(
    said: FeedbackRequest, keep: TheFeedback, principal: ThePrincipal, client: TheClient, request_id: TheRequestId
) -> FeedbackAnswer:
    """Keep one opinion about one answer."""
    opinion = await keep(
        Answered(said.request_id.lower(), said.item, said.target),
        given=said.given,
        right=said.right,
        engine=said.engine,
        version=said.version,
        by=principal,
        client=client,
    )
    agreed = opinion.verdict.agreed
    log.info("feedback kept", engine=opinion.engine, version=opinion.version)
    return FeedbackAnswer(
        request_id=request_id,
        id=opinion.id,
        agreed=agreed,
        known=opinion.known,
        engine=opinion.engine,
        version=opinion.version,
    )
