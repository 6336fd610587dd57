"""One table from error to HTTP status, and the problem documents (RFC 9457) that carry it.

A problem document says what happened, by its ``code``, and what to try next; it never repeats what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from epicrisis import errors
from epicrisis.services.outcomes import Failure
from epicrisis.telemetry.logs import get_logger

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:epicrisis:problem:"

log = get_logger()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: the HTTP status of an error, and the title every occurrence shares."""

    status: int
    title: str
    retry_after: int | None = None


ERRORS: Mapping[type[errors.EpicrisisError], Row] = {
    errors.EpicrisisError: Row(500, "Something went wrong"),
    errors.InvalidInput: Row(422, "The input cannot be read as asked"),
    errors.InvalidSpan: Row(422, "The offsets mark no text"),
    errors.EmptyText: Row(422, "There is no text"),
    errors.TextTooLong: Row(413, "The text is too long"),
    errors.UnreadableText: Row(422, "This is not plain text"),
    errors.UnreadableDocument: Row(422, "The document cannot be read"),
    errors.UnsupportedDocument: Row(415, "This kind of file is not read here"),
    errors.InvalidRow: Row(422, "A row cannot be read"),
    errors.UnknownEngine: Row(422, "There is no such engine"),
    errors.UnknownLanguage: Row(422, "No engine reads this language"),
    errors.UnknownModel: Row(422, "There is no such language model"),
    errors.UnknownEhr: Row(422, "There is no such EHR"),
    errors.UnknownKey: Row(404, "There is no such API key"),
    errors.UnknownPolicy: Row(422, "There is no such policy"),
    errors.InvalidPolicy: Row(503, "A policy cannot be used"),
    errors.UnknownRecord: Row(404, "There is nothing of that id"),
    errors.UnprovenRedaction: Row(422, "The file could not be redacted"),
    errors.ArtifactError: Row(503, "A model file cannot be used"),
    errors.MissingArtifact: Row(503, "A model file is missing"),
    errors.CorruptArtifact: Row(503, "A model file is damaged"),
    errors.InvalidWordList: Row(503, "A word list cannot be used"),
    errors.InvalidSettings: Row(503, "The settings contradict each other"),
    errors.MissingDependency: Row(503, "An optional package is not installed"),
    errors.StorageError: Row(503, "What is kept cannot be reached", retry_after=5),
    errors.BrokenSeal: Row(503, "What is kept cannot be opened"),
    errors.AccessDenied: Row(403, "This is not yours to do"),
    errors.Unauthenticated: Row(401, "Nobody said who asks"),
    errors.Forbidden: Row(403, "This takes another scope"),
    errors.KeyReused: Row(422, "This key came with another request"),
    errors.StillRunning: Row(409, "The request is still being done", retry_after=1),
    errors.RateLimited: Row(429, "Too many requests", retry_after=60),
    errors.DeadlineExceeded: Row(503, "It took too long", retry_after=1),
    errors.Cancelled: Row(409, "It was cancelled"),
    errors.Overloaded: Row(503, "Too much work at once", retry_after=1),
    errors.GenerationFailed: Row(503, "A language model could not answer", retry_after=1),
    errors.EhrUnavailable: Row(503, "The EHR does not answer", retry_after=10),
    errors.EhrRefused: Row(502, "The EHR does not let us in"),
    errors.PatientNotFound: Row(404, "There is no such patient"),
    errors.WrongPatient: Row(502, "The record is somebody else's"),
    errors.Unreachable: Row(502, "Another server does not answer"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a problem document says; ``faults`` names the fields at fault, a ``pointer`` and a ``detail`` each."""

    status: int
    code: str
    title: str
    detail: str
    faults: tuple[Mapping[str, str], ...] = ()
    retry_after: int | None = None

    def document(self, request_id: str | None = None) -> dict[str, Any]:
        """Return the members RFC 9457 names and our own: ``code``, ``request_id``, ``errors``."""
        members: dict[str, Any] = {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if request_id is not None:
            members["request_id"] = request_id
        if self.faults:
            members["errors"] = list(self.faults)
        return members

    def response(self, request_id: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """Return the problem as an HTTP answer, and say its code in the log."""
        log.info("request refused", status=self.status, code=self.code)
        retry = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(
            self.document(request_id), self.status, headers={**(headers or {}), **retry}, media_type=MEDIA_TYPE
        )


MALFORMED_HTTP = Problem(
    400, "malformed-http", "This is not HTTP", "Check the request line, the size of the headers and the chunk framing."
)
MALFORMED_JSON = Problem(400, "malformed-json", "The body is not JSON", "Send one JSON object, encoded as UTF-8.")
KEY_IN_ADDRESS = Problem(
    400,
    "key-in-address",
    "A key does not belong in an address",
    "Send the key as `Authorization: Bearer`, and rotate this one: addresses end up in logs and histories.",
)
INVALID_IDEMPOTENCY_KEY = Problem(
    400,
    "invalid-idempotency-key",
    "This is no Idempotency-Key",
    "Send one header `Idempotency-Key` of 1 to 255 visible characters, such as a new UUID for each request.",
)
NOT_FOUND = Problem(404, "not-found", "There is nothing here", "GET /openapi.json lists every route.")
METHOD_NOT_ALLOWED = Problem(
    405, "method-not-allowed", "This route does not answer that method", "The Allow header lists those it does."
)
BODY_TOO_SLOW = Problem(408, "body-too-slow", "The body did not arrive in time", "Send the whole body without pauses.")
PREFETCH_MISSING = Problem(
    412,
    "prefetch-missing",
    "The patient was not sent along",
    "Send `prefetch.patient`, and what else discovery asks for: nothing is fetched from the EHR.",
)
BODY_TOO_LARGE = Problem(413, "body-too-large", "The body is too large", "Send fewer or shorter notes in one request.")
UNSUPPORTED_MEDIA_TYPE = Problem(
    415, "unsupported-media-type", "This route reads JSON", "Send Content-Type: application/json."
)
HEAD_TOO_LARGE = Problem(
    431, "headers-too-large", "The headers are too large", "Send the note in the body, and no more headers than needed."
)
INVALID_REQUEST = Problem(
    422, "invalid-request", "The request does not match its schema", "`errors` points at each field at fault."
)
INTERNAL_ERROR = Problem(
    500, "internal-error", "Something went wrong on our side", "Quote the request_id to whoever runs this service."
)
NOT_READY = Problem(
    503, "not-ready", "Not ready yet", "The engines are passing their self-test; try again in a moment.", retry_after=1
)

# What HTTP itself can refuse, beside our own errors.
DOOR = (
    MALFORMED_HTTP, MALFORMED_JSON, KEY_IN_ADDRESS, INVALID_IDEMPOTENCY_KEY, NOT_FOUND, METHOD_NOT_ALLOWED,
    BODY_TOO_SLOW, PREFETCH_MISSING, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, HEAD_TOO_LARGE,
    INTERNAL_ERROR, NOT_READY,
)  # fmt: skip

_BY_STATUS = {400: MALFORMED_JSON, 404: NOT_FOUND, 405: METHOD_NOT_ALLOWED}


class Refused(HTTPException):
    """A problem found at the door; FastAPI passes HTTP exceptions through untouched, so it can be raised anywhere."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.detail)
        self.problem = problem


def problem_of(error: Exception) -> Problem:
    """Return the problem ``error`` is told as; whatever we did not foresee is an ``internal-error`` without detail."""
    match error:
        case errors.EpicrisisError():
            return _told(next(kind for kind in type(error).__mro__ if kind in ERRORS), str(error))
        case Refused():
            return error.problem
        case HTTPException():
            return _BY_STATUS.get(error.status_code, INTERNAL_ERROR)
        case _:
            return INTERNAL_ERROR


class Dresser(Protocol):
    """Tells a problem in the words of a contract that knows no problem documents."""

    def __call__(self, problem: Problem, scope: Scope, headers: Mapping[str, str]) -> Response:
        """Return the answer; ``headers`` is what it must carry besides its own."""
        ...


def answer(problem: Problem, scope: Scope, headers: Mapping[str, str] | None = None) -> Response:
    """Return ``problem`` as the client of this path expects it: as a problem document, unless a contract dresses it.

    ``app.state.dressers`` holds the dresser of each path a contract owns, and of whatever lies below it; "*" stands for
    a first step that may be anything.
    """
    dress = _dresser(scope)
    if dress is None:
        return problem.response(scope["state"]["request_id"], headers)
    log.info("request refused", status=problem.status, code=problem.code)
    return dress(problem, scope, headers or {})


def _dresser(scope: Scope) -> Dresser | None:
    dressers: Mapping[str, Dresser] = getattr(scope["app"].state, "dressers", {})
    whole: str = scope["path"].removeprefix(scope.get("root_path", ""))
    path = whole
    while path and path not in dressers:
        path = path.rpartition("/")[0]
    return dressers.get(path) or dressers.get("/*/" + whole[1:].partition("/")[2])


async def answer_problem(request: Request, error: Exception) -> Response:
    """Answer a request with the problem of ``error``: the exception handler of the app."""
    headers = error.headers if isinstance(error, HTTPException) else None
    return answer(problem_of(error), request.scope, headers)


def problem_of_failure(failure: Failure) -> Problem:
    """Return the problem of one item of a batch."""
    kind = next((kind for kind in ERRORS if kind.code == failure.code), errors.EpicrisisError)
    # A batch tells a foreign error by the code of ours; here it is what it is for a single note.
    return INTERNAL_ERROR if kind is errors.EpicrisisError else _told(kind, failure.message)


def _told(kind: type[errors.EpicrisisError], message: str) -> Problem:
    row = ERRORS[kind]
    # What went wrong on our side names files and settings, which are no client's business.
    detail = message if row.status < 500 else str(kind())
    return Problem(row.status, kind.code, row.title, detail, retry_after=row.retry_after)


def problem_table() -> str:
    """Return every code with its status and title as a Markdown table, for the reference and ``/docs``."""
    rows = {(row.status, kind.code, row.title) for kind, row in ERRORS.items()}
    rows |= {(problem.status, problem.code, problem.title) for problem in DOOR}
    lines = [f"| {status} | `{code}` | {title} |" for status, code, title in sorted(rows)]
    return "\n".join(["| status | code | meaning |", "|---|---|---|", *lines])
