"""Where in the body: "right lower lobe", "rodilla izquierda"."""

from __future__ import annotations

import re
from functools import cache

from epicrisis.domain.records import Stated
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import primary, word_lists
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import alternatives

# What is further from what is there than a few words is the place of something else.
_REACH = 60


def body_site(note: Note, low: str, span: Span) -> Stated | None:
    """Return the part of the body, with its side, that ``span`` is about: named inside it or right behind it.

    ``low`` is the text of the note as ``phrases.folded`` returns it.
    """
    language = primary(note)
    end = max(span.end, min(note.sentence(span).end, span.end + _REACH))
    lead = _lead(language).match(low, span.end, end)
    behind = None if lead is None else _site(language).match(low, lead.end(), end)
    inside = [Span(*match.span()) for match in _site(language).finditer(low, span.start, span.end)]
    if inside and (behind is None or _has_side(note, low, inside)):
        return note.stated(max(inside, key=lambda each: (len(each), -each.start)))
    return None if behind is None else note.stated(Span(*behind.span()))


def _has_side(note: Note, low: str, sites: list[Span]) -> bool:
    sides = _side(primary(note))
    return any(sides.search(low, each.start, each.end) for each in sites)


@cache
def _side(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(word_lists('sites', language)['sides'])})(?!\w)")


@cache
def _site(language: str) -> re.Pattern[str]:
    lists = word_lists("sites", language)
    side, part = f"(?:{alternatives(lists['sides'])})", f"(?:{alternatives(lists['parts'])})"
    sides = rf"{side}(?:[\s-]{side}){{0,2}}"
    level = r"[ctls]\d{1,2}(?:\s?[-/]\s?[ctls]?\d{1,2})?"
    return re.compile(rf"(?<!\w)(?:(?:{sides}[\s-])?{part}(?:\s{part}){{0,2}}(?:\s{sides})?|{level})(?!\w)")


@cache
def _lead(language: str) -> re.Pattern[str]:
    return re.compile(rf"\s(?:{alternatives(word_lists('sites', language)['leads'])})\s")
