"""The grammar of a prescription: how much, in what form, how, how often and for how long, as patterns over words.

What the reader leaves unmarked beside a drug is found here ("patch", "by mouth", "p.r.n."), and the amounts that were
found are told apart: "500 mg" of one tablet is a strength where "2 tablets" is the dose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.text.phrases import Phrases, alternatives
from epicrisis.text.wordlists import parsed

_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,7}(?:[.,]\d{1,4})?|\.\d{1,4})"
_ZERO_TO = r"(?:\s?-\s?|\s(?:to|or|a|o)\s)"
# "Vicodin 5/500", "Diovan 160/12.5": the strengths of two drugs in one, unless it could be a day or a month ("4/97").
_DAY = r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]|8[5-9]|9\d)(?![\d.])"
_COMBINED = rf"(?<!/)(?!{_DAY})\d{{1,4}}(?:\.\d{{1,2}})?/\d{{1,4}}(?:\.\d{{1,2}})?(?!\s?/|\d)"
_BARE_COMBINED = re.compile(_COMBINED)


# "#20 tablets", "dispense 30 tablets", "40 tablets": nobody takes that many at a time.
_SUPPLY = re.compile(r"(?:#\s?|\bdispense[d:]?\s|\bdisp\.?\s|\bquantity:?\s)$")
_LEADING = re.compile(r"(\d{1,4})(?![\d.,/-])(?!\s?(?:-|to)\s)")
_MANY = 12
# Between the letters of an abbreviation: "b.i.d." and "b. i. d." are one.
_STOP = re.compile(r"\\\.(?=[a-z])")
_DROPS = ("drop ", "drops ", "gtt ", "gtts ")


class Part(StrEnum):
    """What a piece of a prescription says."""

    AMOUNT = "AMOUNT"
    COUNT = "COUNT"
    STRENGTH = "STRENGTH"
    FORM = "FORM"
    ROUTE = "ROUTE"
    FREQUENCY = "FREQUENCY"
    AS_NEEDED = "AS_NEEDED"
    DURATION = "DURATION"

    @property
    def label(self) -> EntityLabel | None:
        """Return the label a reader would give it; a form has none."""
        return _LABELS.get(self)


_LABELS = {
    Part.AMOUNT: EntityLabel.DOSE,
    Part.COUNT: EntityLabel.DOSE,
    Part.STRENGTH: EntityLabel.DOSE,
    Part.ROUTE: EntityLabel.ROUTE,
    Part.FREQUENCY: EntityLabel.FREQUENCY,
    Part.AS_NEEDED: EntityLabel.FREQUENCY,
    Part.DURATION: EntityLabel.DURATION,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a prescription and where it stands."""

    span: Span
    part: Part


class Grammar:
    """The patterns of one language; each looks at a bounded stretch from any place, so no text takes long."""

    def __init__(self, language: str) -> None:
        lists = _words(language)
        self.numbers, self.counts = Phrases(lists["numbers"]), Phrases(lists["counts"])
        words = {key: f"(?:{alternatives(entries)})" for key, entries in lists.items()}
        words |= {key: _STOP.sub(r"\\.[^\\S\\n]?", words[key]) for key in ("as_needed", "frequencies", "routes")}
        some = rf"(?:{_NUMBER}(?:[\s-]1/2(?!\d))?|{words['numbers']})"
        several = rf"{some}(?:{_ZERO_TO}{some})?"
        # "20 to 40 mg" is one amount, "from 20 to 40 mg" are two.
        number = rf"(?:{_NUMBER}\s?[-/]\s?{_NUMBER}|(?<!from )(?<!de ){_NUMBER}\s(?:to|a)\s{_NUMBER}|{_NUMBER})"
        amount = rf"(?:{number}(?:\s?-\s?|\s{{0,2}})|{words['numbers']}\s){words['units']}"
        # "125 mg/5 mL" is one amount; "0,5 mg/12 h" is an amount and how often it is taken, and so is "40 mg per day".
        slash = rf"\s?/\s?(?:{_NUMBER}\s?(?:ml|cc|l)|{words['per']})(?!\w)"
        rate = rf"(?:{slash}|\sper\s(?!day|week)(?:{_NUMBER}\s)?{words['per']}(?!\w))"
        rates = rf"(?:{rate}(?:{slash}|\sper\s{words['per']}(?!\w))?)?"
        often = rf"(?:once|twice|una vez|dos veces|{some}\s?(?:times?|x|veces|vez))"
        every = rf"(?:every|each|cada|c/|c/\s|q\.?\s?|/\s?)\s?{several}[\s-]?{words['of_time']}"
        day = rf"{words['weekdays']}s?"
        # "Monday, Wednesday, and Friday", "Mon-Wed-Fri", "on Tuesdays": one day alone is when something happened.
        days = (
            rf"(?:(?:on|every|each|q\.?|los|cada)\s)?{day}(?:(?:,\s?(?:and\s|or\s)?|\s?[-/]\s?"
            rf"|\s(?:and|or|to|through|thru|y|a)\s){day}){{1,6}}|(?:every|each|q\.?|cada|los)\s{day}"
            rf"|(?:on\s)?{words['weekdays']}s"
        )
        latin = (
            rf"q\.?\s?\d{{1,2}}(?:\s?(?:-|to)\s?\d{{1,2}})?\.?\s?(?:{words['of_time']}|d)\b\.?"
            r"|q\.?\s?(?:[468]|12|24|48|72|4-6|6-8)(?![\d:/.-])"
        )
        cycles = rf"{some}\s{words['of_time']}\son(?:,|\sand)?\s(?:{some}\s{words['of_time']}\s)?off"
        # "1-0-1": in the morning, at noon, at night.
        day_each = r"(?:an?|per)\s(?:day|week|month)(?!\s(?:ago|after|before|earlier|later|or|prior)\b)"
        daytimes = r"(?:[0-4]|1/2|½)(?:\s?-\s?(?:[0-4]|1/2|½)){2,3}(?![\d/-])"
        patterns = {
            Part.AS_NEEDED: words["as_needed"],
            Part.DURATION: rf"{words['span']}\s?{several}[\s-](?:\w{{1,12}}\s)?{words['of_time']}|x\s?\d{{1,3}}"
            rf"\s?{words['of_time']}|{some}[\s-]{words['of_time']}\scourse|{words['durations']}",
            Part.FREQUENCY: rf"{latin}|{every}|{often}(?:[\s-](?:a|al?|an|per|each|every|por|a\sla)?|\s?/)[\s-]?"
            rf"{words['of_time']}|{day_each}"
            rf"|{days}|{cycles}|{daytimes}|{words['frequencies']}",
            Part.STRENGTH: rf"{_NUMBER}\s?(?:%|percent\b)|1:\d{{1,6}}(?:,\d{{3}}){{0,2}}(?!\d)",
            Part.AMOUNT: rf"{amount}{rates}|{_COMBINED}",
            Part.COUNT: rf"{several}(?:\s(?:(?!(?:{words['units']}|{words['numbers']})\s)\w{{1,8}}\s)?|(?<=\d))"
            rf"{words['counts']}|x\s?\d{{1,2}}"
            rf"|{several}(?=\s(?:{words['routes']}|{words['frequencies']}|{latin}|{every}|{day_each})(?!\w))",
            # "Od" is the right eye behind drops, and once a day elsewhere.
            Part.ROUTE: rf"{words['routes']}|(?:{'|'.join(f'(?<={word})' for word in _DROPS)})od",
            Part.FORM: words["forms"],
        }
        # A named group each, the longest reading of a place wins: "one tablet" before "tablet".
        self._patterns = {
            part: re.compile(rf"(?:(?<![\w.])|(?=/\s?\d))(?:{pattern})(?![\w%])") for part, pattern in patterns.items()
        }
        self._units = re.compile(rf"(?:\d\s?-?\s?|{words['numbers']}\s){words['units']}(?!\w)|{_COMBINED}(?!\w)")
        self._counts = re.compile(rf"(?<!\w){words['counts']}(?!\w)")
        self._as_needed = self._patterns[Part.AS_NEEDED]

    def pieces(self, low: str, start: int, end: int) -> list[Piece]:
        """Return the pieces in ``low``, a text as ``phrases.folded`` returns it, between two places; none overlap."""
        found = [
            Piece(Span(*match.span()), part)
            for part, pattern in self._patterns.items()
            for match in pattern.finditer(low, start, end)
        ]
        order = {part: place for place, part in enumerate(self._patterns)}
        found.sort(key=lambda piece: (piece.span.start, -len(piece.span), order[piece.part]))
        kept: list[Piece] = []
        for piece in found:
            if not kept or piece.span.start >= kept[-1].span.end:
                kept.append(piece)
        return [piece for piece in kept if piece.part is not Part.COUNT or not self.is_supply(low, piece.span)]

    def without_pieces(self, low: str, span: Span) -> str:
        """Return what stands in a stretch besides pieces of a prescription and marks."""
        left, at = [], span.start
        for piece in self.pieces(low, span.start, span.end):
            left.append(low[at : piece.span.start])
            at = piece.span.end
        return " ".join([*left, low[at : span.end]]).strip(" \n\t,.:;()-")

    def is_supply(self, low: str, span: Span) -> bool:
        """Return whether a count is what a pharmacy hands out: "#20", "dispense 30 tablets"."""
        words = low[span.start : span.end]
        if words.startswith("#") or _SUPPLY.search(low, max(0, span.start - 12), span.start):
            return True
        number = _LEADING.match(words)
        return number is not None and int(number[1]) >= _MANY and self._counts.search(words) is not None

    def part_of(self, words: str) -> Part:
        """Return what kind of dose ``words`` are, folded: a count of forms, an amount with its unit, a strength."""
        if self._patterns[Part.STRENGTH].fullmatch(words) or ("%" in words and not self._units.search(words)):
            return Part.STRENGTH
        if self._counts.search(words) and not self._units.search(words):
            return Part.COUNT
        return Part.AMOUNT if self._units.search(words) else Part.COUNT

    def is_combined(self, words: str) -> bool:
        """Return whether ``words`` are two bare strengths: "5/500"."""
        return _BARE_COMBINED.fullmatch(words) is not None

    def is_as_needed(self, words: str) -> bool:
        """Return whether ``words``, folded, say that a drug is taken when something calls for it."""
        return self._as_needed.search(words) is not None

    def forms(self, low: str, start: int, end: int) -> Iterator[Span]:
        """Yield the forms named between two places."""
        for match in self._patterns[Part.FORM].finditer(low, start, end):
            yield Span(*match.span())


@cache
def grammar(language: str) -> Grammar:
    """Return the grammar of ``language``, built once."""
    return Grammar(language)


def _words(language: str) -> Mapping[str, tuple[str, ...]]:
    file = f"sig.{language}.toml"
    return parsed(file, (files("epicrisis.engines.entities") / "words" / file).read_text(encoding="utf-8"))
