"""What stands before a number and tells that it is less or more: "< 5", "fewer than 5", "al menos 5"."""

from __future__ import annotations

import re
from functools import cache

from epicrisis.engines.extraction.lists import word_lists
from epicrisis.text.phrases import Phrases, alternatives

# How far before a number its comparator may begin: "fewer than ", "no more than ".
_COMPARED = 18


def compared(low: str, start: int, language: str) -> tuple[int, str | None]:
    """Return where the number at ``start`` of ``low`` begins with its comparator, and the sign of it, if it has one."""
    for match in _comparators(language).finditer(low, max(0, start - _COMPARED), start):
        if match.end() == start:
            words = match.group("words")
            return match.start("words"), next(sign for sign, forms in _signs(language).items() if words in forms)
    return start, None


@cache
def _signs(language: str) -> dict[str, Phrases]:
    lists = word_lists("measurements", language)
    keys = {"<": "less", "<=": "less-or-equal", ">": "more", ">=": "more-or-equal"}
    return {sign: Phrases(lists[f"comparators-{key}"]) for sign, key in keys.items()}


@cache
def _comparators(language: str) -> re.Pattern[str]:
    lists = word_lists("measurements", language)
    forms = [form for key, entries in lists.items() if key.startswith("comparators-") for form in entries]
    marks = [form for form in forms if not form[0].isalpha()]
    words = alternatives(form for form in forms if form[0].isalpha())
    return re.compile(rf"(?P<words>(?:{alternatives(marks)})|(?<!\w)(?:{words})(?!\w))[^\S\n]?")
