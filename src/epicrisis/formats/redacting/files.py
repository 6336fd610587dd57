"""A file without the identities in it: either all of it is redacted, or nothing returns."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.asking import MEGABYTE, Options, Question, Redacts, Replaces, labelled
from epicrisis.formats.redacting.isolation import isolated
from epicrisis.formats.redacting.opening import opened
from epicrisis.formats.redacting.sniffing import FileKind, kind_of

# A small file of these is read where we are: what reads it cannot leave its bounds. All others get a process of their
# own, large ones too, for a table of empty cells takes a hundred times its size.
_HERE = frozenset({FileKind.TEXT, FileKind.JSON, FileKind.FHIR, FileKind.CSV})
_SMALL = 2 * MEGABYTE


def redacted(
    data: bytes,
    *,
    name: str,
    redacts: Redacts,
    kind: str | None = None,
    replaces: Replaces = labelled,
    options: Options | None = None,
) -> bytes:
    """Return the file ``data`` with its words as ``redacts`` rewrites them, its known identifiers as ``replaces`` says.

    ``kind`` is one of ``FileKind``; without it the bytes tell, and the ending of ``name``. The new file is of the same.

    Raises:
        UnreadableDocument: it is damaged, protected, over the limits, a scan, or not what it is said to be.
        InvalidInput: there is no such kind, or a rule is not one.
        UnprovenRedaction: something that was to go could still be read in the new file.
        MissingDependency: an optional package this kind needs is not installed.
    """
    options = options or Options()
    if len(data) > options.limits.file_bytes:
        raise UnreadableDocument(
            f"The file has {len(data)} bytes; up to {options.limits.file_bytes} are read. Send its parts one by one."
        )
    found = kind_of(data, kind=kind, name=name)
    if found in _HERE and len(data) <= _SMALL:
        file = opened(found, data, options)
        return file.written(_answers(file.questions, redacts, replaces))
    with isolated(found, data, options) as apart:
        return apart.written(_answers(apart.questions, redacts, replaces))


def _answers(questions: Sequence[Question], redacts: Redacts, replaces: Replaces) -> list[str]:
    """Return one answer per question; what a file asks twice is asked once, and answered alike."""
    answers: dict[Question, str] = {}
    unread = []
    for question in dict.fromkeys(questions):
        if not question.text.strip():
            answers[question] = question.text
        elif question.kind is None:
            unread.append(question)
        else:
            answers[question] = replaces(question.kind, question.text)
    answers.update(zip(unread, redacts([question.text for question in unread]), strict=True))
    return [answers[question] for question in questions]
