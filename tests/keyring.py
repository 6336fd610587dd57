"""Apps that ask who is there, and keys to show them."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import anyio
from fastapi import FastAPI

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.services.access import Scope
from epicrisis.services.keys import IssuedKey, Keys
from epicrisis.storage.memory import MemoryKeys, MemorySecret
from tests.serving import RULES, rules_pipeline

Done = TypeVar("Done")


class Time:
    """Both clocks of ``Keys``, which go on when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2031, 2, 3, 4, 5, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def clock(self) -> float:
        return self.seconds

    def pass_by(self, **duration: float) -> None:
        self.seconds += timedelta(**duration).total_seconds()


def ring(time: Time | None = None) -> Keys:
    """Return a key ring in memory."""
    time = time or Time()
    return Keys(MemoryKeys(), MemorySecret(), now=time.now, clock=time.clock)


def guarded_app(keys: Keys, **settings: Any) -> FastAPI:
    """Return the app over the word lists that lets in whoever holds one of ``keys``."""
    return create_app(Services(rules_pipeline(), keys=keys), RULES.model_copy(update={"require_key": True, **settings}))


def issued(keys: Keys, *scopes: Scope, expires_in: timedelta | None = None) -> IssuedKey:
    """Return a new key that holds ``scopes``."""
    return done(keys.create("test", scopes=scopes, expires_in=expires_in))


def bearing(credential: str) -> dict[str, str]:
    """Return the header that shows ``credential``."""
    return {"Authorization": f"Bearer {credential}"}


def done(work: Awaitable[Done]) -> Done:
    """Return what ``work`` comes to."""

    async def wait() -> Done:
        return await work

    return anyio.run(wait)
