"""``GET /v1/audit``: who did what, for those whose task it is to look; that they looked is recorded as well."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from epicrisis.api.dependencies import TheAudit, ThePrincipal, TheRequestId
from epicrisis.api.problems import INVALID_REQUEST, problem_of
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.audit import AuditAnswer, AuditOneAnswer, AuditQuery, AuditRowAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.errors import StorageError, UnknownRecord
from epicrisis.services.access import Principal, Scope
from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.audit_reading import read_page, read_row

router = APIRouter(tags=["Audit"])

_REFUSED = (*ALWAYS, INVALID_REQUEST, problem_of(StorageError()))


@router.get(
    "/v1/audit",
    operation_id="audit",
    summary="Read the audit log",
    description=(
        "The rows of a time, the oldest first: names, codes and counts, never a value. A page may be shorter than "
        "`limit` although more follows; go on with `next` until it is null. Whoever belongs to a tenant sees its rows "
        "alone. Reading is recorded too."
    ),
    response_description="Some rows, and where to go on.",
    responses=refusals(*_REFUSED),
)
@scoped(Scope.AUDIT)
async def audit(
    asked: Annotated[AuditQuery, Query()], audit_log: TheAudit, principal: ThePrincipal, request_id: TheRequestId
) -> AuditAnswer:
    """Answer with a page of rows, once it is recorded that they were read."""
    page = await read_page(audit_log.store, asked.wanted(principal.tenant), cursor=asked.place(), limit=asked.limit)
    await _record(audit_log, principal, request_id, "/v1/audit", len(page.rows))
    following = page.following
    return AuditAnswer(
        request_id=request_id,
        rows=[AuditRowAnswer.model_validate(read.to_plain()) for read in page.rows],
        next=None if following is None else f"{following.after}.{following.last}",
    )


@router.get(
    "/v1/audit/{number}",
    operation_id="auditRow",
    summary="Read one row of the audit log",
    description="One row by its number; another tenant's is not there. Reading is recorded too.",
    response_description="The row.",
    responses=refusals(*_REFUSED, problem_of(UnknownRecord())),
)
@scoped(Scope.AUDIT)
async def audit_row(
    number: Annotated[int, Path(ge=1, le=10**15, description="Its place in the log, counted from 1.")],
    audit_log: TheAudit,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> AuditOneAnswer:
    """Answer with one row, once it is recorded that it was read."""
    read = await read_row(audit_log.store, number, tenant=principal.tenant)
    await _record(audit_log, principal, request_id, "/v1/audit/{number}", 1)
    return AuditOneAnswer(request_id=request_id, row=AuditRowAnswer.model_validate(read.to_plain()))


async def _record(audit_log: Audit, principal: Principal, request_id: str, route: str, rows: int) -> None:
    asker = Asker.of(principal, route, request_id)
    await audit_log.record(audit_log.entry(asker, "audit.read", counts={"rows": rows}))
