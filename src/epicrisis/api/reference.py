"""The OpenAPI document: every problem a route can answer with, and examples that are true because they are run."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import Route

from epicrisis.api.contracts.assertion.describing import schemas as assertion_schemas
from epicrisis.api.contracts.spanish_ner.describing import schemas as spanish_ner_schemas
from epicrisis.api.idempotency.described import describe_idempotency
from epicrisis.api.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    HEAD_TOO_LARGE,
    INTERNAL_ERROR,
    INVALID_IDEMPOTENCY_KEY,
    INVALID_REQUEST,
    KEY_IN_ADDRESS,
    MALFORMED_HTTP,
    MALFORMED_JSON,
    MEDIA_TYPE,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
    problem_of,
    problem_table,
)
from epicrisis.api.schemas.base import ProblemDocument
from epicrisis.api.schemas.extractions import ExtractionRequest
from epicrisis.api.schemas.patient_summaries import PatientSummaryRequest
from epicrisis.api.security.described import describe_access
from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.assembly import Pipeline
from epicrisis.domain.assertions import Scheme
from epicrisis.domain.documents import Document
from epicrisis.domain.naming import CLINICAL
from epicrisis.domain.spans import Span
from epicrisis.errors import (
    BrokenSeal,
    CorruptArtifact,
    EmptyText,
    Forbidden,
    KeyReused,
    MissingArtifact,
    MissingDependency,
    Overloaded,
    RateLimited,
    StillRunning,
    StorageError,
    TextTooLong,
    Unauthenticated,
    UnknownLanguage,
    UnreadableText,
)
from epicrisis.formats.assessments import assessment_to_plain
from epicrisis.formats.entities import named_to_plain
from epicrisis.formats.jsonl import to_plain
from epicrisis.services.assess import Question
from epicrisis.services.outcomes import answered

ALWAYS = (MALFORMED_HTTP, KEY_IN_ADDRESS, HEAD_TOO_LARGE, INTERNAL_ERROR)
GUARDED = tuple(problem_of(error) for error in (Unauthenticated(), Forbidden(), RateLimited(), StorageError()))
REPEATED = (
    INVALID_IDEMPOTENCY_KEY,
    *map(problem_of, (KeyReused(), StillRunning(), Overloaded(), StorageError(), BrokenSeal())),
)
UNUSABLE = tuple(problem_of(error) for error in (MissingArtifact(), CorruptArtifact(), MissingDependency()))
WITH_BODY = (
    *ALWAYS, MALFORMED_JSON, BODY_TOO_SLOW, BODY_TOO_LARGE, problem_of(TextTooLong()), UNSUPPORTED_MEDIA_TYPE,
    INVALID_REQUEST, problem_of(EmptyText()), problem_of(UnreadableText()), problem_of(UnknownLanguage()),
    problem_of(Overloaded()),
)  # fmt: skip

EXAMPLE_TEXT = "The patient denies chest pain."
EXAMPLE_REQUEST_ID = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
_PROBLEM_SCHEMA = "ProblemDocument"

_DESCRIPTION = """\
epicrisis reads clinical text: problems, tests, procedures and drugs, each with its status and the words behind it.
It supports decisions and makes none: check every finding against the note before anyone acts on it.

Offsets count code points of the exact text you sent, unless `offset_unit` asks for `utf16` or `byte`. Requests refuse
unknown fields. Errors are problem documents (RFC 9457, `application/problem+json`) that never repeat what you sent;
build on their `code`:

"""


def refusals(*problems: Problem) -> dict[int | str, dict[str, Any]]:
    """Return what FastAPI shall document of ``problems``: one response per status, one example per code."""
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        body = {"schema": {"$ref": f"#/components/schemas/{_PROBLEM_SCHEMA}"}, "examples": {}}
        response = {"description": problem.title, "content": {MEDIA_TYPE: body}}
        examples = responses.setdefault(problem.status, response)["content"][MEDIA_TYPE]["examples"]
        examples[problem.code] = {"summary": problem.title, "value": problem.document(EXAMPLE_REQUEST_ID)}
    return responses


def describe(app: FastAPI, pipeline: Pipeline) -> None:
    """Make ``app`` describe itself; the example answer is what ``pipeline`` says of the example request."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app, pipeline)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    for route in app.routes:
        if isinstance(route, Route) and route.path == app.openapi_url:
            scoped(OPEN)(route.endpoint)


def _schema(app: FastAPI, pipeline: Pipeline) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, description=_DESCRIPTION + problem_table(), routes=app.routes
    )
    schemas = schema["components"]["schemas"]
    # What FastAPI does not see: every refusal, and the body that is JSON only where it is no file.
    for model in (ProblemDocument, ExtractionRequest, PatientSummaryRequest):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(described.pop("$defs", {}))
        schemas[model.__name__] = described
    schemas.update(assertion_schemas())
    schemas.update(spanish_ner_schemas())
    annotated = to_plain(pipeline.annotate(EXAMPLE_TEXT))
    for path, example in (("/v1/annotations", annotated), _judged(pipeline), _named(pipeline)):
        answer = schema["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]
        answer["example"] = {"request_id": EXAMPLE_REQUEST_ID, **example}
    describe_access(schema, app.routes, refusals(*GUARDED))
    describe_idempotency(schema, app.routes, refusals(*REPEATED))
    return schema


def _judged(pipeline: Pipeline) -> tuple[str, dict[str, Any]]:
    pain = Question(Document(id="1", text=EXAMPLE_TEXT), (Span(19, 29),))
    outcome = answered(pipeline.assess([pain])[0])
    return "/v1/assertions", assessment_to_plain(outcome, schemes=(Scheme.I2B2, Scheme.AZURE))


def _named(pipeline: Pipeline) -> tuple[str, dict[str, Any]]:
    [outcome] = pipeline.named([EXAMPLE_TEXT], label_sets=[CLINICAL])
    return "/v1/entities", named_to_plain(answered(outcome))
