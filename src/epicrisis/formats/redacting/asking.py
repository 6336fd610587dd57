"""What a file asks of whoever knows identifiers, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.formats.contained.limits import Limits

_OLDEST = 89


@dataclass(frozen=True, slots=True)
class Question:
    """A string of a file: to be read for identifiers or, where ``kind`` is given, an identifier as a whole.

    ``sub`` is the finer label of such a one, and ``times`` how often it stands in the file.
    """

    text: str
    kind: IdentifierKind | None = None
    sub: str | None = None
    times: int = field(default=1, compare=False)


Ask = Callable[[Question], str]


class Once:
    """What a table or a record asks, each thing once: a column of a million cells says few different things."""

    def __init__(self) -> None:
        self._times: dict[Question, int] = {}

    def ask(self, question: Question) -> str:
        """Take ``question`` in, and return its text: on the first way through a file, every answer is the question."""
        self._times[question] = self._times.get(question, 0) + question.times
        return question.text

    def questions(self) -> list[Question]:
        """Return what was asked, in the order in which it first was."""
        return [Question(each.text, each.kind, each.sub, times) for each, times in self._times.items()]

    def answered(self, answers: Sequence[str]) -> Ask:
        """Return what answers each question, on the second way through; there is one of ``answers`` per question."""
        return dict(zip(self._times, answers, strict=True)).__getitem__


class Opened(Protocol):
    """A file that has been read: what it asks, and the new file once that is answered."""

    @property
    def questions(self) -> Sequence[Question]:
        """Return what the file asks, in its order."""
        ...

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the new file; there is one answer per question."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read: ``rules`` say what is done about a path (JSON, FHIR) or a column (CSV, Parquet).

    A rule is ``redact``, ``keep``, ``remove`` or the name of an identifier kind, which replaces the value whole.
    ``header`` says whether the first row of a CSV file names its columns.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    header: bool = True
    limits: Limits = field(default_factory=Limits)


def tells_age(year: str) -> bool:
    """Return whether somebody born in ``year`` is over 89, an age that Safe Harbor lets nobody be told by."""
    return int(year) < date.today().year - _OLDEST
