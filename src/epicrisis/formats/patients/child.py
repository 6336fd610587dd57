"""What a process of its own does for a record: reads the files inside it, or a C-CDA document or HL7 v2 message."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import msgspec

from epicrisis.errors import InvalidInput, MissingDependency
from epicrisis.formats.contained.child import Talk
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.opening import read

_READERS = {Kind.CDA: "cda.reading", Kind.HL7V2: "hl7v2.reading"}


class Inside(msgspec.Struct, frozen=True):
    """A file, and what kind of file it is."""

    kind: Kind
    data: bytes


class Task(msgspec.Struct, frozen=True):
    """A file inside a record whose words are wanted, or else a whole ``record`` whose resources are."""

    limits: Limits
    inside: Inside | None = None
    record: Inside | None = None


class Written(msgspec.Struct, frozen=True):
    """The words of a file, and how many of its pages are pictures without any."""

    text: str = ""
    pictures: int = 0


class Told(msgspec.Struct, frozen=True):
    """A record as resources of FHIR, and what of it could not be read: pairs of a type and why."""

    resources: list[dict[str, Any]]
    missing: list[tuple[str, str]] = []


def serve(talk: Talk) -> None:
    """Read one file after the other, as they are asked for."""
    while True:
        task = talk.receive(Task)
        if task.record is not None:
            talk.send(told_by(task.record, task.limits))
        elif task.inside is not None:
            talk.send(_written(task.inside, task.limits))


def told_by(record: Inside, limits: Limits) -> Told:
    """Return the resources that a C-CDA document or HL7 v2 messages tell.

    Raises:
        UnreadableDocument: it is damaged, or over the limits.
        MissingDependency: an optional package this kind needs is not installed.
    """
    reader = import_module(f"{__package__}.{_READERS[record.kind]}")
    told: Told = reader.read(record.data, limits)
    return told


def _written(file: Inside, limits: Limits) -> Written:
    try:
        parsed = read(file.kind, file.data, limits)
    except (InvalidInput, MissingDependency):
        return Written()
    text = "\n\n".join(each.file.text for each in parsed if each.file.text.strip())
    return Written(text, sum(len(each.pictures) for each in parsed))
