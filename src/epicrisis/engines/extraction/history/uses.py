"""What names the use of tobacco, alcohol and drugs, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from epicrisis.domain.records import SocialKind
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, word_lists
from epicrisis.text.phrases import alternatives

# The list of words of each substance.
SUBSTANCES = {SocialKind.TOBACCO: "tobacco", SocialKind.ALCOHOL: "alcohol", SocialKind.DRUGS: "drugs"}


def is_use(words: str, language: str) -> bool:
    """Return whether ``words``, folded, name the use of a substance and no more: not "alcohol abuse"."""
    if words in phrases("social", language, "headings"):
        return True
    if phrases("social", language, "disorders").first(words) is not None:
        return False
    return _use_alone(language).search(words) is not None


def tobacco_units(low: str, language: str) -> Iterator[Span]:
    """Yield the unit of each number that tells of smoking: "1 ppd x 20 yrs", and no "PPD negative"."""
    return (Span(*match.span("unit")) for match in _counted(language).finditer(low))


@cache
def _counted(language: str) -> re.Pattern[str]:
    lists = word_lists("social", language)
    number = rf"(?:\d{{1,3}}[½¼¾]?|[½¼¾]|{alternatives(lists['numbers'])})"
    return re.compile(rf"(?<!\w){number}[\s-]{{0,2}}(?P<unit>{alternatives(lists['tobacco-units'])})(?!\w)")


@cache
def _use_alone(language: str) -> re.Pattern[str]:
    """Return what words of a use end with in English, and begin with in Spanish."""
    lists = word_lists("social", language)
    terms = alternatives(term for key in SUBSTANCES.values() for term in lists[key])
    uses = alternatives(lists["behind-use"])
    if language == "es":
        return re.compile(rf"^(?:(?:{uses})\s(?:de\s)?)?(?:{terms})(?!\w)")
    return re.compile(rf"(?<!\w)(?:{terms})(?:\s(?:{uses}))?$")


@cache
def amounts(language: str) -> re.Pattern[str]:
    """Return the pattern of an amount in a folded text: "2-3 packs a day for 20 years", "socially", "ipa 20"."""
    lists = word_lists("social", language)
    words: dict[str, str] = {key: f"(?:{alternatives(entries)})" for key, entries in lists.items()}
    number = rf"(?:\d{{1,3}}(?:[.,/]\d{{1,2}}|[½¼¾])?|[½¼¾]|{words['numbers']})"
    return re.compile(
        rf"(?<![\w.,/])(?:{number}(?:\s?(?:-|to|or|a|o|and|y)\s?{number})?[\s-]{{0,2}}(?:{words['numbers']}\s)?{words['amounts']}(?:\s{words['of-what']})?"
        rf"(?:\s?{words['periods']})?(?:,?\s{words['spans']}\s{number}(?:\s?(?:-|to|a)\s?{number})?[\s-]{words['years']})?"
        rf"|ipa:?\s\d{{1,3}}|{words['how-often']})(?!\w)"
    )
