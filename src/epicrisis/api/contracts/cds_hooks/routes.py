"""``/cds-services``: which services there are, what they advise, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TypeAlias

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from epicrisis.api.aside import json_answer, written
from epicrisis.api.contracts.cds_hooks.schemas import (
    CardFeedback,
    CardsAnswer,
    CdsFeedbackAnswer,
    CdsFeedbackRequest,
    DiscoveryAnswer,
    OrderSelectRequest,
    PatientViewRequest,
    Service,
)
from epicrisis.api.contracts.cds_hooks.services import EVERY, ORDER_SELECT, PATIENT_VIEW, PREFETCH, SERVICES, CdsService
from epicrisis.api.dependencies import TheClient, TheInteractions, TheJudge, ThePrincipal, TheRequestId, require_json
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import PREFETCH_MISSING, Refused, problem_of
from epicrisis.api.reference import ALWAYS, WITH_BODY, refusals
from epicrisis.api.routes.differential_feedback import REFUSED, judgement_told
from epicrisis.api.routes.differentials import note_told
from epicrisis.api.security.scopes import scoped
from epicrisis.domain.advice import Advised, card_ids
from epicrisis.errors import DeadlineExceeded, InvalidInput, StorageError
from epicrisis.formats.cds_cards.cards import REASONS, REASONS_SYSTEM, cards_of
from epicrisis.formats.patients.fhir.bundles import resources_of
from epicrisis.services.access import Scope
from epicrisis.services.advise import Advise, Sent
from epicrisis.services.asking import Asker
from epicrisis.services.feedback import GivenAnswers
from epicrisis.services.interactions import Exchange, Interactions
from epicrisis.services.judgements import Judged, Said

Asked: TypeAlias = PatientViewRequest | OrderSelectRequest

router = APIRouter(tags=["CDS Hooks"])

# Writing cards down takes as long as a note of so many characters.
_LONG = 10_000
_OTHER = "other"
# What lets somebody into the EHR is nothing to keep.
_NOT_KEPT = {"fhirAuthorization"}
_REFUSED = (
    *WITH_BODY, PREFETCH_MISSING, *map(problem_of, (InvalidInput(), StorageError(), DeadlineExceeded())),
)  # fmt: skip


@router.get(
    SERVICES,
    operation_id="cdsServices",
    summary="Discover the CDS services",
    description="The services of CDS Hooks 2.0, the hook each answers, and what of the patient each wants sent along.",
    response_description="The services.",
    responses=refusals(*ALWAYS),
)
@scoped(Scope.READ)
async def discover() -> DiscoveryAnswer:
    """Answer with the services there are."""
    return DiscoveryAnswer(
        services=[
            Service(id=each.id, hook=each.hook, title=each.title, description=each.description, prefetch=dict(PREFETCH))
            for each in EVERY
        ]
    )


@router.post(
    PATIENT_VIEW.path,
    operation_id="cdsPatientView",
    summary="Advise whoever looks at a patient",
    description=PATIENT_VIEW.description + " Nothing is fetched: what is not sent is named on the card.",
    response_model=CardsAnswer,
    response_model_exclude_none=True,
    response_description="The cards, what matters most first; there may be none.",
    responses=refusals(*_REFUSED),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
@idempotent()
async def patient_view(
    request: Request,
    asked: PatientViewRequest,
    interactions: TheInteractions,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> Response:
    """Answer what may explain the record."""
    advise: Advise = request.app.state.advise
    advised = await advise.on_view(_sent(asked))
    return await _answer(request, asked, advised, interactions, Asker.of(principal, PATIENT_VIEW.path, request_id))


@router.post(
    ORDER_SELECT.path,
    operation_id="cdsOrderSelect",
    summary="Advise whoever orders something",
    description=ORDER_SELECT.description + " Nothing is fetched: send the record along.",
    response_model=CardsAnswer,
    response_model_exclude_none=True,
    response_description="The cards, what matters most first; there may be none.",
    responses=refusals(*_REFUSED),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
@idempotent()
async def order_select(
    request: Request,
    asked: OrderSelectRequest,
    interactions: TheInteractions,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> Response:
    """Answer what the record says of the orders that were selected."""
    advise: Advise = request.app.state.advise
    advised = await advise.on_order(_sent(asked))
    return await _answer(request, asked, advised, interactions, Asker.of(principal, ORDER_SELECT.path, request_id))


def _sent(asked: Asked) -> Sent:
    """Return what was sent of the patient.

    Raises:
        Refused: the patient is not with it.
    """
    prefetch = asked.prefetch
    if prefetch.patient is None:
        raise Refused(PREFETCH_MISSING)
    parts = [getattr(prefetch, name) for name in PREFETCH]
    sent = Sent(
        patient=asked.context.patientId,
        resources=[part for part in parts if part is not None],
        missing=tuple(name for name in PREFETCH if name not in prefetch.model_fields_set),
    )
    if isinstance(asked, PatientViewRequest):
        return sent
    ordered = asked.context
    return replace(sent, drafts=resources_of(ordered.draftOrders or {}), selected=tuple(ordered.selections))


async def _answer(
    request: Request, asked: Asked, advised: Advised, interactions: Interactions, asker: Asker
) -> Response:
    """Return the cards, once they are kept where that is done here, and remembered for what is said of them."""
    note_told(advised.differential, 0)
    url: str = request.app.state.identity.url
    cards = partial(cards_of, advised, request_id=asker.request_id, patient=asked.context.patientId, url=url)
    answer = await written(lambda: json_answer({"cards": cards()}), characters=_LONG)
    if interactions.keeps:
        body = await to_thread.run_sync(partial(asked.model_dump_json, exclude=_NOT_KEPT))
        found = advised.differential
        codes = [each.code.code for each in found.hypotheses]
        exchange = Exchange(body.encode(), bytes(answer.body), found.engine, found.version, codes)
        await interactions.keep(exchange, asker)
    given: GivenAnswers = request.app.state.given
    for each in (asker.request_id, *card_ids(asker.request_id)[: len(advised.advice)]):
        given.note(each, tenant=asker.tenant)
    return answer


async def _feedback(
    service: CdsService,
    said: CdsFeedbackRequest,
    judge: TheJudge,
    interactions: TheInteractions,
    principal: ThePrincipal,
    client: TheClient,
    request_id: TheRequestId,
) -> CdsFeedbackAnswer:
    """Keep what became of each card: in codes, and as it was sent where interactions are kept."""
    judgements = [await judge(_said(service, each), by=principal, client=client) for each in said.feedback]
    body = await to_thread.run_sync(said.model_dump_json)
    codes = [each.said.judged.value for each in judgements]
    await interactions.keep(Exchange(body.encode(), codes=codes), Asker.of(principal, service.feedback, request_id))
    for each in judgements:
        judgement_told(each)
    return CdsFeedbackAnswer(request_id=request_id, kept=len(judgements), known=sum(each.known for each in judgements))


def _said(service: CdsService, told: CardFeedback) -> Said:
    """Return what was done with a card; of a reason, its code where it is one of ours: anything else may be words."""
    coded = None if told.overrideReason is None else told.overrideReason.reason
    reason = ""
    if coded is not None:
        reason = coded.code if coded.code in REASONS and coded.system in ("", REASONS_SYSTEM) else _OTHER
    judged = Judged.ACCEPTED if told.outcome == "accepted" else Judged.OVERRIDDEN
    return Said(told.card.lower(), service.id, judged, reason=reason)


def _takes_feedback(service: CdsService) -> None:
    """Add the route on which ``service`` is told what became of its cards."""

    @router.post(
        service.feedback,
        operation_id=f"cds{''.join(each.title() for each in service.hook.split('-'))}Feedback",
        summary="Say what became of a card",
        description=(
            "Keeps for audit whether a card was followed or set aside, and why, in codes; a comment is kept sealed "
            "where this installation keeps interactions, and otherwise not at all. Said again, it replaces what was "
            "said."
        ),
        response_description="How many were kept.",
        responses=refusals(*REFUSED),
        dependencies=[Depends(require_json)],
    )
    @scoped(Scope.FEEDBACK)
    @idempotent()
    async def feedback(
        said: CdsFeedbackRequest,
        judge: TheJudge,
        interactions: TheInteractions,
        principal: ThePrincipal,
        client: TheClient,
        request_id: TheRequestId,
    ) -> CdsFeedbackAnswer:
        return await _feedback(service, said, judge, interactions, principal, client, request_id)


for _each in EVERY:
    _takes_feedback(_each)
