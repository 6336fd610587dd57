"""Files redacted by functions of a test, so that what a format does is seen without any engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import closing

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.formats.redacting.asking import Options, Question, tells_age
from epicrisis.formats.redacting.files import File

# Rewrites strings without their identifiers: one answer per string, in their order.
Redacts = Callable[[Sequence[str]], Sequence[str]]
# Says what stands in the place of a value that is an identifier as a whole, whatever it looks like.
Replaces = Callable[[IdentifierKind, str], str]

_YEAR = re.compile(r"(\d{4})(?:-\d{2}|$)")
_AGE = re.compile(r"\s*(\d{1,3})\b")


def labelled(kind: IdentifierKind, value: str) -> str:
    """Return what Safe Harbor lets stand: the year of an ISO date, an age up to 89, and else the kind: ``[NAME]``."""
    if kind is IdentifierKind.DATE and (year := _YEAR.match(value)):
        return f"[{kind.value}]" if tells_age(year[1]) else year[1]
    if kind is IdentifierKind.AGE and (age := _AGE.match(value)):
        return value if int(age[1]) <= 89 else "90+"
    return f"[{kind.value}]"


def redacted(
    data: bytes,
    *,
    name: str,
    redacts: Redacts,
    kind: str | None = None,
    replaces: Replaces = labelled,
    options: Options | None = None,
) -> bytes:
    """Return the file ``data``, its words as ``redacts`` rewrites them, its known identifiers as ``replaces`` says."""
    with closing(File(data, name=name, kind=kind, options=options)) as file:
        _, questions = file.read()
        return file.written(_answers(questions, redacts, replaces))


def _answers(questions: Sequence[Question], redacts: Redacts, replaces: Replaces) -> list[str]:
    unread = [each.text for each in questions if each.kind is None and each.text.strip()]
    read = iter(redacts(unread))
    answers = []
    for each in questions:
        if not each.text.strip():
            answers.append(each.text)
        else:
            answers.append(next(read) if each.kind is None else replaces(each.kind, each.text))
    assert next(read, None) is None
    return answers
