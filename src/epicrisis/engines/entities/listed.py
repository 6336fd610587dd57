"""Diseases that a list names by a short form or by their name alone: "PMH: BPH, OSA", "# HTN: continue lisinopril".

An encoder needs a sentence to tell what "HTN" is, and a list has none. A short form is taken for a disease under the
right headings only, and where it is an item of its own; elsewhere "PE" may be an examination and "MS" morphine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.lexicon import LANGUAGES, label_of
from epicrisis.text.lines import ITEM
from epicrisis.text.phrases import Phrases, alternatives, folded
from epicrisis.text.wordlists import parsed

_LISTS = frozenset({SectionCategory.FAMILY_HISTORY, SectionCategory.PAST_HISTORY})
_HEADED = frozenset({SectionCategory.ASSESSMENT, SectionCategory.PLAN})
# "# HTN:", "#HTN", "2. Anemia -": the head of an item ends at a colon, a dash or its line.
_HASH = re.compile(r"\s{0,3}#{1,3}\s{0,3}(?:\d{1,2}[.)]?\s{1,3})?")
_HEAD_ENDS = re.compile(r"\s?:(?:\s|$)|\s[-\u2013\u2014]{1,2}\s|\n")
# What follows in "HIV, RPR, UA" and "UC, BCx pending": a list of tests.
_GOES_ON = re.compile(r"\s?[,/]\s?(?=\w{0,12}[A-Z]\w{0,12}[A-Z])")
_LONGEST_HEAD, _LONGEST_HISTORY = 60, 160
_SHORT = 2


def listed(text: str, section: SectionCategory | None, language: str) -> list[Span]:
    """Return where ``text``, a sentence of a ``section``, names diseases as items of a list, in order."""
    if language not in LANGUAGES:
        return []
    low = folded(text)
    if section in _LISTS:
        return list(_short_forms(low, 0, len(low), language))
    told = list(_of_history(low, language))
    return told or _headed(text, low, section, language)


def _headed(text: str, low: str, section: SectionCategory | None, language: str) -> list[Span]:
    """Return what the head of an item names."""
    head = _head(low, section)
    if head is None or is_preventive(text, language):
        return []
    named = _heading(text, low, head, language)
    whole = low[head.span.start : head.span.end].strip()
    if section is SectionCategory.OTHER and not head.is_hashed:
        # "COPD: tiotropium." A heading in capitals may be a disease, "MS:" and "IC:" something else.
        return [span for span in named if len(span) > _SHORT] if low[head.span.end : head.span.end + 1] == ":" else []
    if not named and label_of(whole, language) is EntityLabel.PROBLEM:
        at = low.index(whole, head.span.start)
        return [Span(at, at + len(whole))]
    return named


def is_preventive(text: str, language: str) -> bool:
    """Return whether ``text``, a sentence, is about what is prevented: "DVT - ppx", "TVP: profilaxis"."""
    primary = language.partition("-")[0].lower()
    return primary in LANGUAGES and _preventing(primary).first(folded(text)) is not None


def is_short_form(words: str, language: str) -> bool:
    """Return whether ``words`` are a short form of a disease, and nothing else."""
    return language in LANGUAGES and folded(words) in _forms(language)


@dataclass(frozen=True, slots=True)
class _Head:
    """What an item is about, the marker before it, and whether a colon or a dash closes it."""

    span: Span
    marker: str
    is_closed: bool

    @property
    def is_hashed(self) -> bool:
        return "#" in self.marker


def _of_history(low: str, language: str) -> Iterator[Span]:
    """Yield the short forms that a sentence lists as a history, up to its verb: "M w/ PMH HTN, DM2 presents"."""
    for history in _histories(language).finditer(low):
        verb = _verbs(language).first(low, history.end(), history.end() + _LONGEST_HISTORY)
        end = min(len(low), history.end() + _LONGEST_HISTORY) if verb is None else verb.start
        # What stands first is an item too, whatever word leads to it.
        items = f",{low[history.end() : end]}"
        for span in _short_forms(items, 0, len(items), language):
            yield span.shifted(history.end() - 1)


def _head(low: str, section: SectionCategory | None) -> _Head | None:
    """Return the head of an item of an assessment, or of one under a hash wherever it stands."""
    hashed = _HASH.match(low)
    if hashed is None and section not in _HEADED and section is not SectionCategory.OTHER:
        return None
    marker = hashed or ITEM.match(low)
    start = marker.end() if marker else 0
    ends = _HEAD_ENDS.search(low, start, start + _LONGEST_HEAD + 2)
    end = ends.start() if ends else len(low.rstrip(" .\t\n"))
    is_closed = ends is not None and ends[0] != "\n"
    if not low[start:end].strip() or end > start + _LONGEST_HEAD:
        return None
    start += len(low[start:end]) - len(low[start:end].lstrip())
    return _Head(Span(start, end), marker[0].strip() if marker else "", is_closed)


def _heading(text: str, low: str, head: _Head, language: str) -> list[Span]:
    """Return the short forms that a head begins with, one beside the other, as far as they are sure to be diseases."""
    named: list[Span] = []
    for span in _short_forms(low, head.span.start, head.span.end, language):
        before = low[named[-1].end if named else head.span.start : span.start]
        if _led(language).fullmatch(before) is None:
            break
        named.append(span)
    if not named or (not head.is_closed and _GOES_ON.match(text, named[-1].end)):
        return []
    if head.is_hashed:
        return named
    # A sentence is no item, unless it is but a name: "Satting 96%, RA.", "COPD."
    if not (head.marker or head.is_closed or named == [head.span]):
        return []
    # "1. MI: aspirin" is one, and "PE: CTAB", "IC con Cardiología" are none.
    is_sure = head.is_closed and head.marker[:1].isdigit() and named == [head.span]
    return named if is_sure else [span for span in named if len(span) > _SHORT]


def _short_forms(low: str, start: int, end: int, language: str) -> Iterator[Span]:
    for match in _item(language).finditer(low[start:end]):
        yield Span(*match.span("name")).shifted(start)


@cache
def _led(language: str) -> re.Pattern[str]:
    """Return a pattern for what may stand before a name at the head of an item, or between two."""
    lists = _words(language)
    return re.compile(rf"(?:[\s,;/&+(]|(?<!\w)(?:{alternatives((*lists['joins'], *lists['leading']))})(?!\w)){{0,8}}")


@cache
def _histories(language: str) -> re.Pattern[str]:
    """Return a pattern for what a list of past diseases begins with in the middle of a sentence."""
    return re.compile(rf"(?<!\w)(?:{alternatives(_words(language)['histories'])})(?!\w)\s{{0,3}}:?\s{{0,3}}")


@cache
def _verbs(language: str) -> Phrases:
    return Phrases(_words(language)["verbs"])


@cache
def _preventing(language: str) -> Phrases:
    return Phrases(_words(language)["preventing"])


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
