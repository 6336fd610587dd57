"""``GET /live`` and ``GET /ready``, for whoever starts, stops and routes to this process."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from epicrisis.api.dependencies import TheReadiness
from epicrisis.api.problems import NOT_READY, Refused
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.health import Live, Ready
from epicrisis.api.security.scopes import OPEN, scoped

router = APIRouter(tags=["Health"])


@router.get("/live", operation_id="live", summary="Is the process alive?", responses=refusals(*ALWAYS))
@scoped(OPEN)
async def live() -> Live:
    """Answer whenever the process can."""
    return Live()


@router.get(
    "/ready",
    operation_id="ready",
    summary="May notes be sent?",
    description=(
        "Ready once the engines have read a sentence per language, and read it right; 503 says why not. `degraded` is "
        "ready too: Redis is out of reach, so answers and counts are of this server alone; or PostgreSQL is, so what "
        "is kept there cannot be asked for."
    ),
    responses=refusals(*ALWAYS, NOT_READY),
)
@scoped(OPEN)
async def ready(readiness: TheReadiness) -> Ready:
    """Answer once the self-test has passed."""
    if readiness.reason is not None:
        raise Refused(replace(NOT_READY, detail=readiness.reason))
    return Ready(status="degraded" if readiness.degraded else "ready")
