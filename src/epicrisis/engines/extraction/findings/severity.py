"""How bad a problem is: "severe", "7/10", "grade II", "NYHA III", "estadio IV"."""

from __future__ import annotations

import re
from functools import cache

from epicrisis.domain.records import Stated
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import primary, word_lists
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import alternatives


def severity(note: Note, low: str, span: Span) -> Stated | None:
    """Return the words for how bad the problem at ``span`` is: inside it, right before it, or said of it behind it.

    ``low`` is the text of the note as ``phrases.folded`` returns it.
    """
    language = primary(note)
    inside = _inside(language).search(low, span.start, span.end)
    if inside is not None:
        return note.stated(Span(*inside.span("degree")))
    sentence = note.sentence(span)
    before = _before(language).search(low, max(sentence.start, span.start - _REACH), span.start)
    if before is not None:
        return note.stated(Span(*before.span("degree")))
    behind = _behind(language).match(low, span.end, max(span.end, min(sentence.end, span.end + _REACH)))
    return None if behind is None else note.stated(Span(*behind.span("degree")))


# What is further from its problem than a few words is said of another.
_REACH = 40


@cache
def _degree(language: str) -> str:
    lists = word_lists("severity", language)
    number = r"(?:[ivx]{1,4}|\d)(?:[a-c]|\s?-\s?(?:[ivx]{1,4}|\d)|/[ivx\d]{1,3})?"
    return (
        rf"(?<![\w/.])(?P<degree>(?:{alternatives(lists['scales'])})\s{number}"
        rf"|(?:10|\d)(?:\s?-\s?(?:10|\d))?\s?(?:/|out\sof|sobre|de)\s?10|{alternatives(lists['degrees'])})(?![\w/])"
    )


@cache
def _inside(language: str) -> re.Pattern[str]:
    return re.compile(_degree(language))


@cache
def _before(language: str) -> re.Pattern[str]:
    return re.compile(_degree(language) + r"\s$")


@cache
def _behind(language: str) -> re.Pattern[str]:
    between = alternatives(word_lists("severity", language)["between"])
    return re.compile(rf"[\s,(]{{1,3}}(?:(?:{between})\s){{0,2}}{_degree(language)}(?!\s\w+\s(?:pain|dolor))")
