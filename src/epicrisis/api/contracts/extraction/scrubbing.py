"""``POST /phi/scrub``: a text without identifiers, each of them ``[REDACTED]``; also below ``/api``."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends

from epicrisis.api.aside import aside
from epicrisis.api.dependencies import TheDeidentify, ThePipeline, ThePrincipal, TheRequestId, require_json
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import problem_of
from epicrisis.api.reference import UNUSABLE, WITH_BODY, refusals
from epicrisis.api.routes.redactions import redacted
from epicrisis.api.schemas.redactions import ScrubAnswer, ScrubRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.engines.privacy.policies import CONTRACT_H
from epicrisis.errors import DeadlineExceeded, StorageError
from epicrisis.services.access import Scope
from epicrisis.services.asking import Asker

SCRUB, API_SCRUB = "/phi/scrub", "/api/phi/scrub"

router = APIRouter(tags=["Contract H"])

_REFUSED = (*WITH_BODY, *UNUSABLE, problem_of(StorageError()), problem_of(DeadlineExceeded()))


def _scrub(route: str, name: str) -> None:
    """Join the route, which is named in the audit log as it was asked."""

    @router.post(
        route,
        operation_id=name,
        summary="Scrub a text",
        description=(
            "Every identifier of the text reads `[REDACTED]`; `phi_found` has their kinds, in the order in which each "
            "first appears. Every scrub leaves a row in `phi_audit_log`, which holds kinds and counts and no values."
        ),
        response_description="The text without identifiers.",
        responses=refusals(*_REFUSED),
        dependencies=[Depends(require_json)],
    )
    @scoped(Scope.READ)
    @idempotent()
    async def scrub(
        asked: ScrubRequest,
        pipeline: ThePipeline,
        deidentify: TheDeidentify,
        principal: ThePrincipal,
        request_id: TheRequestId,
    ) -> ScrubAnswer:
        taken_in = partial(pipeline.intake, asked.text, id="1", language=asked.language)
        document = await aside(taken_in, characters=len(asked.text))
        redaction = await redacted(deidentify, document, CONTRACT_H, Asker.of(principal, route, request_id))
        return ScrubAnswer(
            scrubbed_text=redaction.document.text,
            phi_found=list(redaction.counts),
            redaction_count=len(redaction.replacements),
        )


_scrub(SCRUB, "scrub")
_scrub(API_SCRUB, "apiScrub")
