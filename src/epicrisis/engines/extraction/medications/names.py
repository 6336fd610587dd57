"""What a drug is called, whole: "Solu-Cortef", "Theo-24", "Humibid L.A.", "Novolin 70/30", and no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases
from epicrisis.engines.extraction.note import Found

_MARKS = " \t\n-,:;*./"
_NUMBERED = re.compile(r"\sno\.?\s?\d\b")
# "Solu-Cortef", not "anxiety-Xanax".
_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{1,10})-$")
# "Theo-24 400 mg": a number joined to a name is part of it where the dose follows.
_JOINED = re.compile(r"-\d{1,3}(?=\s{1,2}\d)")
# "Novolin 70/30": insulins that were mixed, and no dose.
_MIXED = re.compile(r"\s(?:mix\s)?(?:70/30|30/70|75/25|25/75|50/50)(?![\d/]|\s?(?:mg|mcg|%))")
_INSULIN = re.compile(r"(?:hum[au]l|novol|insul|mixtard|nph)\w*(?:\s[nr])?$")
# "Darvocet-N 100": the number is a part of the name.
_LETTER_AND_NUMBER = re.compile(r"(?<=[\s-]n)\s(?:50|100)(?!\s?(?:mg|mcg|ml|/))")
# "1% Xylocaine injectable".
_STRENGTH = re.compile(r"\d{1,2}(?:\.\d{1,3})?\s?%\s")
_LETTERS = re.compile(r"[\s-](?:l\.a\.|s\.r\.|x\.l\.|e\.r\.|c\.d\.|c\.r\.|d\.s\.|a\.c\.)(?=\s)")
_FAR = 14
# "Amoxicillin/clavulanate 875/125 mg", "losartan-HCTZ": two drugs in one, by the strengths of both or by a partner that
# is seldom taken alone; "aspirin/Plavix" are two.
_JOINT = re.compile(r"\s?[/+]\s?|-")
_BOTH = re.compile(r"\s?\(?\d{1,4}(?:[.,]\d{1,2})?\s?(?:mg|mcg|g)?\s?[/-]\s?\d{1,4}")


def whole(found: Found, low: str, language: str) -> Found:
    """Return ``found`` with its whole name, in ``low``, the text as ``phrases.folded`` returns it.

    The marks at its ends are left out ("CellCept -"), and so is how much of it is taken ("high-dose methotrexate").
    """
    words = low[found.span.start : found.span.end]
    start = found.span.start + len(words) - len(words.lstrip(_MARKS))
    end = found.span.start + len(words.rstrip(_MARKS))
    if start >= end:
        return found
    start = _start(low, start, end, language)
    end = _end(low, start, end)
    span = Span(start, end)
    return found if span == found.span else Found(replace(found.entity, span=span), found.assertion)


def combined(found: Iterable[Found], low: str, language: str) -> Iterator[Found]:
    """Yield ``found``, which stand in the order of the text, with the drugs of one combination as one."""
    held: Found | None = None
    for each in found:
        joint = None if held is None else _JOINT.fullmatch(low, held.span.end, each.span.start)
        if held is not None and joint is not None and _is_combination(low, each.span, language):
            held = _to(held, each.span.end)
            continue
        if held is not None:
            yield _with_partner(held, low, language, each.span.start)
        held = each
    if held is not None:
        yield _with_partner(held, low, language, len(low))


def _is_combination(low: str, second: Span, language: str) -> bool:
    is_partner = low[second.start : second.end] in phrases("medications", language, "partners")
    return is_partner or _BOTH.match(low, second.end) is not None


def _with_partner(found: Found, low: str, language: str, limit: int) -> Found:
    """Return a drug with the partner behind it that the reader did not know: "amoxicilina/clavulánico"."""
    joint = _JOINT.match(low, found.span.end, limit)
    if joint is None:
        return found
    partner = phrases("medications", language, "partners").first(low, joint.end(), min(limit, joint.end() + 2 * _FAR))
    return found if partner is None or partner.start != joint.end() else _to(found, partner.end)


def _to(found: Found, end: int) -> Found:
    return Found(replace(found.entity, span=Span(found.span.start, end)), found.assertion)


def _start(low: str, start: int, end: int, language: str) -> int:
    strength = _STRENGTH.match(low, start, end)
    start = start if strength is None else strength.end()
    lead = phrases("medications", language, "leads").first(low, start, end)
    if lead is not None and lead.start == start and lead.end + 1 < end:
        return lead.end + 1
    before = _BEFORE.search(low, max(0, start - _FAR), start)
    is_name = before is not None and before[1] in phrases("medications", language, "prefixes")
    return before.start() if before is not None and is_name else start


def _end(low: str, start: int, end: int) -> int:
    number = _NUMBERED.match(low, max(start, end - 3)) if end - start > 3 else None
    if number is not None:
        return number.end()
    if _INSULIN.search(low, start, end) and (mixed := _MIXED.match(low, end)):
        return mixed.end()
    behind = _JOINED.match(low, end) or _LETTERS.match(low, end) or _LETTER_AND_NUMBER.match(low, end)
    return end if behind is None else behind.end()
