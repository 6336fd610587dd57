"""Which pages of other origins may call us from a browser: those on the list (CORS).

Starlette's own middleware tells every origin that credentials are welcome and refuses in plain text; ours says nothing
to an origin that is not listed, and refuses with a problem document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.api.problems import answer, problem_of
from epicrisis.errors import Forbidden, InvalidSettings

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
SENT = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Contract, X-Request-Id"
# A page reads no header of an answer but the plainest, unless it is named here.
READ = (
    "X-Request-Id, Server-Timing, Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Reset, X-Process-Time-Ms"
)
REMEMBERED_SECONDS = 600

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]{0,30}://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?")
_DEFAULT_PORT = re.compile(r"http://.*:80|https://.*:443")


class Origins:
    """ASGI middleware: pages of the ``listed`` origins may read our answers, with credentials; others may not."""

    def __init__(self, app: ASGIApp, *, listed: Sequence[str]) -> None:
        self.app = app
        self.listed = frozenset(listed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks beforehand, and say of every other answer who may read it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        dressed = self._dressed(origin if origin in self.listed else None, send)
        if origin is None or scope["method"] != "OPTIONS" or "access-control-request-method" not in headers:
            await self.app(scope, receive, dressed)
        elif origin in self.listed:
            await _WELCOME(scope, receive, dressed)
        else:
            refusal = Forbidden("This origin is not on the list of EPICRISIS_CORS_ORIGINS.")
            await answer(problem_of(refusal), scope)(scope, receive, dressed)

    def _dressed(self, listed: str | None, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if listed is not None:
                    headers["Access-Control-Allow-Origin"] = listed
                    headers["Access-Control-Allow-Credentials"] = "true"
                    headers["Access-Control-Expose-Headers"] = READ
            await send(message)

        return dressed


_WELCOME = Response(
    status_code=204,
    headers={
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": SENT,
        "Access-Control-Max-Age": str(REMEMBERED_SECONDS),
        "Vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
    },
)


def origins(written: Sequence[str]) -> tuple[str, ...]:
    """Return the origins of the setting ``cors_origins``, as a browser would send them.

    Raises:
        InvalidSettings: one of them is everybody, or no origin.
    """
    for number, each in enumerate(written, 1):
        if each == "*":
            raise InvalidSettings(
                f"EPICRISIS_CORS_ORIGINS: entry {number} lets every page on the web read answers; name your origins."
            )
        if not _ORIGIN.fullmatch(each) or _DEFAULT_PORT.fullmatch(each):
            raise InvalidSettings(
                f"EPICRISIS_CORS_ORIGINS: entry {number} is no origin as browsers send it, such as "
                "https://app.example.org: lower case, no path, no default port."
            )
    return tuple(written)
