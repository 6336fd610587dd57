"""What we say of ourselves to an EHR: nothing, a token of the settings, or one that we ask for with a key of our own.

The last is SMART Backend Services (HL7 SMART App Launch 2.2, Backend Services; RFC 7523): a program signs that it is
itself, with a key whose public half the EHR knows, and gets a token for some minutes.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import anyio

from epicrisis.ehr.addresses import Base
from epicrisis.ehr.ehrs import Backend
from epicrisis.ehr.line import Line, Reply
from epicrisis.ehr.troubles import Refused, Trouble, Why
from epicrisis.errors import InvalidSettings, MissingDependency

if TYPE_CHECKING:
    from joserfc.jwk import Key

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DISCOVERY = ".well-known/smart-configuration"

# SMART: an assertion is of use for five minutes at most. Clocks differ by less than the rest.
_ASSERTION_SECONDS = 240
# A token that says nothing of how long it holds; and how long before its end it is not used any more.
_UNTOLD_SECONDS = 60.0
_EARLY_SECONDS = 30.0
_EARLY_SHARE = 0.2
_MOST_BYTES = 65_536


class Credentials(Protocol):
    """What a request says of who asks."""

    async def bearer(self, silence: float) -> str:
        """Return the token to send, empty for none; raises ``Trouble`` where there is none to be had."""
        ...

    def forget(self, bearer: str) -> bool:
        """Hear that ``bearer`` is not taken any more, and return whether there may be another."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A token that somebody wrote down, or none."""

    token: str = ""

    async def bearer(self, silence: float) -> str:
        """Return it."""
        return self.token

    def forget(self, bearer: str) -> bool:
        """Return that there is no other."""
        return False


class BackendTokens:
    """Asks for a token when there is none that holds, once for all who need it, and keeps it until shortly before."""

    def __init__(
        self,
        backend: Backend,
        base: Base,
        line_to: Callable[[Base], Line],
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._base = base
        self._line_to = line_to
        self._now = now
        self._clock = clock
        self._token, self._until = "", 0.0
        self._asking = anyio.Lock()

    async def bearer(self, silence: float) -> str:
        """Return the token that holds, or a new one.

        Raises:
            Trouble: the server does not give one.
            InvalidSettings: the private key cannot be used.
        """
        async with self._asking:
            if not self._token or self._clock() >= self._until:
                try:
                    self._token, seconds = await self._fetched(silence)
                except Refused:
                    raise
                except Trouble as trouble:
                    # To ask for a token is no question, so nobody asks a second time.
                    raise Trouble(trouble.why, counts=trouble.counts) from None
                self._until = self._clock() + seconds - min(_EARLY_SECONDS, _EARLY_SHARE * seconds)
            return self._token

    def forget(self, bearer: str) -> bool:
        """Use ``bearer`` no more; one that came since is kept."""
        if bearer == self._token:
            self._token = ""
        return True

    async def _fetched(self, silence: float) -> tuple[str, float]:
        url = self._backend.token_url or await self._discovered(silence)
        where = Base.of(url)
        form = {
            "grant_type": "client_credentials",
            "scope": " ".join(self._backend.scopes),
            "client_assertion_type": _ASSERTION,
            "client_assertion": assertion(self._backend, url, now=self._now()),
        }
        reply = await self._line_to(where).ask(
            "/" + url.partition("://")[2].partition("/")[2],
            {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
            method="POST",
            content=urlencode(form).encode(),
            most=_MOST_BYTES,
            silence=silence,
        )
        told = _told(reply)
        token, kind, seconds = told.get("access_token"), told.get("token_type"), told.get("expires_in")
        if not (isinstance(token, str) and is_sendable(token)) or str(kind).lower() != "bearer":
            raise Trouble(Why.UNREADABLE)
        return token, float(seconds) if isinstance(seconds, int | float) and seconds > 0 else _UNTOLD_SECONDS

    async def _discovered(self, silence: float) -> str:
        """Return where tokens are given, as the EHR says: on its own host, or a setting has to name the other."""
        reply = await self._line_to(self._base).ask(
            self._base.target(_DISCOVERY), {"Accept": "application/json"}, most=_MOST_BYTES, silence=silence
        )
        url = str(_told(reply).get("token_endpoint"))
        try:
            found = Base.of(url)
        except InvalidSettings:
            raise Trouble(Why.UNREADABLE) from None
        if found.origin != self._base.origin:
            raise Trouble(Why.ELSEWHERE)
        return url


def assertion(backend: Backend, audience: str, *, now: float) -> str:
    """Return the signed statement that we are ``backend.client_id``, good for one request to ``audience``.

    Raises:
        InvalidSettings: the private key cannot be used.
        MissingDependency: joserfc is not installed.
    """
    key, kid = _signing_key(backend)
    from joserfc import jwt

    claims = {
        "iss": backend.client_id,
        "sub": backend.client_id,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + _ASSERTION_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode({"alg": backend.algorithm, "typ": "JWT", "kid": kid}, claims, key, algorithms=[backend.algorithm])


def _signing_key(backend: Backend) -> tuple[Key, str]:
    """Return the private key of ``backend``, and the id under which the EHR knows its public half.

    Raises:
        InvalidSettings: it is none, or none for its algorithm.
        MissingDependency: joserfc is not installed.
    """
    try:
        from joserfc.errors import JoseError
        from joserfc.jwk import ECKey, RSAKey
    except ImportError as error:
        raise MissingDependency("SMART Backend Services takes joserfc; run: pip install 'epicrisis[server]'") from error
    kinds: dict[str, type[RSAKey] | type[ECKey]] = {"RS384": RSAKey, "ES384": ECKey}
    try:
        secret = backend.secret().strip()
        found = kinds[backend.algorithm].import_key(json.loads(secret) if secret[:1] == b"{" else secret)
    except (OSError, ValueError, LookupError, TypeError, JoseError) as error:
        raise InvalidSettings(
            f"The private key for an EHR cannot be read ({type(error).__name__}): it is PEM, or one JWK, for "
            f"{backend.algorithm}."
        ) from None
    if not found.is_private:
        raise InvalidSettings("The key for an EHR is a public one; name the file of the private key.")
    return found, backend.key_id or found.kid or found.thumbprint()


def is_sendable(token: str) -> bool:
    """Return whether a header can carry ``token``: visible ASCII, and no more of it than servers read."""
    return 0 < len(token) <= 8_192 and all("!" <= character <= "~" for character in token)


def _told(reply: Reply) -> dict[str, Any]:
    if reply.status in (400, 401, 403):
        raise Refused
    if reply.status != 200:
        raise Trouble(Why.FAILED, counts=reply.status >= 500)
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise Trouble(Why.UNREADABLE) from None
    if not isinstance(found, dict):
        raise Trouble(Why.UNREADABLE)
    return found
