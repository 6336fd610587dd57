from __future__ import annotations

from collections.abc import Iterator
from inspect import iscoroutinefunction

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from epicrisis.api.security.scopes import every_route
from tests.serving import app_with


def calls(dependant: Dependant) -> Iterator[object]:
    for needed in dependant.dependencies:
        yield needed.call
        yield from calls(needed)


def test_no_route_waits_for_a_thread_to_be_told_what_it_is_handed() -> None:
    routes = [route.original_route for route in every_route(app_with().routes)]
    needed = {call for route in routes if isinstance(route, APIRoute) for call in calls(route.dependant)}

    assert len(needed) >= 3
    assert {call for call in needed if not iscoroutinefunction(call)} == set()
