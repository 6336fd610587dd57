"""Whether a server may listen where it is told to: not to a network, where nobody has to say who they are."""

from __future__ import annotations

from ipaddress import ip_address

from epicrisis.errors import InvalidSettings
from epicrisis.settings import Settings


def is_loopback(host: str) -> bool:
    """Return whether only programs of this machine reach ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        # A name may mean anything tomorrow; this one may not (RFC 6761).
        return host == "localhost"


def refuse_exposure(settings: Settings, *, host: str | None = None) -> None:
    """Refuse to start where others could reach the server and nobody had to say who they are.

    ``host`` is the address listened on, that of the settings by default; empty where nobody knows.

    Raises:
        InvalidSettings: no key or token is asked for, and no setting says that this is meant; or everybody could read
            what is for a few.
    """
    listens = settings.host if host is None else host
    if settings.asks_who or is_loopback(listens):
        return
    if settings.anonymous_scopes:
        raise InvalidSettings(
            f"Others than this machine could reach {listens or 'the server'}, and everybody would hold the scopes of "
            "EPICRISIS_ANONYMOUS_SCOPES; leave it empty, and give a key to whoever needs them."
        )
    if settings.allow_anonymous_network:
        return
    raise InvalidSettings(
        f"Others than this machine could reach {listens or 'the server'}, and nobody would be asked who they are. "
        "Set EPICRISIS_REQUIRE_KEY=true and make a key with `epicrisis keys create`, "
        "or set EPICRISIS_ALLOW_ANONYMOUS_NETWORK=true if that is meant."
    )
