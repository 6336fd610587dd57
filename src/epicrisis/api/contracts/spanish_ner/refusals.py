"""How contract N says no: its own envelope, whatever in the server refuses.

    {"data": {}, "message": …, "success": false}

Like our problem documents it says what to try next, and never repeats what was sent. The id of the request stands in
``X-Request-Id``, for the clients of this contract know three fields and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from epicrisis.api.contracts.spanish_ner.answers import Refusal
from epicrisis.api.contracts.spanish_ner.disclaimer import HEADERS
from epicrisis.api.problems import INVALID_REQUEST, Problem

JSON = "application/json"


def unfit(detail: str) -> Problem:
    """Return the refusal of a request that is not as this contract has it."""
    return replace(INVALID_REQUEST, status=400, title="The request cannot be read", detail=detail)


def told(problem: Problem) -> Refusal:
    """Return what ``problem`` is in this contract's words."""
    return Refusal(message=f"{problem.title}. {problem.detail}")


def dress(problem: Problem, scope: Scope, headers: Mapping[str, str]) -> Response:
    """Return the answer to a request that was refused."""
    retry = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    body = msgspec.json.encode(told(problem))
    return Response(body, problem.status, headers={**HEADERS, **headers, **retry}, media_type=JSON)
