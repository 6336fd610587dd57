"""Answers in Redis, for several servers to share: a help that is never waited for long, and never missed.

Importing cashews takes a good part of the time a server has to start, so this page is imported where Redis is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import TypeVar

from cashews import Cache
from cashews.exceptions import CacheError
from cashews.picklers import PicklerType

from epicrisis.errors import InvalidSettings, MissingDependency

T = TypeVar("T")

PREFIX = "epicrisis:answer:"

log = logging.getLogger(__name__)


class MemoryAnswers:
    """The twin in memory: shared by who holds it, kept as long as it lives."""

    def __init__(self) -> None:
        self._kept: dict[bytes, bytes] = {}

    @property
    def degraded(self) -> bool:
        """Never: there is nothing to be out of reach."""
        return False

    async def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """Return what is kept under each key, in order."""
        return [self._kept.get(key) for key in keys]

    async def put(self, answers: Mapping[bytes, bytes]) -> None:
        """Keep ``answers``."""
        self._kept |= answers

    async def close(self) -> None:
        """Let go of nothing: it all lives here."""


class RedisAnswers:
    """Keeps answers for ``seconds`` in the Redis at ``url``, through cashews.

    Each call has ``patience`` seconds. After ``failures`` of them in a row nothing is asked for ``rest`` seconds, so
    that a Redis that is down costs a request nothing, and one that hangs costs a few requests a twentieth of a second.
    """

    def __init__(
        self, url: str, *, seconds: float, patience: float = 0.05, failures: int = 5, rest: float = 10.0
    ) -> None:
        """Remember where Redis is; nothing is sent yet.

        Raises:
            MissingDependency: the client of Redis is not installed.
            InvalidSettings: ``url`` is no address of a Redis.
        """
        try:
            from redis.exceptions import RedisError
        except ImportError as error:
            raise MissingDependency(
                "Sharing answers through Redis needs its client; run: pip install 'epicrisis[server]', or leave "
                "EPICRISIS_REDIS_URL empty."
            ) from error
        if not url.startswith(("redis://", "rediss://")):
            raise InvalidSettings("EPICRISIS_REDIS_URL must begin with redis:// or rediss://.")
        self.seconds = seconds
        self.patience = patience
        self.failures = failures
        self.rest = rest
        self._url = url
        self._troubles = (CacheError, RedisError, OSError)
        self._failed = 0
        self._until = 0.0
        self._cache: Cache | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def degraded(self) -> bool:
        """Whether Redis failed so often lately that it is left alone for a while."""
        return monotonic() < self._until

    async def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """Return what is kept under each key, in order; nothing where Redis does not answer in time."""
        names = [PREFIX + key.hex() for key in keys]
        kept = await self._tried(lambda cache: cache.get_many(*names))
        if kept is None:
            return [None] * len(keys)
        return [value if isinstance(value, bytes) else None for value in kept]

    async def put(self, answers: Mapping[bytes, bytes]) -> None:
        """Keep ``answers``; none where Redis does not answer in time."""
        named = {PREFIX + key.hex(): answer for key, answer in answers.items()}
        await self._tried(lambda cache: cache.set_many(named, expire=self.seconds))

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        cache, self._cache = self._cache, None
        if cache is not None and self._loop is asyncio.get_running_loop():
            await cache.close()

    async def _tried(self, call: Callable[[Cache], Awaitable[T]]) -> T | None:
        if self.degraded:
            return None
        try:
            async with asyncio.timeout(self.patience):
                answer = await call(self._connected())
        except self._troubles as error:
            self._fail(error)
            return None
        self._failed = 0
        return answer

    def _connected(self) -> Cache:
        """Return the client of this event loop: connections cannot move to another."""
        loop = asyncio.get_running_loop()
        if self._cache is None or self._loop is not loop:
            self._cache, self._loop = Cache(name="epicrisis"), loop
            # Bytes in, bytes out: what comes from elsewhere is never unpickled (S16).
            self._cache.setup(self._url, suppress=False, pickle_type=PicklerType.NULL, socket_timeout=self.patience)
        return self._cache

    def _fail(self, error: Exception) -> None:
        self._failed += 1
        if self._failed >= self.failures:
            self._failed = 0
            self._until = monotonic() + self.rest
            # The message of the error names the address, which may hold a password.
            log.warning("shared answers out of reach", extra={"error": type(error).__name__, "seconds": self.rest})
