"""Says which fields of a request are at fault, and why, without repeating what they held.

FastAPI's own answer to a request it cannot validate repeats it (``"input": "Patient Ana Ruiz …"``); this one names the
place and the reason. The name of an unknown field is the client's own words too, so it is not repeated either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from epicrisis.api.problems import INVALID_REQUEST, MALFORMED_JSON, Problem, Refused

Model = TypeVar("Model", bound=BaseModel)


def validated(body: bytes, model: type[Model]) -> Model:
    """Return what ``body``, in JSON, asks as ``model`` has it.

    Raises:
        Refused: it is not JSON, or not what the model says.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Refused(problem_of_faults(error.errors(include_input=False, include_url=False))) from None


def problem_of_faults(faults: Sequence[Mapping[str, Any]], *, within: str = "#") -> Problem:
    """Return the problem that pydantic's ``faults`` amount to, each with its ``type``, ``loc`` and ``msg``.

    ``within`` is the pointer of the value that was validated, where that is a part of the body.
    """
    if any(fault["type"] == "json_invalid" for fault in faults):
        return MALFORMED_JSON
    told = tuple({"pointer": within + _path(fault), "detail": _reason(fault)} for fault in faults)
    return replace(INVALID_REQUEST, faults=told)


def _path(fault: Mapping[str, Any]) -> str:
    path: Iterable[str | int] = fault["loc"]
    steps = [str(step) for step in path if step != "body"]
    if fault["type"] == "extra_forbidden":
        steps = steps[:-1]
    return "".join(f"/{step}" for step in steps)


def _reason(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "Has a field this route does not know; GET /openapi.json lists those it reads."
    return f"{fault['msg']}."
