"""Where answers are kept, under keys that tell nothing: in this process, and where other servers find them."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

import msgspec

_SEAL = 32
# What the key, the time and the dictionary take beside an answer.
_AROUND = 300


class SharedAnswers(Protocol):
    """Keeps answers where several servers find them; one that is down or slow finds nothing, and soon says so."""

    @property
    def degraded(self) -> bool:
        """Whether it is out of reach at the moment."""
        ...

    async def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """Return what is kept under each key, in order."""
        ...

    async def put(self, answers: Mapping[bytes, bytes]) -> None:
        """Keep ``answers`` for a while."""
        ...

    async def close(self) -> None:
        """Let go of connections; the next call opens new ones."""
        ...


class Shelf:
    """The answers kept in this process: those used last, ``entries`` of ``most_bytes`` at most, for ``seconds`` each.

    They are written down, or are as they are where they hold no words.

    A dictionary of ours, because a lookup in cashews' memory costs some thirty times as much, and importing cashews a
    good part of the time a server has to start: docs/explanation/serving.md has both figures.
    """

    def __init__(self, *, entries: int, seconds: float, most_bytes: int = 32_000_000) -> None:
        self.entries = entries
        self.seconds = seconds
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[bytes, tuple[float, Any, int]] = OrderedDict()

    def get(self, key: bytes) -> Any:
        """Return what is kept under ``key``, or ``None``."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        until, answer, _ = kept
        if until < monotonic():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return answer

    def put(self, key: bytes, answer: object, *, size: int) -> None:
        """Keep ``answer``, which takes ``size`` bytes, and let go of what was not asked for the longest."""
        self._drop(key)
        size += _AROUND
        if not self.entries or size > self.most_bytes:
            return
        self._kept[key] = (monotonic() + self.seconds, answer, size)
        self.bytes += size
        while len(self._kept) > self.entries or self.bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.bytes -= kept[2]


class Memory:
    """Where answers are kept, and the secret their keys are made with."""

    def __init__(self, *, secret: bytes, shelf: Shelf, shared: SharedAnswers | None = None) -> None:
        self.shelf = shelf
        self.shared = shared
        # Begun once and copied: the one call that does it all lets go of the interpreter lock each time, and gets it
        # back when the worker threads are done with it.
        self._keyed = hmac.new(secret, digestmod="sha256")

    @property
    def degraded(self) -> bool:
        """Whether answers should be shared, and what shares them is out of reach."""
        return self.shared is not None and self.shared.degraded

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self.shelf.entries > 0 or self.shared is not None

    def key(self, *parts: object) -> bytes:
        """Return the HMAC of ``parts``: who sees it learns nothing of them, and cannot try out texts."""
        return self._hashed(msgspec.json.encode(parts))

    def sealed(self, key: bytes, answer: bytes) -> bytes:
        """Return ``answer`` for the servers that know the secret, and for ``key`` alone."""
        return self._hashed(key + answer) + answer

    def opened(self, key: bytes, kept: bytes) -> bytes:
        """Return what was ``sealed`` for ``key``; empty where it was not: an answer must not be planted."""
        seal, answer = kept[:_SEAL], kept[_SEAL:]
        return answer if hmac.compare_digest(seal, self._hashed(key + answer)) else b""

    def _hashed(self, message: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()
