"""What stands under a heading that asks somebody to come again: "FOLLOW-UP: Cardiology with Dr. X on 02/22/2030"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import FollowUp
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Note
from epicrisis.engines.extraction.seeing import first_whom, is_over, when_in, whom_at

_HEADED = frozenset({SectionCategory.PLAN, SectionCategory.DISCHARGE})
_ENDS = re.compile(
    r"[;\n•]|\.(?=\s|$)(?<!\bdr\.)(?<!\bdra\.)(?<!p\.r\.n\.)(?<!\n\d\.)(?<!\n\d\d\.)(?<!:\s\d\.)(?<![.;]\s\d\.)"
)
# "1. ", "- ", "* [ ] ".
_MARKS = re.compile(r"[\s*:•>\[\]-]*(?:\(?\d{1,2}[.)](?=\s))?[\s*-]*")
_BETWEEN = re.compile(r",\s?(?:and\s|y\s)?|\s(?:and|y)\s")
# With no more words than these a person alone is an appointment: "1. Dr. X, Cardiology".
_FEW = 6
_LONGEST = 140
# How far into a line its person or its test stands.
_NEAR = 45


def appointments(note: Note, low: str) -> Iterator[FollowUp]:
    """Yield what each line under such a heading asks for: it names a person or a test and a time, or little else.

    A line that has an asking word of its own is left to it.
    """
    language = primary(note)
    for section in note.annotated.sections:
        if section.heading is None or section.category not in _HEADED:
            continue
        if phrases("follow_up", language, "headings").first(low, section.heading.start, section.heading.end) is None:
            continue
        for number, clause in enumerate(_clauses(low, section)):
            for words, when, whom in _asked(note, low, language, clause, first=not number):
                yield FollowUp(
                    words=note.stated(words),
                    when=None if when is None else note.stated(when),
                    whom=None if whom is None else note.stated(whom),
                )


def _clauses(low: str, section: Section) -> Iterator[Span]:
    at, end = section.heading.end if section.heading else section.span.start, section.span.end
    for stop in [*(match.span() for match in _ENDS.finditer(low, at, end)), (end, end)]:
        start = at
        marks = _MARKS.match(low, at, stop[0])
        start = at if marks is None else marks.end()
        words = low[start : stop[0]].rstrip(" .,;:(-\t")
        if words:
            yield Span(start, start + len(words))
        at = stop[1]


def _asked(
    note: Note, low: str, language: str, clause: Span, *, first: bool
) -> Iterator[tuple[Span, Span | None, Span | None]]:
    if len(clause) > _LONGEST or _is_told(low, language, clause):
        return
    start = clause.start
    while start < clause.end:
        when = when_in(low, language, start, clause.end, bare=True)
        end = clause.end if when is None else when.end
        whom = first_whom(low, language, start, min(end, start + _NEAR))
        whom = whom or (None if when is None else first_whom(low, language, when.end, clause.end))
        following = None if when is None else _next(low, language, when.end, clause.end)
        stop = clause.end if following is None else following
        if not _is_one(note, low, language, Span(start, stop), when, whom, first=first):
            return
        yield Span(start, start + len(low[start:stop].rstrip(" ,"))), when, whom
        if following is None:
            return
        start = stop + len(low[stop : clause.end]) - len(low[stop : clause.end].lstrip(" ,"))
        first = False


def _is_told(low: str, language: str, clause: Span) -> bool:
    """Return whether a clause asks by words of its own, tells what was, or only what might be."""
    lists = ("asks", "conditions", "happened", "told")
    return phrases("follow_up", language, *lists).first(low, clause.start, clause.end) is not None


def _next(low: str, language: str, start: int, end: int) -> int | None:
    """Return where the next of a row begins: "PCP 1 week, Cardiology 2 weeks"."""
    match = _BETWEEN.match(low, start, end)
    if match is None or whom_at(low, language, match.end(), end) is None:
        return None
    return None if when_in(low, language, match.end(), end, bare=True) is None else match.end()


def _is_one(
    note: Note, low: str, language: str, words: Span, when: Span | None, whom: Span | None, *, first: bool
) -> bool:
    if when is None:
        at = whom_at(low, language, words.start, words.end)
        # "Surgery wound infection" is what somebody has; "Heart failure clinic" is not.
        return (
            at is not None
            and len(low[words.start : words.end].split()) <= _FEW
            and all(at.contains(each.span) for each in note.within(words, EntityLabel.PROBLEM))
        )
    if whom is not None:
        return True
    alone = first and not low[words.start : when.start].strip() and is_over(low, when.end, words.end)
    return alone or _has_test(note, low, language, Span(words.start, min(when.start, words.start + _NEAR) or when.end))


def _has_test(note: Note, low: str, language: str, before: Span) -> bool:
    if phrases("follow_up", language, "tests").first(low, before.start, before.end) is not None:
        return True
    return next(note.within(before, EntityLabel.TEST, EntityLabel.PROCEDURE), None) is not None


def apart(listed: Iterator[FollowUp], told: Sequence[FollowUp]) -> Iterator[FollowUp]:
    """Yield what of ``listed`` shares no words with what was ``told``."""
    for each in listed:
        if not any(each.words.span.overlaps(other.words.span) for other in told):
            yield each
