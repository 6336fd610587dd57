"""Gives tokens to programs: the client-credentials grant of OAuth 2.0 (RFC 6749, section 4.4).

A program says who it is with an API key as its secret, or with an assertion it has signed (RFC 7523, as SMART Backend
Services asks for it). What it gets is a token for this server that holds for minutes.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Protocol

from joserfc.jwk import Key

from epicrisis.api.security.clients import Clients
from epicrisis.api.security.grants import ASSERTION_ALGORITHMS, Issued, Refusal, credentials_of, scopes_asked
from epicrisis.api.security.signatures import SKEW_SECONDS, Expected, Forged, check_claims, sign, take_apart, verify
from epicrisis.api.security.tokens import scopes_of
from epicrisis.errors import Unauthenticated
from epicrisis.services.access import Principal, Scope
from epicrisis.services.tally import Tally
from epicrisis.telemetry.logs import get_logger

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# SMART App Launch 2.2, backend services: five minutes for the assertion, five for the token.
LONGEST_ASSERTION_SECONDS = 300
ASSERTION_TOKEN_SECONDS = 300
KEY_TOKEN_SECONDS = 900

log = get_logger()


class Keys(Protocol):
    """The API keys, as far as tokens have to do with them."""

    async def __call__(self, credential: str) -> Principal | None:
        """Return who holds the key; raises ``Unauthenticated`` where it does not work."""
        ...

    async def holder(self, key_id: str) -> Principal | None:
        """Return the principal of the key of that id while it works."""
        ...


class Authority:
    """Gives tokens in the name of ``url``, and knows whom it gave them to."""

    def __init__(
        self,
        *,
        url: str,
        key: Key,
        keys: Keys,
        clients: Clients,
        tally: Tally,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.url = url
        self._key = key
        self._keys = keys
        self._clients = clients
        self._tally = tally
        self._now = now

    @property
    def token_url(self) -> str:
        """The address that tokens are asked for at, which an assertion must name as its audience."""
        return f"{self.url}/oauth/token"

    async def grant(self, form: Mapping[str, str], authorization: str | None) -> Issued:
        """Return the token that ``form`` asks for, beside the header ``Authorization``; raises ``Refusal``."""
        if "grant_type" not in form:
            raise Refusal("invalid_request", f"Send grant_type={GRANT}.")
        if form["grant_type"] != GRANT:
            raise Refusal("unsupported_grant_type", f"The only grant_type is {GRANT}.")
        if "client_assertion" in form or "client_assertion_type" in form:
            name, held = await self._asserted(form, authorization)
            return self._issue({"sub": name}, scopes_asked(form, held), ASSERTION_TOKEN_SECONDS)
        principal = await self._by_secret(*credentials_of(form, authorization))
        who = {"sub": principal.key_id, "key_id": principal.key_id}
        return self._issue(who, scopes_asked(form, principal.scopes), KEY_TOKEN_SECONDS)

    async def holder(self, claims: Mapping[str, Any]) -> Principal:
        """Return whom a token of ours was given to; raises ``Forged`` once that one is gone.

        Scopes that were taken from a key or a client since are gone from its tokens too.
        """
        key_id, name, scopes = claims.get("key_id"), str(claims.get("sub")), scopes_of(claims)
        if key_id is not None:
            principal = await self._keys.holder(str(key_id))
            if principal is None:
                raise Forged("client")
            return replace(principal, scopes=scopes & principal.scopes)
        client = self._clients.find(name)
        if client is None:
            raise Forged("client")
        return Principal(f"{name} of {self.url}", scopes & client.scopes, tenant=client.tenant)

    async def _by_secret(self, name: str, secret: str) -> Principal:
        try:
            principal = await self._keys(secret)
        except Unauthenticated as error:
            raise Refusal("invalid_client", str(error)) from None
        if principal is None or principal.key_id != name:
            raise Refusal("invalid_client", "client_secret is no API key, or client_id is not the id in it.")
        return principal

    async def _asserted(self, form: Mapping[str, str], authorization: str | None) -> tuple[str, frozenset[Scope]]:
        """Return the client whose key has signed the assertion, and what it may ask for."""
        if authorization is not None or "client_secret" in form:
            raise Refusal("invalid_request", "Say who asks in one way, not in two.")
        if form.get("client_assertion_type") != ASSERTION:
            raise Refusal("invalid_request", f"The only client_assertion_type is {ASSERTION}.")
        try:
            return await self._signer(form.get("client_assertion", ""), form.get("client_id"))
        except Forged as forged:
            log.info("assertion refused", code=forged.reason)
            raise Refusal("invalid_client", f"The assertion does not hold ({forged.reason}).") from None

    async def _signer(self, assertion: str, named: str | None) -> tuple[str, frozenset[Scope]]:
        unverified = take_apart(assertion)
        name = unverified.claims.get("sub")
        client = self._clients.find(name) if isinstance(name, str) and named in {None, name} else None
        if client is None:
            raise Forged("client")
        if "kid" not in unverified.header:
            raise Forged("key")
        now, claims = self._now(), verify(unverified, client.keys, algorithms=ASSERTION_ALGORITHMS)
        check_claims(claims, Expected(str(name), self.token_url, required=("exp", "iat", "jti")), now=now)
        if claims["exp"] > now + LONGEST_ASSERTION_SECONDS + SKEW_SECONDS:
            raise Forged("lifetime")
        # Hashed, for a client may name its assertions at any length.
        once = sha256(f"{name} {claims['jti']}".encode("utf-8", "replace")).hexdigest()
        if not await self._tally.first(once, seconds=int(claims["exp"] - now) + 2 * SKEW_SECONDS):
            raise Forged("replayed")
        return str(name), client.scopes

    def _issue(self, who: Mapping[str, Any], scopes: frozenset[Scope], seconds: int) -> Issued:
        now = int(self._now())
        claims = {
            **who,
            "iss": self.url,
            "aud": self.url,
            "client_id": who["sub"],
            "scope": " ".join(sorted(scopes)),
            "iat": now,
            "exp": now + seconds,
            "jti": secrets.token_urlsafe(16),
        }
        return Issued(sign(claims, self._key), seconds, scopes)
