"""Refusals of what never became a request: no middleware sees it, so all of the answer is made here.

It looks as it would from further in: in the words of the contract that owns the path, where the path is known, with the
headers every answer has, a line in the log, and a count.
"""

from __future__ import annotations

import urllib.parse
from typing import Any

import httptools
from structlog.contextvars import bound_contextvars

from epicrisis.api.envelope import enveloped, request_id_of
from epicrisis.api.problems import METHOD_NOT_ALLOWED, Problem, answer
from epicrisis.services.timings import Timings
from epicrisis.telemetry.bounds import NO_ROUTE

_ALLOW = {"Allow": "GET, POST"}


def refusal(problem: Problem, scope: dict[str, Any], target: bytes, *, seconds: float) -> bytes:
    """Return the bytes that tell ``problem`` to whoever asked for ``target``, which is empty where nobody knows.

    ``scope`` is what is known of the request otherwise; ``seconds`` have gone by since it began.
    """
    request_id = request_id_of(scope)
    scope["path"] = scope["root_path"] + _path(target)
    scope["state"]["request_id"] = request_id
    with bound_contextvars(request_id=request_id):
        response = answer(problem, scope, _ALLOW if problem is METHOD_NOT_ALLOWED else None)
    message = enveloped({"headers": response.raw_headers}, scope, Timings(), seconds)
    scope["app"].state.metrics.answered(scope["method"], NO_ROUTE, response.status_code, seconds, "anonymous")
    lines = [
        b"HTTP/1.1 %d %s" % (response.status_code, problem.title.encode()),
        *(b"%s: %s" % header for header in message["headers"]),
        b"connection: close",
    ]
    return b"\r\n".join([*lines, b"", b""]) + bytes(response.body)


def _path(target: bytes) -> str:
    try:
        # The parser counts in 16 bits, and a query may be longer than that.
        path = httptools.parse_url(target.partition(b"?")[0]).path or b""
    except httptools.HttpParserError:
        return ""
    return urllib.parse.unquote(path.decode("latin-1"))
