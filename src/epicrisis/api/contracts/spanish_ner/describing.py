"""How contract N stands in the OpenAPI document, and where its routes are joined to the app."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI

from epicrisis.api.contracts.bare import join, ok
from epicrisis.api.contracts.spanish_ner import answers
from epicrisis.api.contracts.spanish_ner.bodies import FORM, MODEL, PARTS, TEXT
from epicrisis.api.contracts.spanish_ner.door import MOST_CHARACTERS, NO_SUCH_MODELS, NerDoor
from epicrisis.api.contracts.spanish_ner.models import NAMES, UNKNOWN_MODEL
from epicrisis.api.contracts.spanish_ner.refusals import JSON, dress, told, unfit
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
from epicrisis.errors import (
    DeadlineExceeded,
    Forbidden,
    MissingArtifact,
    Overloaded,
    RateLimited,
    StorageError,
    TextTooLong,
    Unauthenticated,
    UnreadableText,
)

TAG = "Contract N"

SUBMIT, SUBMIT_TO, DISCLAIMER = "/api/submit", "/{model}/api/submit", "/disclaimer"

EXAMPLE = {TEXT: "Varón de 17 años con cefalea. Se pauta paracetamol.", MODEL: "species"}
_EXAMPLE_ANSWER = {
    "data": {
        "brat": [{"id": "T1", "class": "SPECIES", "start": 0, "end": 5, "entity": "Varón"}],
        "original_text": EXAMPLE[TEXT],
        "processing_time": "0.0123",
    },
    "message": answers.MESSAGE,
    "success": True,
}

_DOOR = (KEY_IN_ADDRESS, HEAD_TOO_LARGE, INTERNAL_ERROR)
_REFUSALS = (
    *_DOOR, *(problem_of(error()) for error in (Unauthenticated, Forbidden, RateLimited, StorageError)),
    MALFORMED_JSON, unfit(f"{TEXT} is missing; send the text to read in it."), UNKNOWN_MODEL, NO_SUCH_MODELS,
    BODY_TOO_SLOW, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE,
    *(problem_of(error()) for error in (TextTooLong, UnreadableText, Overloaded, DeadlineExceeded, MissingArtifact)),
)  # fmt: skip

_ONE = {"type": "string", "enum": list(NAMES)}
_SEVERAL = "several with commas. `_base` is trained on case reports alone, a plain name with clinical notes too."
_TEXT = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "description": "The text, exactly as it is."}
_IN_FORM = {"type": "string", "description": f"A model: {', '.join(NAMES)}; or {_SEVERAL}"}
_REQUEST = {"type": "object", "additionalProperties": False, "required": [TEXT], "examples": [EXAMPLE]}
_REQUESTS = {
    "SubmitRequest": {
        **_REQUEST,
        "properties": {
            TEXT: _TEXT,
            MODEL: {
                "anyOf": [{"type": "string"}, {"type": "array", "items": _ONE}, {"type": "null"}],
                "description": f"A model: {', '.join(NAMES)}; a list of them, or {_SEVERAL} All five where absent.",
            },
        },
    },
    "SubmitForm": {**_REQUEST, "properties": {TEXT: _TEXT, MODEL: _IN_FORM}},
}
_IN_QUERY = {
    "name": MODEL,
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "description": f"A model, where the body names none: {', '.join(NAMES)}; or {_SEVERAL}",
}
_IN_PATH = {
    "name": MODEL,
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": list(NAMES)},
    "description": f"A model, where body and query name none; or {_SEVERAL}",
}
_BODY = {
    "required": True,
    "content": {
        kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}
        for kind, name in ((JSON, "SubmitRequest"), (FORM, "SubmitForm"), (PARTS, "SubmitForm"))
    },
}


def schemas() -> dict[str, Any]:
    """Return the schemas of what these routes read and answer, for the components of the OpenAPI document."""
    kinds = (answers.Submitted, answers.Refusal, answers.Disclaimer)
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return {**_REQUESTS, **components}


def add_to(app: FastAPI, door: NerDoor) -> None:
    """Join the routes of ``door`` to ``app``, and have whatever is refused on their paths told in their envelope."""
    answered = {200: ok("Submitted", _EXAMPLE_ANSWER), **_refusals(*_REFUSALS)}
    join(app, TAG, "POST", SUBMIT, door.submit, "submit", "Name entities in a Spanish text",
          {"parameters": [_IN_QUERY], "requestBody": _BODY}, answered)  # fmt: skip
    join(app, TAG, "POST", SUBMIT_TO, door.submit, "submitTo", "Name entities with one model",
          {"parameters": [_IN_PATH, _IN_QUERY], "requestBody": _BODY}, answered)  # fmt: skip
    join(app, TAG, "GET", DISCLAIMER, door.disclaimer, "disclaimer", "What the models are good for", {},
          {200: ok("Disclaimer"), **_refusals(*_DOOR)})  # fmt: skip
    app.state.dressers |= dict.fromkeys((SUBMIT, "/*/api/submit", DISCLAIMER), dress)


def _refusals(*problems: Problem) -> dict[int | str, dict[str, Any]]:
    """Return a response per status, and in it an example per kind of refusal."""
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        body = {"schema": {"$ref": "#/components/schemas/Refusal"}, "examples": {}}
        response = responses.setdefault(problem.status, {"description": problem.title, "content": {JSON: body}})
        example = {"summary": problem.title, "value": msgspec.to_builtins(told(problem))}
        response["content"][JSON]["examples"][problem.code] = example
    return responses
