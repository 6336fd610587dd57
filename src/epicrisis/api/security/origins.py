"""Which pages of other origins may call us from a browser: those on the list (CORS).

Starlette's own middleware tells every origin that credentials are welcome and refuses in plain text; ours says nothing
to an origin that is not listed, and refuses with a problem document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from epicrisis.api.problems import answer, problem_of
from epicrisis.errors import Forbidden, InvalidSettings

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
SENT = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Contract, X-Patient, X-Request-Id"
# A page reads no header of an answer but the plainest, unless it is named here.
READ = (
    "Idempotent-Replayed, X-Request-Id, Server-Timing, Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset, X-Process-Time-Ms, X-Redactions, X-Policy, X-Engine, "
    "X-Disclaimer, X-Warnings"
)
REMEMBERED_SECONDS = 600

_WITH_CREDENTIALS = (
    (b"access-control-allow-credentials", b"true"),
    (b"access-control-expose-headers", READ.encode()),
)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]{0,30}://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?")
_DEFAULT_PORT = re.compile(r"http://.*:80|https://.*:443")


class Preflights:
    """ASGI middleware: tells a browser that asks beforehand whether pages of its origin may ask, as ``listed`` says.

    What any other answer says of origins, the envelope adds by ``tell_origins``: no answer leaves without it, and least
    of all the one that says what went wrong.
    """

    def __init__(self, app: ASGIApp, *, listed: Set[bytes]) -> None:
        self.app = app
        self.listed = listed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks beforehand, and pass every other request on."""
        origin = _origin(scope) if scope["type"] == "http" and scope["method"] == "OPTIONS" else None
        if origin is None or not any(name == b"access-control-request-method" for name, _ in scope["headers"]):
            await self.app(scope, receive, send)
        elif origin in self.listed:
            await _WELCOME(scope, receive, send)
        else:
            refusal = Forbidden("This origin is not on the list of EPICRISIS_CORS_ORIGINS.")
            await answer(problem_of(refusal), scope)(scope, receive, send)


def tell_origins(headers: list[tuple[bytes, bytes]], scope: Scope) -> None:
    """Add to the ``headers`` of an answer to ``scope`` whose pages may read it: those ``app.state.origins`` lists."""
    listed: Set[bytes] = getattr(scope["app"].state, "origins", frozenset())
    if not listed:
        return
    MutableHeaders(raw=headers).add_vary_header("Origin")
    origin = _origin(scope)
    if origin is not None and origin in listed:
        headers += [(b"access-control-allow-origin", origin), *_WITH_CREDENTIALS]


_WELCOME = Response(
    status_code=204,
    headers={
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": SENT,
        "Access-Control-Max-Age": str(REMEMBERED_SECONDS),
        "Vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
    },
)


def _origin(scope: Scope) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == b"origin"), None)


def origins(written: Sequence[str]) -> frozenset[bytes]:
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
    return frozenset(each.encode() for each in written)
