"""``/v1/cases``: cases kept without who they were of, and those that are similar to another."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer
from epicrisis.api.dependencies import TheCases, ThePipeline, ThePrincipal, TheRequestId, require_json
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import INVALID_REQUEST, METHOD_NOT_ALLOWED, Refused, problem_of
from epicrisis.api.reference import ALWAYS, UNUSABLE, WITH_BODY, refusals
from epicrisis.api.routes.differentials import presentation_of
from epicrisis.api.schemas.cases import (
    CaseAnswer,
    CaseRequest,
    CaseSearchAnswer,
    CaseSearchRequest,
    OutcomeRequest,
    RemovedAnswer,
)
from epicrisis.api.schemas.differentials import ToldRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.domain.cases import KeptCase
from epicrisis.engines.differential.naming import names_in
from epicrisis.errors import (
    AccessDenied,
    BrokenSeal,
    DeadlineExceeded,
    InvalidInput,
    StorageError,
    UnknownRecord,
)
from epicrisis.formats.cases import NOTICE, case_to_plain, similar_to_plain
from epicrisis.services.access import Principal, Scope
from epicrisis.services.asking import Asker
from epicrisis.services.diagnose import Presentation
from epicrisis.services.similar_cases import Among
from epicrisis.telemetry.logs import get_logger

CASES, SEARCH, CASE, OUTCOME = "/v1/cases", "/v1/cases/search", "/v1/cases/{id}", "/v1/cases/{id}/outcome"

router = APIRouter(tags=["Similar cases"])
log = get_logger()

_KEPT = tuple(map(problem_of, (UnknownRecord(), StorageError(), BrokenSeal())))
_TOLD = (*WITH_BODY, *UNUSABLE, *_KEPT, problem_of(InvalidInput()), problem_of(DeadlineExceeded()))
_NAMED = (*ALWAYS, *UNUSABLE, *_KEPT, INVALID_REQUEST)

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def _case_id(
    id: Annotated[str, Path(description="The id that keeping the case answered, a UUID.")],  # noqa: A002
) -> str:
    """Return the id of a case; what is none is not there, and beside ids lies the search, which is another method's."""
    if _ID.fullmatch(id):
        return id
    if id != SEARCH.rpartition("/")[2]:
        raise UnknownRecord
    refused = Refused(METHOD_NOT_ALLOWED)
    refused.headers = {"Allow": "POST"}
    raise refused


Id = Annotated[str, Depends(_case_id)]


@router.post(
    CASES,
    operation_id="keepCase",
    summary="Keep a case",
    description=(
        "Keeps what is told of a patient, for its like to be found: the findings that were understood, age and sex, "
        "and a note, which is redacted by the policy `safe-harbor` before anything else is done with it. What was told "
        "is kept encrypted, for the tenant of whoever keeps it."
    ),
    status_code=201,
    response_model=CaseAnswer,
    response_description="The case as it is kept.",
    responses=refusals(*_TOLD),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
@idempotent()
async def keep_case(
    asked: CaseRequest, pipeline: ThePipeline, cases: TheCases, principal: ThePrincipal, request_id: TheRequestId
) -> Response:
    """Keep one case."""
    told = await _told(asked, pipeline)
    kept, unmatched = await cases.add(told, outcome=asked.outcome, asker=Asker.of(principal, CASES, request_id))
    log.info("case kept", characters=len(asked.text or ""), findings=len(kept.findings), language=kept.language)
    answer = _answered(kept, request_id, unmatched=unmatched)
    answer.status_code, answer.headers["Location"] = 201, f"{CASES}/{kept.id}"
    return answer


@router.post(
    SEARCH,
    operation_id="searchCases",
    summary="Find similar cases",
    description=(
        "The kept cases that are most similar to what is told of a patient, or to a kept `case`: by their findings, "
        "weighed by how much each tells, and by what their notes say in words of their own. Each comes with what both "
        "have in common, in what they differ, and what it turned out to be. What is asked is not kept."
    ),
    response_model=CaseSearchAnswer,
    response_description="The similar cases, the most similar first.",
    responses=refusals(*_TOLD),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
async def search_cases(
    asked: CaseSearchRequest, pipeline: ThePipeline, cases: TheCases, principal: ThePrincipal, request_id: TheRequestId
) -> Response:
    """Answer the cases that are similar to what is asked."""
    told = await _told(asked, pipeline) if asked.case is None else None
    among = Among(**dict(asked.among))
    asker = Asker.of(principal, SEARCH, request_id)
    found, unmatched = await cases.search(told or asked.case or "", among, most=asked.most, asker=asker)
    log.info("cases searched", characters=len(asked.text or ""), documents=len(found))
    language = asked.language or "en" if told is None else told.language
    names = names_in(language)
    return json_answer(
        {
            "request_id": request_id,
            "notice": NOTICE.get(language, NOTICE["en"]),
            "cases": [similar_to_plain(each, names) for each in found],
            "unmatched": list(unmatched),
        }
    )


@router.get(
    CASE,
    operation_id="case",
    summary="Read a kept case",
    description="A case by its id; another tenant's is not there. Reading is recorded.",
    response_model=CaseAnswer,
    response_description="The case.",
    responses=refusals(*_NAMED),
)
@scoped(Scope.READ)
async def case(id: Id, cases: TheCases, principal: ThePrincipal, request_id: TheRequestId) -> Response:  # noqa: A002
    """Answer one case."""
    return _answered(await cases.find(id, asker=Asker.of(principal, CASE, request_id)), request_id)


@router.put(
    OUTCOME,
    operation_id="caseOutcome",
    summary="Say what a case turned out to be",
    description="Puts an outcome in the place of the one there was. It takes whoever kept the case, or `admin`.",
    response_model=CaseAnswer,
    response_description="The case with its outcome.",
    responses=refusals(*_TOLD, problem_of(AccessDenied())),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
async def case_outcome(
    id: Id,  # noqa: A002
    asked: OutcomeRequest,
    cases: TheCases,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> Response:
    """Keep what a case turned out to be."""
    asker = Asker.of(principal, OUTCOME, request_id)
    return _answered(
        await cases.conclude(id, asked.outcome, asker=asker, any_owner=_may_change_any(principal)), request_id
    )


@router.delete(
    CASE,
    operation_id="removeCase",
    summary="Forget a case",
    description="Removes a case with all that was told of it. It takes whoever kept the case, or `admin`.",
    response_description="Which case is kept no more.",
    responses=refusals(*_NAMED, problem_of(AccessDenied())),
)
@scoped(Scope.READ)
async def remove_case(
    id: Id,  # noqa: A002
    cases: TheCases,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> RemovedAnswer:
    """Forget one case."""
    await cases.remove(id, asker=Asker.of(principal, CASE, request_id), any_owner=_may_change_any(principal))
    return RemovedAnswer(request_id=request_id, removed=id)


async def _told(asked: ToldRequest, pipeline: Pipeline) -> Presentation:
    return await aside(partial(presentation_of, asked, pipeline), characters=len(asked.text or ""))


def _may_change_any(principal: Principal) -> bool:
    return Scope.ADMIN in principal.scopes


def _answered(kept: KeptCase, request_id: str, *, unmatched: tuple[str, ...] = ()) -> Response:
    plain = case_to_plain(kept, names_in(kept.language))
    return json_answer({"request_id": request_id, **plain, "unmatched": list(unmatched)})
