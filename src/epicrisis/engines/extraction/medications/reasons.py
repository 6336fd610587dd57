"""What a drug is taken for: "for hypertension", "p.r.n. pain", "por dolor"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Note

# How far behind the last word of a prescription its reason may begin, and the longest that is taken without a finding.
_NEAR, _MOST_BEFORE = 40, 2
_WORDS = re.compile(r"\s*+(?:[,:]\s*+)?([^\W\d_]++(?:[ /][^\W\d_]++){0,2}?)(?=[^\S\n]*+(?:[,.;)]|$|\n|\band\b|\by\b))")
_ONE_WORD = re.compile(r"[^\S\n]([^\W\d_]++)(?=[^\S\n]*+(?:[,.;)]|$|\n))")
_FOR = re.compile(r"\s*+(?:[,(]\s*+)?(?:(?:as needed|p\.?r\.?n\.?)\s*+)?(?:,\s*+)?$")
_SMALL = re.compile(r"\s+(?:(?:a|an|the|his|her|any|some|possible|presumed|chronic|su|el|la|los|las|un|una)\s+){0,2}$")


def reason(note: Note, low: str, end: int, limit: int, *, is_as_needed: bool) -> Span | None:
    """Return where the reason stands that follows a prescription which ends at ``end``, before ``limit``.

    ``low`` is the text of the note as ``phrases.folded`` returns it.
    """
    language = primary(note)
    limit = min(limit, end + 3 * _NEAR)
    if is_as_needed and (complaint := _complaint(note, low, end, limit, language)) is not None:
        return complaint
    for problem in _problems(note, end, limit):
        between = low[end : problem.start]
        if len(between) > _NEAR:
            break
        if _leads(between, language) or (is_as_needed and not between.strip(" ,:(")):
            return problem
    if not is_as_needed:
        return None
    lead = phrases("medications", language, "reasons").first(low, end, min(limit, end + _NEAR))
    start = lead.end if lead is not None and _FOR.fullmatch(low, end, lead.start) else end
    words = _WORDS.match(note.text, start, limit)
    if words is not None and lead is None and "," in low[end : words.start(1)]:
        # "Zofran p.r.n., bedrest": another item.
        return None
    is_none = words is None or low[words.start(1) : words.end(1)].split()[0] in phrases(
        "medications", language, "small"
    )
    return None if words is None or is_none else Span(*words.span(1))


def _complaint(note: Note, low: str, end: int, limit: int, language: str) -> Span | None:
    """Return the complaint whose first word ends a prescription: "si dolor" of "si dolor torácico"."""
    near = low[max(0, end - _NEAR) : end]
    first = phrases("medications", language, "complaints").last(near)
    if first is None or first.end < len(near) or end >= limit:
        return None
    start = end - len(near) + first.start
    for problem in _problems(note, start, limit):
        if problem.start == start and problem.end > end:
            return problem
    word = _ONE_WORD.match(low, end, limit)
    is_more = word is not None and word[1] not in phrases("medications", language, "small")
    return Span(start, word.end(1)) if word is not None and is_more else None


def _problems(note: Note, start: int, end: int) -> Iterator[Span]:
    if start < end:
        yield from (found.span for found in note.within(Span(start, end), EntityLabel.PROBLEM))


def _leads(between: str, language: str) -> bool:
    lead = phrases("medications", language, "reasons").last(between)
    before = [] if lead is None else between[: lead.start].split()
    if (
        lead is None
        or len(before) > _MOST_BEFORE
        or any(word in phrases("medications", language, "looks") for word in before)
    ):
        return False
    return not between[lead.end :].strip() or _SMALL.fullmatch(between, lead.end) is not None
