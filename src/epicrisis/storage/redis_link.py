"""The way to a Redis that several servers share: waited for briefly, and left alone for a moment when it is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from epicrisis.errors import InvalidSettings, MissingDependency, StorageError

if TYPE_CHECKING:
    from redis.asyncio import BlockingConnectionPool, Redis

CONNECTIONS = 8

T = TypeVar("T")

log = logging.getLogger(__name__)


class RedisLink:
    """Asks a Redis. One beside the server answers in less than a millisecond: what takes ``patience`` seconds failed.

    Then nothing is asked of it for ``rest`` seconds, and one request tries again; the log says when it is left
    and when it is back.
    """

    def __init__(self, url: str, *, patience: float = 0.25, rest: float = 5.0) -> None:
        """Take the Redis at ``url``; nothing is sent before the first request.

        Raises:
            MissingDependency: the client of Redis is not installed.
            InvalidSettings: this is not the address of a Redis.
        """
        self.patience = patience
        self.rest = rest
        self.pool = _pool(url, patience)
        # Imported by now.
        from redis.asyncio import Redis
        from redis.exceptions import RedisError

        self.client: Redis = Redis(connection_pool=self.pool)
        self._failures: tuple[type[Exception], ...] = (OSError, TimeoutError, RedisError)
        self._away = False
        self._rests_until = 0.0

    @property
    def degraded(self) -> bool:
        """Whether Redis did not answer when it was asked last."""
        return self._away

    def also_fails(self, *failures: type[Exception]) -> None:
        """Take ``failures`` too for a Redis that does not answer: those of a library in between."""
        self._failures += failures

    async def ask(self, call: Callable[..., Coroutine[Any, Any, T]], *given: Any) -> T | None:
        """Return what Redis answers to ``call``, or ``None`` while it is away: then one request in a while tries."""
        now = time.monotonic()
        if self._away:
            if now < self._rests_until:
                return None
            self._rests_until = now + self.rest
        try:
            async with asyncio.timeout(self.patience):
                answer = await call(*given)
        except self._failures as error:
            self._leave(error)
            return None
        # Answers to what was asked before it went away still come in; they do not say that it is back.
        if self._away and now >= self._rests_until - self.rest:
            self._away = False
            log.warning("redis answers again; what it holds is shared")
        return answer

    async def need(self, call: Callable[..., Coroutine[Any, Any, T]], *given: Any) -> T:
        """Return what Redis answers to ``call``, however long that takes.

        Raises:
            StorageError: it does not answer.
        """
        try:
            return await call(*given)
        except self._failures as error:
            # The message of the error names the address, which may hold a password.
            raise StorageError(
                f"Redis does not answer ({type(error).__name__}); see that it runs where EPICRISIS_REDIS_URL says."
            ) from None

    async def close(self) -> None:
        """Close the connections."""
        await self.pool.disconnect()

    def _leave(self, error: Exception) -> None:
        if not self._away:
            # The message of the error names the address, which may hold a password.
            told = {"error": type(error).__name__}
            log.warning("redis does not answer; this server goes on alone", extra=told)
        self._away, self._rests_until = True, time.monotonic() + self.rest


def _pool(url: str, patience: float) -> BlockingConnectionPool:
    try:
        from redis.asyncio import BlockingConnectionPool
    except ImportError as error:
        raise MissingDependency(
            "Sharing counts through Redis needs its client; run: pip install 'epicrisis[server]', or leave "
            "EPICRISIS_REDIS_URL empty."
        ) from error
    if not url.startswith(("redis://", "rediss://")):
        raise InvalidSettings("EPICRISIS_REDIS_URL must begin with redis:// or rediss://.")
    try:
        return BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=patience)
    except ValueError:
        # The message of the error may quote the address, which may hold a password.
        raise InvalidSettings("EPICRISIS_REDIS_URL is no address of a Redis, such as redis://host:6379/0.") from None
