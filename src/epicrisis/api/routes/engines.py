"""``GET /v1/engines``: what reads here, how well, and what it gets wrong."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter

from epicrisis.api.dependencies import ThePipeline, TheRequestId
from epicrisis.api.reference import ALWAYS, UNUSABLE, refusals
from epicrisis.api.schemas.engines import Card, EnginesAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.services.access import Scope

router = APIRouter(tags=["Reading"])


@router.get(
    "/v1/engines",
    operation_id="engines",
    summary="List the engines",
    description="The card of every installed engine: what it learnt from, how it scores, and what it gets wrong.",
    responses=refusals(*ALWAYS, *UNUSABLE),
)
@scoped(Scope.READ)
async def engines(pipeline: ThePipeline, request_id: TheRequestId) -> EnginesAnswer:
    """Answer with the cards; the first call builds the word lists nobody has asked for yet, and loads no weights."""
    cards = await to_thread.run_sync(pipeline.engines)
    return EnginesAnswer(request_id=request_id, engines=[Card.model_validate(card) for card in cards])
