"""The gate in front of every route: who asks, whether they may, and whether it is too often.

In this order, before a byte of the body is read: a key in the address is refused (400), a credential of ours that does
not hold is refused wherever it is sent (401), a route that takes a scope is refused to whoever said nothing we know
(401) or lacks it (403), and whoever asked too often waits (429).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2s
from typing import Protocol
from urllib.parse import parse_qsl

from starlette._utils import get_route_path
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.api.problems import KEY_IN_ADDRESS, Problem, answer, problem_of
from epicrisis.api.security.scopes import OPEN, Declared, Open, RouteTable, Row
from epicrisis.errors import EpicrisisError, Forbidden, RateLimited, Unauthenticated
from epicrisis.services import access
from epicrisis.services.access import ANYONE, NOBODY, Authenticates, Principal

# What a key in the address is commonly called; addresses end up in logs, histories and referrers.
KEYS_IN_ADDRESSES = frozenset({"key", "api_key", "apikey", "api-key", "access_token"})

CHALLENGE = 'Bearer realm="epicrisis"'
_INVALID = f'{CHALLENGE}, error="invalid_token"'

# No limit stands between a probe and its answer, nor in the way of whoever watches: least of all on a busy day.
UNCOUNTED = frozenset({OPEN, access.Scope.METRICS})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more request is allowed, and the headers that say where the client stands.

    One that is not allowed carries ``Retry-After``.
    """

    allowed: bool
    headers: Mapping[str, str]


class Limits(Protocol):
    """Counts the requests of each client."""

    async def spend(self, principal: Principal, client: str) -> Verdict:
        """Count a request of ``principal``, or of the address ``client`` where nobody said who they are."""
        ...


class Gate:
    """ASGI middleware, the innermost of ours: nothing behind it has to ask who is there."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        authenticators: Sequence[Authenticates] = (),
        required: bool = False,
        anyone: Principal = ANYONE,
        limits: Limits | None = None,
    ) -> None:
        self.app = app
        self.authenticators = authenticators
        self.required = required
        self.anyone = anyone
        self.limits = limits
        self._table: RouteTable | None = None
        self._pseudonym = pseudonyms()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its ``principal``, or answer why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            # No route of ours is a WebSocket; one that comes to be has to learn to ask first.
            await send({"type": "websocket.close", "code": 1008})
            return
        row = self._row(scope)
        if row is not None:
            # The router says so too; where it is not reached, the log and the metrics still want to know.
            scope["route"] = row.route
        try:
            headers = await self._admit(scope, _declared(row))
        except _Refusal as refusal:
            await answer(refusal.problem, scope, refusal.headers)(scope, receive, send)
            return
        await self.app(scope, receive, _dressed(send, headers) if headers else send)

    def _row(self, scope: Scope) -> Row | None:
        if self._table is None:
            self._table = RouteTable(scope["app"].routes)
        return self._table.find(get_route_path(scope), scope["method"])

    async def _admit(self, scope: Scope, declared: Declared | None) -> Mapping[str, str]:
        """Note the ``principal`` in the state of the request, and return the headers that say how much it has left."""
        state = scope["state"]
        address = scope["client"][0] if scope.get("client") else ""
        state["client"] = self._pseudonym(address)
        try:
            if scope["query_string"] and _holds_a_key(scope["query_string"]):
                raise _Refusal(KEY_IN_ADDRESS)
            state["principal"] = principal = await self._principal(scope, declared)
        except _Refusal as refusal:
            refusal.headers |= await self._spend(NOBODY, address)
            raise
        if principal.key_id is not None:
            state["client"] = principal.key_id
        return {} if declared in UNCOUNTED else await self._spend(principal, address)

    async def _principal(self, scope: Scope, declared: Declared | None) -> Principal:
        """Return who asks, who must hold what the route takes."""
        if isinstance(declared, Open):
            return NOBODY
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        principal = await self._holder(sent)
        if principal is None:
            if self.required:
                raise _stranger(sent)
            if declared is not None and declared not in self.anyone.scopes:
                told = f"This takes an API key or a token that holds the scope {declared.value}."
                raise _Refusal(problem_of(Unauthenticated(told)), CHALLENGE)
            # Also with a header meant for others: a platform or a proxy in front asks for one, and passes it on.
            return self.anyone
        if principal.only_at and get_route_path(scope) not in principal.only_at:
            told = "This token is meant for another address; sign one with the address that is called as `aud`."
            raise _Refusal(problem_of(Unauthenticated(told)), _INVALID)
        if declared is not None and declared not in principal.scopes:
            told = f"This takes the scope {declared.value}, which this key or token does not hold."
            raise _Refusal(problem_of(Forbidden(told)), f'{CHALLENGE}, error="insufficient_scope", scope="{declared}"')
        return principal

    async def _holder(self, sent: Sequence[bytes]) -> Principal | None:
        """Return whose credential was sent, or ``None`` where it is of no kind we know."""
        try:
            credential = _credential(sent)
            for authenticate in self.authenticators if credential else ():
                principal = await authenticate(credential)
                if principal is not None:
                    return principal
            return None
        except EpicrisisError as error:
            raise _Refusal(problem_of(error), _INVALID if isinstance(error, Unauthenticated) else "") from None

    async def _spend(self, principal: Principal, address: str) -> Mapping[str, str]:
        if self.limits is None:
            return {}
        verdict = await self.limits.spend(principal, address)
        if verdict.allowed:
            return verdict.headers
        problem = replace(problem_of(RateLimited()), retry_after=int(verdict.headers["Retry-After"]))
        raise _Refusal(problem, more=verdict.headers)


class _Refusal(Exception):
    """What the gate answers in place of the route."""

    def __init__(self, problem: Problem, challenge: str = "", more: Mapping[str, str] | None = None) -> None:
        self.problem = problem
        self.headers = {**({"WWW-Authenticate": challenge} if challenge else {}), **(more or {})}


def pseudonyms() -> Callable[[str], str]:
    """Return what names an address in logs and metrics: the same as long as this process lives, and of no use after."""
    key = secrets.token_bytes(32)

    @lru_cache(maxsize=4096)
    def pseudonym(address: str) -> str:
        return blake2s(address.encode(), key=key, digest_size=6).hexdigest()

    return pseudonym


def _declared(row: Row | None) -> Declared | None:
    """Return what the route takes; ``None`` for a path nobody answers, which takes somebody we know and no more."""
    # What nobody has declared is for nobody but whoever runs this.
    return None if row is None else row.declared or access.Scope.ADMIN


def _credential(sent: Sequence[bytes]) -> str:
    """Return what the header ``Authorization: Bearer`` shows; nothing where there is none, or one of another kind."""
    if len(sent) > 1:
        # Of two, whoever stands in front may have looked at the other one.
        raise Unauthenticated(_ONE_HEADER)
    scheme, _, credential = sent[0].decode("latin-1").partition(" ") if sent else ("", "", "")
    return credential.strip() if scheme.lower() == "bearer" else ""


def _stranger(sent: Sequence[bytes]) -> _Refusal:
    if not sent:
        return _Refusal(problem_of(Unauthenticated()), CHALLENGE)
    not_known = "This key or token is not known here; see that all of it was sent."
    return _Refusal(problem_of(Unauthenticated(not_known if _credential(sent) else _ONE_HEADER)), _INVALID)


_ONE_HEADER = "Send one header `Authorization: Bearer` with an API key or a token, and no other kind."


def _holds_a_key(query: bytes) -> bool:
    return any(name.lower() in KEYS_IN_ADDRESSES for name, _ in parse_qsl(query.decode("latin-1"), True))


def _dressed(send: Send, headers: Mapping[str, str]) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return dressed
