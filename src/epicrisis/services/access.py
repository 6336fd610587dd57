"""Who asks, and what they may ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Scope(StrEnum):
    """What a key or a token allows; none implies another."""

    READ = "read"
    FEEDBACK = "feedback"
    METRICS = "metrics"
    AUDIT = "audit"
    REIDENTIFY = "reidentify"
    ADMIN = "admin"


# What a tenant may be called; the empty name is the installation itself.
TENANT = r"([a-z0-9][a-z0-9.-]{0,39})?"
_TENANT = re.compile(TENANT, re.ASCII)


def is_tenant(name: object) -> bool:
    """Return whether a tenant may be called ``name``."""
    return isinstance(name, str) and _TENANT.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: a name for people, the scopes held, the id of the API key behind it where there is one, the tenant.

    Who is of no tenant looks after the installation, and sees what its scopes allow of every tenant. A credential that
    is meant for some paths alone names them in ``only_at``.
    """

    name: str
    scopes: frozenset[Scope]
    key_id: str | None = None
    tenant: str = ""
    only_at: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Anonymous(Principal):
    """Whoever said nothing about themselves; they are told apart by where they ask from."""


# Where nobody has to say who they are, a server on loopback for one, everybody may have notes read. What tells who
# somebody is, and who asked, is for those we know.
ANYONE = Anonymous("anyone", frozenset({Scope.READ, Scope.FEEDBACK, Scope.METRICS}))

# Whoever said nothing where somebody has to: good for the open routes alone.
NOBODY = Anonymous("nobody", frozenset())


def told_apart(who: Principal, client: str) -> tuple[str, ...]:
    """Return what tells ``who`` from all others: tenant and key, or name, or ``client`` where they said nothing."""
    # The kinds of name apart: no key, name and address read like each other.
    named = ("from", client) if isinstance(who, Anonymous) else ("name", who.name)
    return who.tenant, *(("key", who.key_id) if who.key_id else named)


def anyone(also: Iterable[Scope]) -> Anonymous:
    """Return who asks where nobody has to say who they are, and the installation lets everybody do ``also``."""
    return Anonymous(ANYONE.name, ANYONE.scopes.union(also))


class Authenticates(Protocol):
    """Tells whose credential it is."""

    async def __call__(self, credential: str) -> Principal | None:
        """Return who holds ``credential``, or ``None`` where it is not of the kind this one knows.

        Raises:
            Unauthenticated: it is of that kind and does not hold (any more); the message may say why.
        """
        ...
