"""Every route says which scope it takes; the table of them all is what the gate goes by.

A route says so beside its function, and a mounted application beside its instance:

    @router.get("/v1/engines")
    @scoped(Scope.READ)
    async def engines() -> EnginesAnswer: ...

    app.mount("/static", scoped(OPEN)(Assets(directory=HERE)))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from epicrisis.services.access import Scope

_MARK = "__epicrisis_scope__"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Open(Enum):
    """Routes that take no scope: they hold no data, or are where a credential is asked for."""

    UNCOUNTED = "open"
    COUNTED = "open, but counted"


# Probes, the page and its files: nobody is asked, and no rate limit stands between a probe and its answer.
OPEN = Open.UNCOUNTED
# Where credentials are exchanged: nobody is asked yet, but trying has its price.
OPEN_COUNTED = Open.COUNTED

Declared: TypeAlias = Scope | Open


def scoped(declared: Declared) -> Callable[[Endpoint], Endpoint]:
    """Return what declares that an endpoint, or a mounted application, takes ``declared``."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, declared)
        return endpoint

    return mark


def declared_scope(route: BaseRoute | RouteContext) -> Declared | None:
    """Return what ``route`` takes, or ``None`` where nobody has said."""
    endpoint = getattr(route, "endpoint", None) or getattr(route, "app", None)
    declared: Declared | None = getattr(endpoint, _MARK, None)
    return declared


def every_route(routes: Sequence[BaseRoute]) -> Iterator[RouteContext]:
    """Return every route below ``routes``, those of included routers with their whole path."""
    return iter_route_contexts(routes)


@dataclass(frozen=True, slots=True)
class Row:
    """One route of the table: what it takes, which methods it answers (none listed: all), and what finds it."""

    path: str
    declared: Declared | None
    methods: frozenset[str]
    pattern: re.Pattern[str]
    route: BaseRoute


class RouteTable:
    """What each path and method takes, found as the router finds the route: the first that fits, in their order."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self.rows = [_row(route) for route in every_route(routes)]
        # Paths without parameters, looked up once.
        self._known = {
            (row.path, method): self._search(row.path, method)
            for row in self.rows
            for method in row.methods
            if "{" not in row.path
        }

    def find(self, path: str, method: str) -> Row | None:
        """Return the route that answers ``method`` on ``path``, or would say which methods it does answer."""
        return self._known.get((path, method)) or self._search(path, method)

    def _search(self, path: str, method: str) -> Row | None:
        # The router's own expressions, because a path that means one thing here and another there is a way past us:
        # their "$" also takes a line break after the path, for one.
        fits = [row for row in self.rows if row.pattern.match(path)]
        answers = (row for row in fits if not row.methods or method in row.methods)
        return next(answers, fits[0] if fits else None)


def _row(route: RouteContext) -> Row:
    methods = frozenset(getattr(route, "methods", None) or ())
    return Row(str(route.path), declared_scope(route), methods, route.path_regex, route.original_route)
