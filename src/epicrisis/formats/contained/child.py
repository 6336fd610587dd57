"""The process a file is met in: ``python -m epicrisis.formats.contained.child TASK``.

It may use so much memory and time, write to no file, and says nothing but its messages; whatever a hostile file does to
it, it does to nobody else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import IO, Protocol, TypeVar

import msgspec

from epicrisis.errors import EpicrisisError, UnreadableDocument
from epicrisis.formats.contained.framing import Refused, Start, received, send
from epicrisis.formats.contained.limits import Limits

Message = TypeVar("Message")

TASKS = {
    "audio": "epicrisis.formats.audio.child:serve",
    "patient": "epicrisis.formats.patients.child:serve",
    "read": "epicrisis.formats.documents.child:serve",
    "redact": "epicrisis.formats.redacting.child:serve",
}
"""What such a process can be asked to do, and the function that does it: it gets one ``Talk``."""


class Talk(Protocol):
    """What a served function hears and says; whatever it raises is told to whoever asked."""

    def receive(self, message: type[Message], /) -> Message:
        """Return the next message, which is a ``message``; ends the process where nobody asks any more."""
        ...

    def send(self, message: object, /) -> None:
        """Answer."""
        ...


class _Pipes:
    def __init__(self, inside: IO[bytes], outside: IO[bytes]) -> None:
        self._inside = inside
        self._outside = outside

    def receive(self, message: type[Message], /) -> Message:
        return msgspec.msgpack.decode(_said(self._inside), type=message)

    def send(self, message: object, /) -> None:
        send(self._outside, message)


def main(task: str) -> None:
    """Do ``task`` within the limits that are sent first, or say why it cannot be done."""
    inside, outside = sys.stdin.buffer, _alone()
    module, _, name = TASKS[task].partition(":")
    serve = getattr(import_module(module), name)
    start = msgspec.msgpack.decode(_said(inside), type=Start)
    _load(start.libraries)
    _hold_to(start.limits)
    try:
        serve(_Pipes(inside, outside))
    except EpicrisisError as error:
        send(outside, Refused(type(error).__name__, str(error)))
    except MemoryError:
        send(outside, Refused(UnreadableDocument.__name__, "The file takes more memory than one may; send its parts."))
    except EOFError:
        return
    except Exception:  # noqa: BLE001  a library's error may quote the file: nothing of it leaves this process
        send(outside, Refused(UnreadableDocument.__name__, "The file is damaged; save it again, and send that."))


def _alone() -> IO[bytes]:
    """Return what our messages go out by; a library that prints, in whatever language, prints into nothing."""
    outside = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return outside


def _said(stream: IO[bytes]) -> bytes:
    message = received(stream)
    if isinstance(message, Refused):
        raise EOFError
    return message


def _load(libraries: Iterable[str]) -> None:
    """Load what will be needed, so that nothing is left to load under limits; what is not installed is said later."""
    for name in libraries:
        with suppress(ImportError):
            import_module(name)


def _hold_to(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the size of the file and the clock hold there alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1])
