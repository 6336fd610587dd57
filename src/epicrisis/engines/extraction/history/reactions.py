"""What an allergy does: "hives", "severe anaphylaxis", in brackets or behind "causes"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases
from epicrisis.engines.extraction.note import Note

_STORY = "allergies"
_OPENS = re.compile(r"[(\u2013\u2014:]\s?$|\s-\s?$|-$")
# How bad an allergy is may stand apart, behind what it does: "Penicillin: hives, severe", "latex (mild)".
_APART = re.compile(r"[,;:(\t\u2013\u2014-][ \t]{0,2}\Z")
_APART_END = re.compile(r"[ \t]{0,3}(?:[),.;\n\t]|\Z)")
_BRACKET = re.compile(r"\([^()\n]{0,120}\)")


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction, and the word for how bad it is, where one stands before or inside it."""

    span: Span
    severity: Span | None = None


def reactions(note: Note, low: str, language: str, stretch: Span) -> list[Reaction]:
    """Return the reactions told in ``stretch`` of ``note``, in the order of the text.

    Known reactions count wherever they stand there; other problems only in brackets, behind a dash, or behind "causes".
    """
    spans = [*phrases(_STORY, language, "reactions").find(low, stretch.start, stretch.end)]
    brackets = [Span(*match.span()) for match in _BRACKET.finditer(low, stretch.start, stretch.end)]
    for found in note.within(stretch, EntityLabel.PROBLEM):
        is_inside = any(bracket.contains(found.span) for bracket in brackets)
        words = low[found.span.start : found.span.end]
        is_itself = (
            words in phrases(_STORY, language, "severity")
            or phrases(_STORY, language, "after", "substances").first(words) is not None
        )
        if not is_itself and (is_inside or _is_led(low, language, stretch, found.span)):
            spans.append(found.span)
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (-len(each), each)):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return [_reaction(low, language, stretch, span) for span in sorted(kept)]


def severity_behind(low: str, language: str, start: int, end: int) -> Span | None:
    """Return the word between two places that says how bad it is and stands apart: "hives, severe"."""
    for words in phrases(_STORY, language, "severity").find(low, start, end):
        if _APART.search(low, max(start, words.start - 3), words.start) and _APART_END.match(low, words.end):
            return words
    return None


def _is_led(low: str, language: str, stretch: Span, span: Span) -> bool:
    before = low[max(stretch.start, span.start - 30) : span.start]
    if _OPENS.search(before):
        return True
    cause = phrases(_STORY, language, "causes").last(before)
    return cause is not None and len(before[cause.end :].split()) <= 2


def _reaction(low: str, language: str, stretch: Span, span: Span) -> Reaction:
    """Return the reaction at ``span`` without the word for how bad it is, first or last in it, or right before."""
    words = phrases(_STORY, language, "severity")
    inside = words.first(low, span.start, span.end)
    if inside is not None and inside.start == span.start and low[inside.end : span.end].strip():
        start = inside.end + len(low[inside.end : span.end]) - len(low[inside.end : span.end].lstrip())
        return Reaction(Span(start, span.end), inside)
    behind = words.last(low, span.start, span.end)
    if behind is not None and behind.end == span.end and behind.start > span.start:
        end = span.start + len(low[span.start : behind.start].rstrip(" ,;:(-"))
        return Reaction(Span(span.start, max(end, span.start + 1)), behind)
    before = words.last(low, max(stretch.start, span.start - 20), span.start)
    is_right_before = before is not None and not low[before.end : span.start].strip()
    return Reaction(span, before if is_right_before else None)
