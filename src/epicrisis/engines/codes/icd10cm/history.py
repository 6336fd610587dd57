"""What a past event is coded as: an old infarction and a personal history of thrombosis are no acute ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.sections import SectionCategory
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
    if at < 0 or _words("recent").first(low) is not None:
        return code
    end = at + len(name)
    over = mention.section is SectionCategory.PAST_HISTORY or _is_told(low, at, end, _PARTED)
    if over and (event := _found("events", code)):
        return event
    # "History of stroke, lung cancer" says of the cancer only that it is on the list.
    if _words("active").first(low) is None and _is_told(low, at, end, _LISTED) and (cancer := _found("cancers", code)):
        return cancer
    return code


def history_file() -> Mapping[str, Any]:
    """Return the lists of ``history.toml``."""
    return tomllib.loads(files(__package__).joinpath("history.toml").read_text(encoding="utf-8"))


def _is_told(low: str, start: int, end: int, parts: re.Pattern[str]) -> bool:
    """Return whether words before a name or a year behind it say that it is over, with none of ``parts`` between."""
    opening = max(0, start - _BEFORE)
    for match in parts.finditer(low, opening, start):
        opening = match.end()
    closing = _LISTED.search(low, end, end + _BEHIND)
    year = _YEAR.search(low, end, end + _BEHIND if closing is None else closing.start())
    return year is not None or _words("before").first(low, opening, start) is not None


def _found(table: str, code: str) -> str | None:
    codes = _file()[table]
    return next((codes[code[:length]] for length in range(len(code), 2, -1) if code[:length] in codes), None)


@cache
def _file() -> Mapping[str, Any]:
    return history_file()


@cache
def _words(key: str) -> Phrases:
    return Phrases(_file()[key])
