"""``GET /v1/engines``: what reads here, how well, what it gets wrong, and which versions are compared."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter

from epicrisis.api.dependencies import ThePipeline, TheRequestId, TheTrials
from epicrisis.api.reference import ALWAYS, UNUSABLE, refusals
from epicrisis.api.routes.experiments import every_experiment
from epicrisis.api.schemas.engines import Card, EnginesAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.services.access import Scope

router = APIRouter(tags=["Reading"])


@router.get(
    "/v1/engines",
    operation_id="engines",
    summary="List the engines",
    description=(
        "The card of every installed engine: what it learnt from, how it scores, and what it gets wrong; and the "
        "experiments that run, with the share of patients each version answers for."
    ),
    responses=refusals(*ALWAYS, *UNUSABLE),
)
@scoped(Scope.READ)
async def engines(pipeline: ThePipeline, trials: TheTrials, request_id: TheRequestId) -> EnginesAnswer:
    """Answer with the cards; the first call builds the word lists nobody has asked for yet, and loads no weights."""
    cards = await to_thread.run_sync(pipeline.engines)
    return EnginesAnswer(
        request_id=request_id,
        engines=[Card.model_validate(card) for card in cards],
        experiments=await every_experiment(trials),
    )
