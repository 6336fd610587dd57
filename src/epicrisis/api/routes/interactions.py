"""``GET /v1/interactions``: differentials as they were asked and answered, for whoever audits; reading is recorded."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from epicrisis.api.aside import json_answer
from epicrisis.api.dependencies import TheInteractions, TheJudge, ThePrincipal, TheRequestId
from epicrisis.api.problems import INVALID_REQUEST, problem_of
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.feedback import UUID
from epicrisis.api.schemas.interactions import (
    InteractionAnswer,
    InteractionOneAnswer,
    InteractionsAnswer,
    InteractionsQuery,
    JudgementAnswer,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.domain.advice import card_ids
from epicrisis.errors import BrokenSeal, StorageError, UnknownRecord
from epicrisis.services.access import Scope
from epicrisis.services.asking import Asker

INTERACTIONS = "/v1/interactions"
ONE = f"{INTERACTIONS}/{{id}}"

router = APIRouter(tags=["Audit"])

_REFUSED = (*ALWAYS, INVALID_REQUEST, problem_of(StorageError()))


@router.get(
    INTERACTIONS,
    operation_id="interactions",
    summary="List differentials that were answered",
    description=(
        "Which differentials were answered, the oldest first: by whom, when, through which route, by which version of "
        "which engine, and the codes it ranked; what was asked and answered is sealed and is not told here. Go on with "
        "`next` until it is null. Whoever belongs to a tenant sees its own alone. Reading is recorded in the audit log."
    ),
    response_description="Some interactions, and where to go on.",
    responses=refusals(*_REFUSED),
)
@scoped(Scope.AUDIT)
async def interactions(
    asked: Annotated[InteractionsQuery, Query()],
    kept: TheInteractions,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> InteractionsAnswer:
    """Answer with the clear part of some interactions, once it is recorded that they were read."""
    asker = Asker.of(principal, INTERACTIONS, request_id)
    found = await kept.page(asked.looked(principal.tenant), asker, after=asked.after, limit=asked.limit)
    return InteractionsAnswer(
        request_id=request_id,
        interactions=[InteractionAnswer.of(each) for each in found],
        next=found[-1].number if len(found) == asked.limit else None,
    )


@router.get(
    ONE,
    operation_id="interaction",
    summary="Read one differential as it was asked and answered",
    description=(
        "What was asked and answered, opened, with what clinicians said of it since; another tenant's is not there. "
        "Reading is recorded in the audit log before anything is shown."
    ),
    response_model=InteractionOneAnswer,
    response_description="The interaction.",
    responses=refusals(*_REFUSED, problem_of(UnknownRecord()), problem_of(BrokenSeal())),
)
@scoped(Scope.AUDIT)
async def interaction(
    id: Annotated[str, Path(pattern=UUID, description="Its `id` in the list.")],  # noqa: A002
    kept: TheInteractions,
    judge: TheJudge,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> Response:
    """Answer with one interaction, once it is recorded that it was read."""
    opened = await kept.read(id.lower(), Asker.of(principal, ONE, request_id))
    about = (opened.interaction.request_id, *card_ids(opened.interaction.request_id))
    said = [JudgementAnswer.of(each) for each in await judge.store.about(about, tenant=principal.tenant)]
    answer = InteractionOneAnswer.opened(request_id, opened, said)
    return await to_thread.run_sync(lambda: json_answer(answer.model_dump()))
