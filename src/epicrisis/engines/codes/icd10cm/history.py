"""What a past event is coded as: an old infarction and a personal history of thrombosis are no acute ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.record_contracts import Mention
from epicrisis.text.phrases import Phrases, folded

# How far before a name "history of" may stand, with other names of its list between, and how far behind it a year.
_BEFORE, _BEHIND = 60, 30
_YEAR = re.compile(r"(?<![\w/.-])(?:19|20)\d\d(?![\w/])")
_PARTED = re.compile(r"[.;]\s")
_LISTED = re.compile(r"[.,;\n]")


def history_of(code: str, mention: Mention) -> str:
    """Return what ``code`` becomes where ``mention`` says that it is over, or ``code`` itself."""
    if not mention.past:
        return code
    low, name = folded(mention.sentence), folded(mention.text)
    at = low.find(name)
    if at < 0 or _is_kept(code, low):
        return code
    named = Span(at, at + len(name))
    if (event := _found("events", code)) and _is_over(low, named, mention.section):
        return event
    if (cancer := _found("cancers", code)) and _is_no_more(low, named):
        return cancer
    return code


@cache
def history_file() -> Mapping[str, Any]:
    """Return the lists of ``history.toml``."""
    return tomllib.loads(files(__package__).joinpath("history.toml").read_text(encoding="utf-8"))


def _is_kept(code: str, low: str) -> bool:
    """Return whether what stays of ``code`` is said: a stroke with a residual hemiparesis has a history of its own."""
    kept = next((key for key, codes in history_file()["kept"].items() if code.startswith(tuple(codes))), None)
    return kept is not None and any(not _is_without(low, said.start) for said in _words(kept).find(low))


def _is_without(low: str, at: int) -> bool:
    return _words("without").first(low, _opening(low, at, _LISTED), at) is not None


def _is_over(low: str, named: Span, section: SectionCategory | None) -> bool:
    # "Presents with chest pain since yesterday" tells of an infarction no more than the heading above both.
    told = _told_before(low, named, _PARTED)
    if told is None and _YEAR.search(low, named.end, _closing(low, named)) is not None:
        told = _opening(low, named.start, _LISTED)
    if told is None:
        return section is SectionCategory.PAST_HISTORY and _words("recent").first(low) is None
    return _words("recent").first(low, told, _closing(low, named, len(low))) is None


def _is_no_more(low: str, named: Span) -> bool:
    # "History of stroke, lung cancer" says of the cancer only that it is on the list; a year tells when it was found.
    told = _told_before(low, named, _LISTED)
    if told is None or _words("treated").first(low) is not None:
        return False
    return _words("active").first(low, told, _closing(low, named, len(low))) is None


def _told_before(low: str, named: Span, parts: re.Pattern[str]) -> int | None:
    """Return where words before a name say that it is over, with none of ``parts`` between."""
    said = _words("before").last(low, _opening(low, named.start, parts), named.start)
    return None if said is None else said.start


def _opening(low: str, at: int, parts: re.Pattern[str]) -> int:
    return max((match.end() for match in parts.finditer(low, max(0, at - _BEFORE), at)), default=max(0, at - _BEFORE))


def _closing(low: str, named: Span, reach: int = _BEHIND) -> int:
    mark = _LISTED.search(low, named.end, named.end + reach)
    return min(len(low), named.end + reach) if mark is None else mark.start()


def _found(table: str, code: str) -> str | None:
    codes = history_file()[table]
    return next((codes[code[:length]] for length in range(len(code), 2, -1) if code[:length] in codes), None)


@cache
def _words(key: str) -> Phrases:
    return Phrases(history_file()[key])
