"""When something is to be seen or done again, and with whom, by the words that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, word_lists
from epicrisis.engines.extraction.times import amounts, begins_time, times
from epicrisis.text.phrases import alternatives

# "at 10:00", "a las 9.30 h": the hour of a day that was named.
_HOUR = re.compile(r",?\s?(?:at\s|a\slas\s|@\s?)?\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\.?|hrs|h)?")
_GAP = re.compile(r"\s?[:-]?\s")
_OVER = re.compile(r"[\s,.()-]*")


def when_in(low: str, language: str, start: int, end: int, *, bare: bool = False) -> Span | None:
    """Return the time to come between two places of ``low``; "PCP 1 week" has one where it may be ``bare``."""
    not_when, past = phrases("follow_up", language, "not-when"), phrases("follow_up", language, "past-times")
    for each in times(low, language, start, end):
        # What is to be done today is no follow-up, and what was a week ago neither.
        if low[each.start : each.end] not in not_when and past.first(low, each.start, each.end) is None:
            return each
    if not bare:
        return None
    last = next(amounts(low, language, start, end), None)
    return last if last is not None and _ends(language).match(low, last.end, end) else None


def is_over(low: str, start: int, end: int) -> bool:
    """Return whether nothing but an hour stands behind a time that ends at ``start``."""
    hour = _HOUR.match(low, start, end)
    return _OVER.fullmatch(low, start if hour is None else hour.end(), end) is not None


def whom_in(low: str, language: str, start: int, end: int) -> Span | None:
    """Return with whom, told by a word such as "with": "with Dr. X", "en Cardiología"."""
    return next(_whoms(low, language, start, end, named=True), None)


def whom_at(low: str, language: str, start: int, end: int) -> Span | None:
    """Return the person or the clinic that ``low`` names at ``start``: "PCP 1 week"."""
    match = _whom(language, named=False).match(low, start, end)
    return Span(*match.span("whom")) if match and _is_clinic(low, language, match, end) else None


def whom_before(low: str, language: str, start: int, end: int) -> Span | None:
    """Return the person or the clinic whose name ends right before ``end``: "Cardiology follow-up"."""
    last = phrases("follow_up", language, "services", "whom").last(low, start, end)
    return last if last is not None and low[last.end : end].strip("- ") == "" else None


def first_whom(low: str, language: str, start: int, end: int) -> Span | None:
    """Return the first person or clinic between two places."""
    return next(_whoms(low, language, start, end, named=False), None)


def _whoms(low: str, language: str, start: int, end: int, *, named: bool) -> Iterator[Span]:
    for match in _whom(language, named=named).finditer(low, start, end):
        if _is_clinic(low, language, match, end):
            yield Span(*match.span("whom"))


def _is_clinic(low: str, language: str, match: re.Match[str], end: int) -> bool:
    """Return whether a match names a clinic: "renal in 2 weeks" and "renal and GI" do, "renal function" does not."""
    if match["service"] is None or _closes(language).match(low, match.end(), end):
        return True
    gap, join = _GAP.match(low, match.end(), end), _join(language).match(low, match.end(), end)
    if join is not None and whom_at(low, language, join.end(), end) is not None:
        return True
    return begins_time(low, language, match.end() if gap is None else gap.end(), end)


@cache
def _whom(language: str, *, named: bool) -> re.Pattern[str]:
    lists = word_lists("follow_up", language)
    words = {key: f"(?:{alternatives(entries)})" for key, entries in lists.items()}
    name = rf"{words['titles']}\.?\s[a-z][\w.]*(?:\s[a-z]\b\.?)?"
    us = r"|me\b|us\b" if named else ""
    place = rf"\s{words['places']}"
    # "Renal clinic" and "GI: Dr. X" name a clinic by themselves; what stands behind "renal" alone decides.
    service = rf"{words['services']}(?:{place}(?:,?\s{name})?|[,:]?\s{name})|(?P<service>{words['services']})"
    return re.compile(
        rf"(?<![\w/])(?:{words['with']}\s){'' if named else '?'}(?:{words['possessives']}\s){{0,2}}"
        rf"(?P<whom>{name}|{words['whom']}(?:{place})?(?:,?\s{name})?|{service}{us})(?!\w)"
    )


@cache
def _ends(language: str) -> re.Pattern[str]:
    """Return what may follow an amount of time that stands alone: "RTC 3 months with labs"."""
    words = alternatives(word_lists("follow_up", language)["after-bare"])
    return re.compile(rf"[\s()-]{{0,4}}(?:$|[,.;]|(?:{words})(?!\w))")


@cache
def _closes(language: str) -> re.Pattern[str]:
    """Return what may follow the name of an organ that is a clinic: "Renal, Dr. X", "renal for biopsy"."""
    words = alternatives(word_lists("follow_up", language)["after-services"])
    return re.compile(rf"\s{{0,4}}(?:$|[,.;()]|-\s)|\s(?:{words})(?!\w)")


@cache
def _join(language: str) -> re.Pattern[str]:
    return re.compile(rf"\s(?:{alternatives(word_lists('follow_up', language)['joins'])})\s")
