"""What the OpenAPI document says of access: the scope each route takes, and how it turns people away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from starlette.routing import BaseRoute

from epicrisis.api.problems import MEDIA_TYPE
from epicrisis.api.security.scopes import Open, declared_scope, every_route

SCHEME = "bearer"


def describe_access(schema: dict[str, Any], routes: Sequence[BaseRoute], refused: Mapping[int | str, Any]) -> None:
    """Add to ``schema`` how to say who asks, and to each operation what it takes and how else it is ``refused``."""
    schema["components"].setdefault("securitySchemes", {})[SCHEME] = {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`epicrisis keys create`), or a token of a configured issuer. Not asked for on "
        "loopback unless the installation says so, but for what tells who somebody is, or who asked.",
    }
    for route in every_route(routes):
        declared = declared_scope(route)
        for method in getattr(route, "methods", None) or ():
            operation = schema["paths"].get(route.path, {}).get(method.lower())
            if operation is None or declared is None:
                continue
            if isinstance(declared, Open):
                operation["security"] = []
                continue
            operation["security"] = [{SCHEME: [declared.value]}]
            operation["description"] = f"{operation.get('description', '')}\n\nTakes the scope `{declared}`.".strip()
            if any(MEDIA_TYPE in response.get("content", ()) for response in operation["responses"].values()):
                add_refusals(operation["responses"], refused)
            # A contract has its own words for a refusal, and documents them itself.


def add_refusals(responses: dict[str, Any], refused: Mapping[int | str, Any]) -> None:
    """Add to the ``responses`` of an operation those of ``refused``, beside what it says of the same status already."""
    for status, response in refused.items():
        known = responses.setdefault(str(status), deepcopy(response))
        known["content"][MEDIA_TYPE]["examples"] |= response["content"][MEDIA_TYPE]["examples"]
