"""What a file's own process does to read it: tells the text first, and then one picture after another as asked."""

from __future__ import annotations

import msgspec

from epicrisis.domain.pages import ReadFile
from epicrisis.formats.contained.child import Talk
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.opening import read


class Job(msgspec.Struct, frozen=True):
    """A file to read, and within which limits."""

    kind: Kind
    data: bytes
    limits: Limits


class Told(msgspec.Struct, frozen=True):
    """The text of one document, and how many pictures of pages there are to it."""

    file: ReadFile
    pictures: int


def serve(talk: Talk) -> None:
    """Read one job, and answer with a ``Told`` for each document; then, asked with ``True``, with the next picture.

    A scan of a hundred pages is held once, and not once more as a message.
    """
    job = talk.receive(Job)
    parsed = read(job.kind, job.data, job.limits)
    talk.send([Told(each.file, len(each.pictures)) for each in parsed])
    for each in parsed:
        for picture in each.pictures:
            talk.receive(bool)
            talk.send(picture)
