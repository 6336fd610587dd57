"""Reads golden sentences, such as ``Patient denies [chest pain|absent].``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.spans import Span

_MARK = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_STATUSES = {status.value.lower(): status for status in Status}
_TIMES = {"past": Temporality.PAST, "future": Temporality.FUTURE}
_PERSONS = {"family": Experiencer.FAMILY, "other": Experiencer.OTHER}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence says of one finding."""

    status: Status
    temporality: Temporality = Temporality.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT

    @classmethod
    def of(cls, assertion: Assertion) -> Reading:
        """Return what ``assertion`` says, without how and how surely."""
        return cls(assertion.status, assertion.temporality, assertion.experiencer)


@dataclass(frozen=True, slots=True)
class GoldenSentence:
    """A sentence without its marks, and what each mark said of its finding."""

    text: str
    targets: tuple[Span, ...]
    readings: tuple[Reading, ...]


def read_marks(sentence: str) -> GoldenSentence:
    """Take the marks out of ``sentence``: ``[finding|status]``, with ``+past``, ``+future``, ``+family`` or ``+other``.

    Raises:
        ValueError: a mark is not well formed, or there is none; a slip of the pen must not pass in silence.
    """
    text, at = "", 0
    targets: list[Span] = []
    readings: list[Reading] = []
    for mark in _MARK.finditer(sentence):
        text += sentence[at : mark.start()]
        finding = mark[1]
        if not finding or finding != finding.strip():
            raise ValueError(f"{mark[0]!r} marks nothing, or blanks beside it, in {sentence!r}.")
        targets.append(Span(len(text), len(text) + len(finding)))
        readings.append(_reading(mark[2], sentence))
        text, at = text + finding, mark.end()
    text += sentence[at:]
    if not targets or set("[|]") & set(text):
        raise ValueError(f"{sentence!r} has no mark, or a bracket or bar that belongs to none.")
    return GoldenSentence(text, tuple(targets), tuple(readings))


def _reading(label: str, sentence: str) -> Reading:
    status, *flags = label.split("+")
    if status not in _STATUSES:
        raise ValueError(f"{status!r} is none of {sorted(_STATUSES)}, in {sentence!r}.")
    times = [_TIMES[flag] for flag in flags if flag in _TIMES]
    persons = [_PERSONS[flag] for flag in flags if flag in _PERSONS]
    if len(times) + len(persons) != len(flags) or len(times) > 1 or len(persons) > 1:
        raise ValueError(f"The flags {flags} are unknown or contradict each other, in {sentence!r}.")
    return Reading(
        _STATUSES[status],
        times[0] if times else Temporality.CURRENT,
        persons[0] if persons else Experiencer.PATIENT,
    )
