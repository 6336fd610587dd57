"""How contracts A and B stand in the OpenAPI document, and where their routes are joined to the app."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI

from epicrisis.api.contracts.assertion import answers
from epicrisis.api.contracts.assertion.door import JSON, Door
from epicrisis.api.contracts.assertion.profiles import HEADER, NAMES, UNKNOWN, unfit
from epicrisis.api.contracts.assertion.refusals import Refusal, told
from epicrisis.api.contracts.assertion.sentences import MOST_CHARACTERS, MOST_SENTENCES, MOST_TOKENS
from epicrisis.api.contracts.bare import join, ok
from epicrisis.api.problems import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    HEAD_TOO_LARGE,
    INTERNAL_ERROR,
    KEY_IN_ADDRESS,
    MALFORMED_JSON,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
    problem_of,
)
from epicrisis.errors import DeadlineExceeded, Forbidden, Overloaded, RateLimited, StorageError, Unauthenticated
from epicrisis.settings import Profile

TAG = "Contracts A and B"

PATHS = ("/predict", "/health", "/model", "/metrics")

EXAMPLE_SENTENCE = "The patient denies chest pain."
EXAMPLE_SENTENCES = [EXAMPLE_SENTENCE, "If dizziness occurs, reduce the dosage.", "Suspected cardiac arrhythmia."]
_EXAMPLE_ID = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
_EXAMPLE_TIME = 1_767_225_600.0
_PREDICTION = {
    "label": "ABSENT", "score": 0.9842, "model_label": "ABSENT", "prediction_time_ms": 2.1, "request_id": _EXAMPLE_ID,
}  # fmt: skip

_DOOR = (KEY_IN_ADDRESS, HEAD_TOO_LARGE, INTERNAL_ERROR)
_GUARDED = (*_DOOR, *(problem_of(error()) for error in (Unauthenticated, Forbidden, RateLimited, StorageError)))
_WITH_BODY = (
    *_GUARDED, UNKNOWN, MALFORMED_JSON, BODY_TOO_SLOW, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE,
    problem_of(Overloaded()), problem_of(DeadlineExceeded()),
)  # fmt: skip

_PROFILE = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "enum": list(NAMES)},
    "description": "Which edition is spoken where the two contradict each other: docs/reference/contracts.md.",
}
_PROFILED = {"parameters": [_PROFILE]}
_SENTENCE = {
    "type": "string",
    "minLength": 1,
    "maxLength": MOST_CHARACTERS,
    "description": f"One sentence of {MOST_TOKENS} tokens at most, fewer where `/model/info` says so; a longer one is "
    "refused, never cut.",
}
_OBJECT = {"type": "object", "additionalProperties": False}
_REQUESTS = {
    "SentenceRequest": {
        **_OBJECT,
        "required": ["sentence"],
        "properties": {"sentence": _SENTENCE},
        "examples": [{"sentence": EXAMPLE_SENTENCE}],
    },
    "SentencesRequest": {
        **_OBJECT,
        "required": ["sentences"],
        "properties": {"sentences": {"type": "array", "minItems": 1, "maxItems": MOST_SENTENCES, "items": _SENTENCE}},
        "examples": [{"sentences": EXAMPLE_SENTENCES}],
    },
}


def schemas() -> dict[str, Any]:
    """Return the schemas of what these routes read and answer, for the components of the OpenAPI document."""
    kinds = (
        answers.Prediction, answers.Batch, answers.Health, answers.ModelInfo, answers.ErrorBody,
    )  # fmt: skip
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return {**_REQUESTS, **components}


def add_to(app: FastAPI, door: Door, *, default: Profile) -> None:
    """Join the routes of ``door`` to ``app``: before any others, for the router asks them in their order.

    ``default`` is the profile of a request that asks for none.
    """
    read = {**_PROFILED, "requestBody": _body("SentenceRequest")}
    read_all = {**_PROFILED, "requestBody": _body("SentencesRequest")}
    one, many = (unfit("sentence", "Is missing."), unfit("sentences", f"Is empty; send 1 to {MOST_SENTENCES}."))
    join(
        app, TAG, "POST", "/predict", door.predict, "predict", "Label a sentence", read,
        {200: ok("Prediction", _PREDICTION), **_refusals(*_WITH_BODY, one)},
    )  # fmt: skip
    join(
        app, TAG, "POST", "/predict/batch", door.predict_batch, "predictBatch", "Label a batch of sentences", read_all,
        {200: ok("Batch"), **_refusals(*_WITH_BODY, many)},
    )  # fmt: skip
    join(
        app, TAG, "GET", "/health", door.health, "health", "Is it well, and how busy?", _PROFILED,
        {200: ok("Health"), **_refusals(*_DOOR, UNKNOWN), 503: ok("Health", told="The engine is not ready yet")},
    )  # fmt: skip
    join(
        app, TAG, "GET", "/model/info", door.model_info, "modelInfo", "Describe the engine of the sentences", _PROFILED,
        {200: ok("ModelInfo"), **_refusals(*_GUARDED, UNKNOWN)},
    )  # fmt: skip
    text = {"text/plain": {"schema": {"type": "string"}}}
    join(
        app, TAG, "GET", "/metrics", door.metrics_text, "metrics", "Count and time what the server does", _PROFILED,
        {200: {"description": "Every series, in the text format of Prometheus", "content": text},
         **_refusals(*_GUARDED, UNKNOWN)},
    )  # fmt: skip
    app.state.dressers = dict.fromkeys(PATHS, Refusal(default))


def _body(schema: str) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _refusals(*problems: Problem) -> dict[int | str, dict[str, Any]]:
    """Return a response per status and in it an example per kind; what is 400 here is 422 in profile a."""
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        for status in (400, 422) if problem.status in (400, 422) else (problem.status,):
            body = {"schema": {"$ref": "#/components/schemas/ErrorBody"}, "examples": {}}
            response = responses.setdefault(status, {"description": problem.title, "content": {JSON: body}})
            value = {**told(problem), "request_id": _EXAMPLE_ID, "timestamp": _EXAMPLE_TIME}
            name = "-".join([problem.code, *value.get("details", ())])
            response["content"][JSON]["examples"][name] = {"summary": problem.title, "value": value}
    return responses
