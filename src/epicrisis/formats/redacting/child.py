"""What a file's own process does to redact it: asks what the file asks, and hands the new one over."""

from __future__ import annotations

import msgspec

from epicrisis.formats.contained.child import Talk
from epicrisis.formats.redacting.asking import Options
from epicrisis.formats.redacting.opening import opened
from epicrisis.formats.redacting.sniffing import FileKind


class Job(msgspec.Struct, frozen=True):
    """A file to redact, and how."""

    kind: FileKind
    data: bytes
    options: Options


def serve(talk: Talk) -> None:
    """Read one job, send its questions, and, once they are answered, the new file."""
    job = talk.receive(Job)
    file = opened(job.kind, job.data, job.options)
    talk.send(list(file.questions))
    talk.send(file.written(talk.receive(list[str])))
