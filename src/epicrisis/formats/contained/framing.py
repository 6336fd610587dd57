"""What a file's own process and the one that started it say to each other: messages, each with its length before it."""

from __future__ import annotations

from typing import IO

import msgspec

from epicrisis.formats.contained.limits import Limits

_SAID, _REFUSED = b"+", b"-"
_LENGTH = 8


class Start(msgspec.Struct, frozen=True):
    """What the process hears first: its limits, and the libraries it loads before they hold."""

    limits: Limits
    libraries: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """Why there is no answer: the name of an error, and its message."""

    error: str
    message: str


def send(stream: IO[bytes], message: object) -> None:
    """Write one message; a ``Refused`` is marked as what it is, so that an answer may be of any type."""
    packed = msgspec.msgpack.encode(message)
    stream.write(_REFUSED if isinstance(message, Refused) else _SAID)
    stream.write(len(packed).to_bytes(_LENGTH, "big"))
    stream.write(packed)
    stream.flush()


def received(stream: IO[bytes], *, most: int | None = None) -> bytes | Refused:
    """Return the next message, not yet decoded, of at most ``most`` bytes.

    Raises:
        EOFError: whoever was to send it is gone, or speaks of more than that.
    """
    mark = _exactly(stream, 1)
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    if most is not None and length > most:
        raise EOFError
    packed = _exactly(stream, length)
    return msgspec.msgpack.decode(packed, type=Refused) if mark == _REFUSED else packed


def _exactly(stream: IO[bytes], length: int) -> bytes:
    read = stream.read(length)
    if len(read) < length:
        raise EOFError
    return read
