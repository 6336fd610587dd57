"""How contracts A and B say no: contract B's body, whatever in the server refuses.

    {"error": "ValidationError", "message": …, "details": {field: text}, "request_id": …, "timestamp": …}

Like our problem documents it names the field and the limit, and never repeats what was sent.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from epicrisis.api.contracts.assertion.profiles import edition_for_refusal
from epicrisis.api.problems import MALFORMED_JSON, Problem
from epicrisis.settings import Profile

# The names contract B gives, and names of the same kind for what it does not foresee.
NAMES: Mapping[int, str] = {
    400: "ValidationError",
    401: "AuthenticationError",
    403: "AuthorizationError",
    404: "NotFound",
    405: "MethodNotAllowed",
    408: "RequestTimeout",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "PayloadTooLarge",
    415: "UnsupportedMediaType",
    422: "ValidationError",
    429: "RateLimitError",
    431: "HeadersTooLarge",
    500: "InternalError",
    502: "BadGateway",
    503: "ServiceUnavailable",
}
_INVALID = (400, 422)


class Refusal:
    """Dresses problems in contract B's body; ``default`` is the profile of a request that asks for none."""

    def __init__(self, default: Profile) -> None:
        self.default = default

    def __call__(self, problem: Problem, scope: Scope, headers: Mapping[str, str]) -> Response:
        """Return the answer to a request that was refused."""
        body = {**told(problem), "request_id": scope["state"]["request_id"], "timestamp": round(time.time(), 3)}
        status = problem.status
        if status in _INVALID:
            status = edition_for_refusal(scope, self.default).refusal
        retry = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
        return Response(msgspec.json.encode(body), status, headers={**headers, **retry}, media_type="application/json")


def told(problem: Problem) -> dict[str, Any]:
    """Return what ``problem`` is in contract B's words: the answer for one sentence of a batch, too."""
    name = NAMES.get(problem.status, NAMES[500])
    if problem.status in _INVALID:
        details = {_field(fault["pointer"]): fault["detail"] for fault in problem.faults}
        whole = "body" if problem is MALFORMED_JSON else "request"
        return {"error": name, "message": problem.detail, "details": details or {whole: problem.detail}}
    body: dict[str, Any] = {"error": name, "message": f"{problem.title}. {problem.detail}"}
    if problem.retry_after is not None:
        body["retry_after"] = problem.retry_after
    return body


def _field(pointer: str) -> str:
    return pointer.removeprefix("#").removeprefix("/").replace("/", ".") or "body"
