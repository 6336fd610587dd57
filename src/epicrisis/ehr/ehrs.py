"""What is known of an EHR before anybody asks it; `assembly` makes it of the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from epicrisis.ehr.addresses import Base, Network


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken of an EHR for one patient."""

    answer_bytes: int = 20_000_000
    """The longest answer, as it is after unpacking."""
    all_bytes: int = 100_000_000
    """All answers together."""
    resources: int = 50_000
    attachments: int = 200
    page_size: int = 200
    at_once: int = 4
    """Requests under way for one patient."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Who we are at a server that gives tokens by SMART Backend Services (HL7 SMART App Launch 2.2).

    Without ``token_url`` the EHR is asked where that is. ``secret`` returns the private key, as PEM or JWK, whenever a
    token is asked for: a key that is exchanged counts at once.
    """

    client_id: str
    secret: Callable[[], bytes] = field(repr=False)
    algorithm: str = "RS384"
    key_id: str = ""
    scopes: tuple[str, ...] = ("system/*.rs",)
    token_url: str = ""


@dataclass(frozen=True, slots=True)
class Ehr:
    """One EHR: where it is, what we say of ourselves there, and how much we take of it."""

    alias: str
    base: Base
    networks: tuple[Network, ...] = ()
    """Addresses that are not public, and may be asked all the same."""
    bearer: str = field(default="", repr=False)
    backend: Backend | None = None
    key_header: str = "X-API-Key"
    """The header in which a caller's own ``key`` is handed on."""
    ca_file: Path | None = None
    limits: Limits = Limits()
