"""Takes the body of an answer piece by piece, unpacks it, and stops at a limit: a bomb is never held."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable
from typing import Protocol

from epicrisis.ehr.troubles import Trouble, Why

# zlib is told to expect the head of a gzip file (RFC 1952).
_GZIP = 31


class Unpacks(Protocol):
    """Takes pieces."""

    def take(self, piece: bytes, most: int) -> bytes:
        """Return what ``piece`` holds, or the first ``most`` bytes of it."""
        ...

    @property
    def is_whole(self) -> bool:
        """Return whether what was taken is a whole."""
        ...


class _Plain:
    is_whole = True

    def take(self, piece: bytes, most: int) -> bytes:
        return piece[:most]


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def take(self, piece: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(piece, most)
        except zlib.error:
            raise Trouble(Why.UNREADABLE) from None


async def whole(pieces: AsyncIterable[bytes], encoding: str, *, most: int) -> bytes:
    """Return what ``pieces`` hold, unpacked as ``encoding`` (RFC 9110, 8.4) says.

    Raises:
        Trouble: it is more than ``most`` bytes, packed in another way, or no whole.
    """
    unpacks: Unpacks
    match encoding.strip().lower():
        case "" | "identity":
            unpacks = _Plain()
        case "gzip" | "x-gzip":
            unpacks = _Gzip()
        case _:
            raise Trouble(Why.UNREADABLE)
    body = bytearray()
    async for piece in pieces:
        # One byte more than is taken tells that there is more.
        body += unpacks.take(piece, most + 1 - len(body))
        if len(body) > most:
            raise Trouble(Why.TOO_LARGE)
    if not unpacks.is_whole:
        raise Trouble(Why.UNREADABLE)
    return bytes(body)
