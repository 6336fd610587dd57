"""The process a file is read in: ``python -m epicrisis.formats.redacting.child``.

It may use so much memory and time, write to no file, and says nothing but its messages; whatever a hostile file does to
it, it does to nobody else.
"""

from __future__ import annotations

import sys
from typing import IO

import msgspec

from epicrisis.errors import EpicrisisError, UnreadableDocument
from epicrisis.formats.redacting.asking import Limits
from epicrisis.formats.redacting.framing import Asks, Done, Job, Refused, received, send
from epicrisis.formats.redacting.opening import load, opened


def main() -> None:
    """Read one job, ask what the file asks, and hand the new file over, or say why there is none."""
    inside, outside = sys.stdin.buffer, sys.stdout.buffer
    # A library that prints would speak between our messages.
    sys.stdout = sys.stderr
    job = msgspec.msgpack.decode(received(inside), type=Job)
    load(job.kind)
    _hold_to(job.options.limits)
    try:
        _redact(job, inside, outside)
    except EpicrisisError as error:
        send(outside, Refused(type(error).__name__, str(error)))
    except MemoryError:
        send(outside, Refused(UnreadableDocument.__name__, "The file takes more memory than one may; send its parts."))
    except EOFError:
        return
    except Exception:  # noqa: BLE001  a library's error may quote the file: nothing of it leaves this process
        send(outside, Refused(UnreadableDocument.__name__, "The file is damaged; save it again, and send that."))


def _redact(job: Job, inside: IO[bytes], outside: IO[bytes]) -> None:
    file = opened(job.kind, job.data, job.options)
    send(outside, Asks(list(file.questions)))
    answers = msgspec.msgpack.decode(received(inside), type=list[str])
    send(outside, Done(file.written(answers)))


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
    main()
