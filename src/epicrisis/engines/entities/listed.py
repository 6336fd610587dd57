"""Diseases that a list names by a short form or by their name alone: "PMH: BPH, OSA", "# HTN: continue lisinopril".

An encoder needs a sentence to tell what "HTN" is, and a list has none. A short form is taken for a disease under the
right headings only, and where it is an item of its own; elsewhere "PE" may be an examination and "MS" morphine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.lexicon import LANGUAGES, label_of
from epicrisis.text.lines import ITEM
from epicrisis.text.phrases import alternatives, folded
from epicrisis.text.wordlists import parsed

_LISTS = frozenset({SectionCategory.PAST_HISTORY})
_HEADED = frozenset({SectionCategory.ASSESSMENT, SectionCategory.PLAN})
# "# HTN:", "#HTN", "2. Anemia -": the head of an item ends at a colon, a dash or its line.
_HASH = re.compile(r"\s{0,3}#{1,3}\s{0,3}(?:\d{1,2}[.)]?\s{1,3})?")
_HEAD_ENDS = re.compile(r"\s?:(?:\s|$)|\s[-\u2013\u2014]{1,2}\s|\n")
_LONGEST_HEAD = 60
_SHORT = 2


def listed(text: str, section: SectionCategory | None, language: str) -> list[Span]:
    """Return where ``text``, a sentence of a ``section``, names diseases as items of a list, in order."""
    if language not in LANGUAGES:
        return []
    low = folded(text)
    if section in _LISTS:
        return list(_short_forms(low, 0, len(low), language))
    head = _head(low, section)
    if head is None:
        return []
    named = list(_short_forms(low, head.start, head.end, language))
    if section is SectionCategory.OTHER and not _HASH.match(low):
        # "COPD: tiotropium." A heading in capitals may be a disease, "MS:" and "IC:" something else.
        return [span for span in named if len(span) > _SHORT] if low[head.end : head.end + 1] == ":" else []
    whole = low[head.start : head.end].strip()
    if not named and label_of(whole, language) is EntityLabel.PROBLEM:
        at = low.index(whole, head.start)
        return [Span(at, at + len(whole))]
    return named


def is_short_form(words: str, language: str) -> bool:
    """Return whether ``words`` are a short form of a disease, and nothing else."""
    return language in LANGUAGES and folded(words) in _forms(language)


def _head(low: str, section: SectionCategory | None) -> Span | None:
    """Return the head of an item of an assessment, or of one under a hash wherever it stands."""
    hashed = _HASH.match(low)
    if hashed is None and section not in _HEADED and section is not SectionCategory.OTHER:
        return None
    marker = ITEM.match(low)
    start = hashed.end() if hashed else marker.end() if marker else 0
    ends = _HEAD_ENDS.search(low, start, start + _LONGEST_HEAD + 2)
    end = ends.start() if ends else len(low.rstrip(" .\t\n"))
    return Span(start, end) if start < end <= start + _LONGEST_HEAD else None


def _short_forms(low: str, start: int, end: int, language: str) -> Iterator[Span]:
    for match in _item(language).finditer(low[start:end]):
        yield Span(*match.span("name")).shifted(start)


@cache
def _forms(language: str) -> frozenset[str]:
    return frozenset(map(folded, _words(language)["short-forms"]))


@cache
def _item(language: str) -> re.Pattern[str]:
    """Return a pattern for a short form that is an item of a list, whatever leads up to it."""
    lists = _words(language)
    joins, leading = alternatives(lists["joins"]), alternatives(lists["leading"])
    following = alternatives(lists["following"])
    return re.compile(
        rf"(?:(?:^|(?<=[,;:/(.\n#\u2022*])|(?<=\s[-\u2013\u2014]\s))\s{{0,3}}|(?<!\w)(?:{joins}|{leading})\s{{1,3}})"
        rf"(?P<name>{alternatives(lists['short-forms'])})(?!\w)"
        rf"(?=\s{{0,3}}(?:[,;:/().\n]|[-\u2013\u2014]\s|$|'?\d\d|(?:{joins}|{following})(?!\w)))"
    )


def _words(language: str) -> Mapping[str, tuple[str, ...]]:
    file = f"listed.{language}.toml"
    return parsed(file, (files("epicrisis.engines.entities") / "words" / file).read_text(encoding="utf-8"))
