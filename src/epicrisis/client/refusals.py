"""What a server refuses, as errors of our own tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from epicrisis import errors
from epicrisis.errors import EpicrisisError

# Where the answer has no code of ours, the status says what kind it is: contract B, a proxy, or a newer server.
_BY_STATUS: Mapping[int, type[EpicrisisError]] = {
    400: errors.InvalidInput,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    408: errors.DeadlineExceeded,
    413: errors.TextTooLong,
    415: errors.InvalidInput,
    422: errors.InvalidInput,
    429: errors.RateLimited,
    431: errors.InvalidInput,
    502: errors.Unreachable,
    503: errors.Overloaded,
    504: errors.DeadlineExceeded,
}


def refusal_of(status: int, body: Mapping[str, Any], request_id: str | None) -> EpicrisisError:
    """Return the error that an answer with ``status`` and ``body`` amounts to."""
    code = body.get("code")
    kind = _KINDS.get(str(code)) or _BY_STATUS.get(status, EpicrisisError)
    told = str(body.get("detail") or body.get("message") or f"The server answered {status}.")
    faults = "".join(f" {place}: {reason}" for place, reason in faults_of(body).items())
    error = kind(told + faults if faults not in told else told)
    if kind is EpicrisisError and code:
        error.code = str(code)
    error.request_id = str(body.get("request_id") or request_id or "") or None
    return error


def faults_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what each field at fault needs, as a problem document or contract B's body tells it."""
    if isinstance(body.get("details"), dict):
        return {str(name): str(reason) for name, reason in body["details"].items()}
    return {str(fault["pointer"]): str(fault["detail"]) for fault in body.get("errors") or ()}


def _tree(kind: type[EpicrisisError]) -> Iterator[type[EpicrisisError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _tree(below)


_KINDS: Mapping[str, type[EpicrisisError]] = {
    kind.code: kind for kind in _tree(EpicrisisError) if kind.__module__ == errors.__name__
}
