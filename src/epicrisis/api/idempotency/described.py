"""What the OpenAPI document says of ``Idempotency-Key``: which routes take it, and what they may answer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute

from epicrisis.api.idempotency.declared import asked_in
from epicrisis.api.idempotency.keys import HEADER, MOST_CHARACTERS
from epicrisis.api.security.described import add_refusals
from epicrisis.api.security.scopes import every_route

_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Names the request, so that it may be sent again: it is done once and answered alike for a day. A "
    "new UUID for each request will do.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS},
}
_REPLAYED = {
    "description": "`true` where this was answered before, and not done again.",
    "schema": {"type": "string", "enum": ["true"]},
}


def describe_idempotency(schema: dict[str, Any], routes: Sequence[BaseRoute], refused: Mapping[int | str, Any]) -> None:
    """Add the header to each operation that takes it, and how it is ``refused``."""
    for route in every_route(routes):
        operation = schema["paths"].get(route.path, {}).get("post")
        if operation is None or asked_in(route) is None:
            continue
        operation.setdefault("parameters", []).append(_PARAMETER)
        for status, response in operation["responses"].items():
            if str(status).startswith("2"):
                response.setdefault("headers", {})["Idempotent-Replayed"] = _REPLAYED
        add_refusals(operation["responses"], refused)
