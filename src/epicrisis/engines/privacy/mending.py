"""Puts right what a learnt engine gets wrong of things whose form is exact: e-mails, telephones, streets, ages, dates.

A head reads words and may stop in the middle of an address or run on into the next one; a pattern knows where those
end. Names, hospitals and towns stay as the head read them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span

_TRAILING = " ,;:"
# A head that marks years marks them all; which of them stays is for the policy to say.
_YEAR_ES = re.compile(r"\baño (?:19|20)\d\d\b(?![-/.]\d)|(?<=\ben )(?:19|20)\d\d\b(?![-/.]\d)", re.IGNORECASE)


def years(text: str, found_by: str) -> list[Identifier]:
    """Return the years of a Spanish text that stand alone: "en 2004", "el año 2004"."""
    why = "a year behind 'en' or 'año'"
    return [
        Identifier(Span(*match.span()), IdentifierKind.DATE, 0.8, found_by, why) for match in _YEAR_ES.finditer(text)
    ]


class Taken:
    """Stretches of a text that are taken, none over another: asked for those that touch another one."""

    def __init__(self, found: Iterable[Identifier]) -> None:
        """Take the spans of ``found``."""
        self._found = sorted(found, key=lambda one: one.span)
        self._starts = [one.span.start for one in self._found]
        self._ends = [one.span.end for one in self._found]

    def touching(self, span: Span) -> Sequence[Identifier]:
        """Return what shares a character with ``span``, in the order of the text."""
        return self._found[bisect_right(self._ends, span.start) : bisect_left(self._starts, span.end)]


def mended(
    text: str, read: Sequence[Identifier], exact: Sequence[Identifier], labels: Mapping[str, str]
) -> list[Identifier]:
    """Return ``read`` with the places of ``exact`` where those know better, in the order of the text.

    Neither has one over another, but what is told twice.
    ``labels`` tells by the name of a pattern which label of the head it stands for; patterns it does not name are left
    aside.
    """
    known = [replace(one, sub=labels[name]) for one in exact if (name := pattern_of(one)) in labels]
    there = Taken(known)
    kept = [left for one in read if (left := _left(text, one, there.touching(one.span))) is not None]
    taken = Taken(kept)
    added = [one for one in known if not taken.touching(one.span)]
    return sorted([*kept, *added], key=lambda one: one.span)


def closed(text: str, one: Identifier) -> Identifier:
    """Return ``one`` with the quotation mark that closes the name in it, where that was left outside."""
    start, end = one.span.start, one.span.end
    opens = text[start:end].count('"') == 1 and text[end : end + 1] == '"'
    return replace(one, span=Span(start, end + 1)) if opens else one


def _left(text: str, one: Identifier, known: Sequence[Identifier]) -> Identifier | None:
    """Return what is left of ``one`` beside what the patterns know, without the marks at its end."""
    start, end = one.span.start, one.span.end
    for other in known:
        if not other.span.overlaps(Span(start, end)):
            continue
        if other.span.start <= start:
            start = min(other.span.end, end)
        else:
            end = other.span.start
        if start >= end:
            return None
    said = text[start:end]
    end -= len(said) - len(said.rstrip(_TRAILING))
    start += len(said) - len(said.lstrip(_TRAILING + "."))
    if start >= end or not any(map(str.isalnum, text[start:end])):
        return None
    return closed(text, replace(one, span=Span(start, end)))


def pattern_of(one: Identifier) -> str:
    """Return the name of the pattern that found ``one``."""
    return one.found_by.rpartition(":")[2]
