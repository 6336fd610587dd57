"""Refuses what would only find the queue full, before it is parsed."""

from __future__ import annotations

from collections.abc import Set

from starlette.types import ASGIApp, Receive, Scope, Send

from epicrisis.api.problems import answer, problem_of
from epicrisis.errors import Overloaded
from epicrisis.services.core import Core

# `/predict` is not among them: sentences are asked about again, notes hardly ever, and a kept answer takes no place.
QUEUED = frozenset(
    {"/v1/annotations", "/v1/assertions", "/v1/entities", "/api/submit", "/{model}/api/submit"}
)  # fmt: skip


class Admission:
    """ASGI middleware, behind the gate: while the queue of ``core`` is full, ``queued`` routes are refused here.

    To route, parse and check a note costs several times as much as to refuse it, and in a busy hour most are refused:
    that time belongs to those who are answered.
    """

    def __init__(self, app: ASGIApp, *, core: Core, queued: Set[str] = QUEUED) -> None:
        self.app = app
        self.core = core
        self.queued = queued

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that there is no room."""
        if getattr(scope.get("route"), "path", None) in self.queued and scope["method"] == "POST":
            try:
                self.core.require_room()
            except Overloaded as error:
                await answer(problem_of(error), scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)
