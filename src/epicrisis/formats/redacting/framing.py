"""What a file's own process and the one that started it say to each other: messages, each with its length before it."""

from __future__ import annotations

from typing import IO

import msgspec

from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.sniffing import FileKind

_LENGTH = 8


class Job(msgspec.Struct, frozen=True):
    """A file to read, and how."""

    kind: FileKind
    data: bytes
    options: Options


class Asks(msgspec.Struct, frozen=True, tag="asks"):
    """What the file asks."""

    questions: list[Question]


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The new file."""

    data: bytes


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why there is none: the name of an error, and its message."""

    error: str
    message: str


def send(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    packed = msgspec.msgpack.encode(message)
    stream.write(len(packed).to_bytes(_LENGTH, "big"))
    stream.write(packed)
    stream.flush()


def received(stream: IO[bytes]) -> bytes:
    """Return the next message.

    Raises:
        EOFError: whoever was to send it is gone.
    """
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    read = stream.read(length)
    if len(read) < length:
        raise EOFError
    return read
