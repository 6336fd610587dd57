"""Who asks, and what they may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Scope(StrEnum):
    """What a key or a token allows; none implies another."""

    READ = "read"
    FEEDBACK = "feedback"
    METRICS = "metrics"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: a name for people, the scopes held, and the id of the API key behind it where there is one."""

    name: str
    scopes: frozenset[Scope]
    key_id: str | None = None


# Where nobody has to say who they are, everybody may do everything: a server on loopback, for one.
ANYONE = Principal("anyone", frozenset(Scope))

# Whoever said nothing where somebody has to: good for the open routes alone.
NOBODY = Principal("nobody", frozenset())


class Authenticates(Protocol):
    """Tells whose credential it is."""

    async def __call__(self, credential: str) -> Principal | None:
        """Return who holds ``credential``, or ``None`` where it is not of the kind this one knows.

        Raises:
            Unauthenticated: it is of that kind and does not hold (any more); the message may say why.
        """
        ...
