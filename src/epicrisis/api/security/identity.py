"""What the settings say about identity providers and tokens of our own, turned into what the server asks.

The modules behind this one want the extra ``server``, so they are read where a setting asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from epicrisis.errors import InvalidSettings, MissingDependency
from epicrisis.services.access import Authenticates
from epicrisis.services.tally import Tally
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.api.security.cds_clients import CdsClients
    from epicrisis.api.security.oauth import Authority, Keys
    from epicrisis.api.security.tokens import Tokens

# RFC 7518, section 3.2: a key for HS256 is as long as its hash.
SHORTEST_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to others, whose tokens are taken, and who gives tokens, where the settings ask for either."""

    url: str
    issuers: tuple[str, ...] = ()
    tokens: Tokens | None = None
    authority: Authority | None = None
    cds_clients: CdsClients | None = None

    @property
    def authenticators(self) -> Sequence[Authenticates]:
        """Whoever knows tokens, for the gate."""
        return tuple(each for each in (self.cds_clients, self.tokens) if each is not None)


def identity_of(settings: Settings, *, keys: Keys, tally: Tally, hooks: Sequence[str] = ()) -> Identity:
    """Return what ``settings`` ask for; ``hooks`` are the paths that CDS clients may call.

    Raises:
        InvalidSettings: a secret is too short, an algorithm is not taken, or a key file cannot be used.
        MissingDependency: tokens are asked for, and what reads them is not installed.
    """
    url, secret = public_url(settings), settings.jwt_secret_key.get_secret_value().encode()
    if not settings.issuers and not secret and not settings.cds_clients:
        return Identity(url)
    try:
        from epicrisis.api.security import cds_clients, clients, oauth, signatures, tokens
    except ImportError as error:
        raise MissingDependency("Tokens need joserfc; pip install 'epicrisis[server]'.") from error
    ehrs = None
    if settings.cds_clients:
        addresses = {f"{url}{path}": path for path in hooks}
        ehrs = cds_clients.CdsClients(settings.cds_clients, addresses=addresses, tally=tally)
        both = {each.issuer for each in settings.issuers} & {each.issuer for each in settings.cds_clients}
        if both:
            raise InvalidSettings("EPICRISIS_CDS_CLIENTS and EPICRISIS_ISSUERS name one issuer; give it one entry.")
    if not settings.issuers and not secret:
        return Identity(url, cds_clients=ehrs)
    trusted, authority = tokens.identity_providers(settings.issuers), None
    if secret:
        if len(secret) < SHORTEST_SECRET_BYTES:
            raise InvalidSettings(
                f"EPICRISIS_JWT_SECRET_KEY has {len(secret)} bytes and needs {SHORTEST_SECRET_BYTES}; "
                "make one with `openssl rand -base64 48`."
            )
        try:
            key = signatures.secret_key(secret)
        except ValueError:
            raise InvalidSettings(
                "EPICRISIS_JWT_SECRET_KEY is a public key or a certificate, which is no secret; "
                "make one with `openssl rand -base64 48`."
            ) from None
        if any(each.expected.issuer == url for each in trusted):
            raise InvalidSettings("EPICRISIS_ISSUERS names this server; its own tokens are taken without that.")
        folder = clients.Clients(settings.data)
        authority = oauth.Authority(url=url, key=key, keys=keys, clients=folder, tally=tally)
        trusted.append(tokens.own_tokens(url, key, authority.holder))
    return Identity(url, tuple(each.expected.issuer for each in trusted), tokens.Tokens(trusted), authority, ehrs)


def public_url(settings: Settings) -> str:
    """Return what clients call this server."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (settings.public_url or f"http://{host}:{settings.port}").rstrip("/")
