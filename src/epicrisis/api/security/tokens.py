"""Who sends a token (JWT), and what it allows: tokens of the configured identity providers, and our own.

A bearer token is meant to be sent again and again, so its ``jti`` is not remembered; that of a client assertion is
(``oauth.py``). A token that held is taken for two seconds without being read again: that costs a third of a millisecond
and more, and clients send the same token with every request.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from joserfc.jwk import Key

from epicrisis.api.security.signatures import (
    OWN_ALGORITHM,
    PUBLIC_ALGORITHMS,
    SKEW_SECONDS,
    Expected,
    Forged,
    check_claims,
    public_keys,
    take_apart,
    verify,
)
from epicrisis.api.security.watched import Watched
from epicrisis.errors import InvalidSettings, Unauthenticated
from epicrisis.services.access import Principal, Scope
from epicrisis.services.recent import Recent
from epicrisis.settings import Issuer
from epicrisis.telemetry.logs import get_logger

# An API key that was revoked takes its tokens along within five seconds (S4).
REMEMBERED_SECONDS = 2.0
REMEMBERED_TOKENS = 4_096
LONGEST_NAME = 200

# Why a token cannot be one of a configured issuer; to be let in with it or without it is not for us to say.
_SOMEBODY_ELSES = frozenset({"malformed", "oversized", "issuer"})

log = get_logger()


@dataclass(frozen=True, slots=True)
class Trusted:
    """An issuer whose tokens are taken: what they say, and who may have signed them."""

    expected: Expected
    algorithms: tuple[str, ...]
    keys: Callable[[], Sequence[Key]]
    holder: Callable[[Mapping[str, Any]], Awaitable[Principal]]


@dataclass(frozen=True, slots=True)
class _Held:
    principal: Principal
    until: float


class Tokens:
    """Knows whoever sends a token of a trusted issuer; it fits ``Authenticates``."""

    def __init__(self, trusted: Sequence[Trusted], *, now: Callable[[], float] = time.time) -> None:
        self._trusted = {each.expected.issuer: each for each in trusted}
        self._now = now
        self._recent: Recent[_Held] = Recent(seconds=REMEMBERED_SECONDS, most=REMEMBERED_TOKENS, clock=now)

    async def __call__(self, credential: str) -> Principal | None:
        """Return who holds the token ``credential``, or ``None`` where it is none, or of an issuer nobody configured.

        Raises:
            Unauthenticated: the token does not hold; the log says why, the answer does not.
            StorageError: what it was given for cannot be looked up, so it lets nobody in.
        """
        if "." not in credential:
            return None
        now, mark = self._now(), sha256(credential.encode("utf-8", "replace")).digest()
        recent = self._recent.get(mark)
        if recent is not None and now < recent.until:
            return recent.principal
        try:
            return (await self._recent.renew(mark, self._read(credential, now))).principal
        except Forged as forged:
            log.info("token refused", code=forged.reason)
            if forged.reason in _SOMEBODY_ELSES:
                return None
            told = "This token does not hold here, or no longer; ask its issuer for a new one."
            raise Unauthenticated(told) from None

    async def _read(self, token: str, now: float) -> _Held:
        unverified = take_apart(token)
        issuer = unverified.claims.get("iss")
        trusted = self._trusted.get(issuer) if isinstance(issuer, str) else None
        if trusted is None:
            raise Forged("issuer")
        claims = verify(unverified, trusted.keys(), algorithms=trusted.algorithms)
        check_claims(claims, trusted.expected, now=now)
        return _Held(await trusted.holder(claims), claims["exp"] + SKEW_SECONDS)


def identity_providers(issuers: Sequence[Issuer]) -> list[Trusted]:
    """Return the issuers of the settings, each with its keys.

    Raises:
        InvalidSettings: an algorithm is none that a public key verifies, or a key file cannot be used.
    """
    names = [each.issuer for each in issuers]
    for issuer in issuers:
        if names.count(issuer.issuer) > 1:
            raise InvalidSettings("EPICRISIS_ISSUERS names an issuer twice; give each one entry.")
        if not PUBLIC_ALGORITHMS.issuperset(issuer.algorithms):
            raise InvalidSettings(
                f"EPICRISIS_ISSUERS: the algorithms of an issuer are some of {', '.join(sorted(PUBLIC_ALGORITHMS))}."
            )
    return [_provider(issuer) for issuer in issuers]


def own_tokens(url: str, key: Key, holder: Callable[[Mapping[str, Any]], Awaitable[Principal]]) -> Trusted:
    """Return this server as an issuer that it trusts."""
    return Trusted(Expected(issuer=url, audience=url), (OWN_ALGORITHM,), lambda: (key,), holder)


def scopes_of(claims: Mapping[str, Any]) -> frozenset[Scope]:
    """Return the scopes in the claim ``scope`` (RFC 8693) or ``scp``; what we do not know is somebody else's."""
    said = claims.get("scope", claims.get("scp", ""))
    words = said.split(" ") if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(scope for scope in Scope if scope in words)


def _provider(issuer: Issuer) -> Trusted:
    keys = Watched(issuer.jwks_file, public_keys)

    async def holder(claims: Mapping[str, Any]) -> Principal:
        return Principal(f"{_subject(claims)} of {issuer.issuer}", scopes_of(claims), tenant=issuer.tenant)

    return Trusted(Expected(issuer.issuer, issuer.audience), issuer.algorithms, keys.value, holder)


def _subject(claims: Mapping[str, Any]) -> str:
    """Return the name of whoever was given the token: a user, or the program where no user is behind it."""
    for name in ("sub", "client_id", "azp"):
        said = claims.get(name)
        if said is not None:
            if isinstance(said, str) and 0 < len(said) <= LONGEST_NAME and said.isprintable():
                return said
            break
    raise Forged("subject")
