"""EHRs that call CDS Hooks: each signs a token for one request, which is good for one address, once.

As CDS Hooks 2.0 asks ("Trusting CDS Clients"): ``aud`` names the endpoint that is called, ``jti`` is a nonce, and the
key is one of the set the installation has of that issuer. A ``jku`` in the header names keys of the sender's choice,
and is not followed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from epicrisis.api.security.signatures import (
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
from epicrisis.services.tally import Tally
from epicrisis.settings import CdsClient
from epicrisis.telemetry.logs import get_logger

# CDS Hooks leaves it open; SMART, which the same keys are for, has five minutes.
LONGEST_SECONDS = 300
_SCOPES = frozenset({Scope.READ, Scope.FEEDBACK})
_REQUIRED = ("exp", "iat", "jti")

log = get_logger()


class CdsClients:
    """Knows the EHRs of the settings by the tokens they sign; it fits ``Authenticates``."""

    def __init__(
        self,
        clients: Sequence[CdsClient],
        *,
        addresses: Mapping[str, str],
        tally: Tally,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take tokens of ``clients`` for ``addresses``: what each endpoint is called, and its path here.

        Raises:
            InvalidSettings: an issuer stands there twice, an algorithm is none that a public key verifies, or a key
                file cannot be used.
        """
        names = [each.issuer for each in clients]
        if len(set(names)) < len(names):
            raise InvalidSettings("EPICRISIS_CDS_CLIENTS names an issuer twice; give each one entry.")
        if any(not PUBLIC_ALGORITHMS.issuperset(each.algorithms) for each in clients):
            known = ", ".join(sorted(PUBLIC_ALGORITHMS))
            raise InvalidSettings(f"EPICRISIS_CDS_CLIENTS: the algorithms of a client are some of {known}.")
        self._clients = {each.issuer: each for each in clients}
        self._keys = {each.issuer: Watched(each.jwks_file, public_keys) for each in clients}
        self._addresses = addresses
        self._tally = tally
        self._now = now

    async def __call__(self, credential: str) -> Principal | None:
        """Return the EHR that signed ``credential``, or ``None`` where it is of no EHR of the settings.

        Raises:
            Unauthenticated: it does not hold, or was sent before; the log says why, the answer does not.
        """
        if "." not in credential:
            return None
        try:
            unverified = take_apart(credential)
            client = self._clients.get(str(unverified.claims.get("iss")))
            if client is None:
                return None
            if "kid" not in unverified.header:
                raise Forged("key")
            keys = self._keys[client.issuer].value()
            return await self._admitted(client, verify(unverified, keys, algorithms=client.algorithms))
        except Forged as forged:
            log.info("cds token refused", code=forged.reason)
            if forged.reason in {"malformed", "oversized"}:
                return None
            raise Unauthenticated(
                "This token does not hold here: sign one for each request, with the address that is called as `aud`."
            ) from None

    async def _admitted(self, client: CdsClient, claims: Mapping[str, Any]) -> Principal:
        now = self._now()
        named = claims.get("aud")
        meant = [self._addresses[each] for each in _texts(named) if each in self._addresses]
        if not meant:
            raise Forged("audience")
        audience = named if isinstance(named, str) else next(each for each in _texts(named) if each in self._addresses)
        check_claims(claims, Expected(client.issuer, audience, required=_REQUIRED), now=now)
        if claims["exp"] > now + LONGEST_SECONDS + SKEW_SECONDS:
            raise Forged("lifetime")
        # Hashed, for a client may name its tokens at any length.
        once = sha256(f"cds {client.issuer} {claims['jti']}".encode("utf-8", "replace")).hexdigest()
        if not await self._tally.first(once, seconds=int(claims["exp"] - now) + 2 * SKEW_SECONDS):
            raise Forged("replayed")
        return Principal(client.issuer, _SCOPES, tenant=client.tenant, only_at=frozenset(meant))


def _texts(said: object) -> list[str]:
    every = said if isinstance(said, list) else [said]
    return [each for each in every if isinstance(each, str)]
