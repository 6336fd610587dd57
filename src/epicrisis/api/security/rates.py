"""How often a client may ask: one count a minute for each key, each token's owner, or each address.

A request counts once whatever it holds, so a batch of a hundred sentences is one request.
"""

from __future__ import annotations

import ipaddress
import time
from functools import lru_cache

from epicrisis.api.security.exposure import is_loopback
from epicrisis.api.security.gate import Verdict
from epicrisis.services.access import Anonymous, Principal
from epicrisis.services.tally import WINDOW_SECONDS, Allowance, Tally
from epicrisis.settings import Settings

DEFAULT_PER_MINUTE = 100

# Whoever is given IPv6 is given a network of this size, and could ask from each of its addresses once.
_HOME_PREFIX = 64


class RateLimits:
    """The limits of the gate: ``per_minute`` requests a minute for each client."""

    def __init__(self, tally: Tally, *, per_minute: int) -> None:
        self.tally = tally
        self.per_minute = per_minute
        self._policy = f'"default";q={per_minute};w={WINDOW_SECONDS}'

    async def spend(self, principal: Principal, client: str) -> Verdict:
        """Count a request of ``principal``, or of the address ``client`` where nobody said who they are."""
        allowance = await self.tally.spend(_counted_as(principal, client), limit=self.per_minute)
        return Verdict(allowance.granted, self._headers(allowance))

    def _headers(self, allowance: Allowance) -> dict[str, str]:
        """Return where a client stands, in the words of contract B and in those of the IETF.

        The latter as of draft-ietf-httpapi-ratelimit-headers-11, of May 2026.
        """
        headers = {
            "X-RateLimit-Limit": str(allowance.limit),
            "X-RateLimit-Remaining": str(allowance.remaining),
            "X-RateLimit-Reset": str(int(time.time()) + allowance.wait),
            "RateLimit-Policy": self._policy,
            "RateLimit": f'"default";r={allowance.remaining};t={allowance.wait}',
        }
        return headers if allowance.granted else {**headers, "Retry-After": str(allowance.wait)}


def limits_of(settings: Settings, tally: Tally) -> RateLimits | None:
    """Return the limits ``settings`` ask for; ``None``, which costs nothing, where they ask for none.

    Where nothing was chosen, a server that others reach, or that asks who is there, holds them to a hundred a minute.
    """
    reached = settings.asks_who or settings.allow_anonymous_network or not is_loopback(settings.host)
    chosen = settings.rate_limit_per_minute
    per_minute = chosen if chosen is not None else DEFAULT_PER_MINUTE if reached else 0
    return RateLimits(tally, per_minute=per_minute) if per_minute else None


def _counted_as(principal: Principal, client: str) -> str:
    if principal.key_id is not None:
        return f"key {principal.key_id}"
    if isinstance(principal, Anonymous):
        return _neighbourhood(client)
    return f"name {principal.name}"


@lru_cache(maxsize=4_096)
def _neighbourhood(client: str) -> str:
    """Return the address ``client``, or the network an IPv6 address comes from."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return "nowhere"
    # How a socket that listens to both kinds tells of IPv4; all of it would be one network of IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), _HOME_PREFIX), strict=False))
