"""A note laid out for whoever pairs tests with their results: names, numbers, words and moments, each in order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import merge

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import Flag
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary, word_lists
from epicrisis.engines.extraction.measurements.analytes import Named, facts_of, names_in
from epicrisis.engines.extraction.measurements.letters import letters_in
from epicrisis.engines.extraction.measurements.moments import clocks_in, joined, moments_in, overlapping
from epicrisis.engines.extraction.measurements.readings import Reading, readings_in
from epicrisis.engines.extraction.measurements.results import Worded, flag_of, worded_in
from epicrisis.engines.extraction.measurements.rows import (
    LONGEST_AND,
    apart_from,
    apart_from_units,
    is_row,
    lasting_in,
)
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.text.characters import plain
from epicrisis.text.phrases import folded

# A name and its number stand no further apart: "Oxygen saturation on room air at the time of my evaluation was 98%".
_WIDEST, _MOST_WORDS = 80, 10
# What a reader finds is not longer than this.
_AROUND = 120
_LONGEST_ROW = 12
# Between a number and the name behind it: "54% lymphocytes", "80% de neutrófilos", "108/70 is his blood pressure".
_LONGEST_BEHIND = 9

_WORD = re.compile(r"[^\W\d_]+(?:'s)?|\d+(?:[.,]\d+)*|[^\w\s]|\n")
_MARKS = frozenset(":=,(|~-–—\n;)*&'\"")
_PAUSES = frozenset({",", "\n", "(", ";"})
_LAST_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]++)\s$")


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands between a name and a result: how many words, whether they pause, and what they say of it.

    Of ``words`` only ``links`` say nothing of the result: "a sodium which was low at 127".
    """

    words: int = 0
    links: int = 0
    pause: bool = False
    line: bool = False
    flag: Flag | None = None
    series: bool = False


NOTHING = Gap()


class Sheet:
    """The note, and what stands in it."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.language = primary(note)
        self.low = folded(plain(note.text))
        self.moments = moments_in(self.low, self.language)
        written = readings_in(self.low, self.language)
        named = merge(names_in(note.text, self.language), letters_in(note.text), key=lambda name: name.span)
        self.names = apart_from_units(named, written)
        clocks = clocks_in(self.low)
        repeats = list(phrases("measurements", self.language, "repeated").find(self.low))
        taken = joined([*(name.span for name in self.names), *self.moments, *clocks, *repeats])
        told = list(apart_from(taken, written))
        lasting = lasting_in(self.low, told, self.language)
        self.readings = [reading for reading in told if not overlapping(lasting, reading.span)]
        # What a gap may hold and still says nothing of the result: a moment, "x 2", "at 1 and 5 minutes".
        self.passed = joined([*self.moments, *clocks, *repeats, *lasting])
        self.worded = worded_in(self.low, self.language)
        self._names_at = [name.span.start for name in self.names]
        self._readings_at = [reading.span.start for reading in self.readings]
        self._worded_at = [worded.span.start for worded in self.worded]
        self._moments_at = [moment.start for moment in self.moments]

    def reading_after(self, at: int) -> tuple[int, Reading] | None:
        """Return the first number that begins at ``at`` or behind it, and its place among them."""
        number = bisect_left(self._readings_at, at)
        return (number, self.readings[number]) if number < len(self.readings) else None

    def reading_before(self, at: int) -> tuple[int, Reading] | None:
        """Return the last number that begins before ``at``, and its place among them."""
        number = bisect_left(self._readings_at, at) - 1
        return (number, self.readings[number]) if number >= 0 else None

    def worded_after(self, at: int) -> Worded | None:
        """Return the first result in words that begins at ``at`` or behind it."""
        number = bisect_left(self._worded_at, at)
        return self.worded[number] if number < len(self.worded) else None

    def worded_before(self, at: int) -> Worded | None:
        """Return the last result in words that begins before ``at``."""
        number = bisect_left(self._worded_at, at) - 1
        return self.worded[number] if number >= 0 else None

    def name_after(self, at: int) -> Named | None:
        """Return the first name that begins at ``at`` or behind it."""
        number = bisect_left(self._names_at, at)
        return self.names[number] if number < len(self.names) else None

    def moments_between(self, start: int, end: int) -> Iterator[Span]:
        """Yield the moments that begin between two places."""
        yield from self.moments[bisect_left(self._moments_at, start) : bisect_left(self._moments_at, end)]

    def row(self, at: int) -> Sequence[Named]:
        """Return the names from the one at ``at`` that share what follows: "hemoglobin and hematocrit"."""
        last = at
        while last + 1 < len(self.names) and last - at < _LONGEST_ROW:
            if self.joined_to(self.names[last].span.end) is not self.names[last + 1]:
                break
            last += 1
        return self.names[at : last + 1]

    def joined_to(self, end: int) -> Named | None:
        """Return the name that goes on with the one that ends at ``end``, if there is one."""
        name = self.name_after(end)
        if name is None or name.span.start - end > LONGEST_AND:
            return None
        return name if self.is_row(end, name.span.start) else None

    def is_row(self, start: int, end: int) -> bool:
        """Return whether nothing but a comma, a slash or an "and" stands between two places."""
        return is_row(self.low, start, end, self.language)

    def touches(self, reading: Reading, name: Named) -> bool:
        """Return whether ``name`` is one that follows its number, and follows this one directly."""
        start, end = reading.span.end, name.span.start
        if not 0 <= end - start <= _LONGEST_BEHIND or "\n" in self.low[start:end]:
            return False
        between, lists = self.between(start, end).strip("'"), word_lists("measurements", self.language)
        if between in lists["said-behind"]:
            return True
        return self._leads_behind(between) and any(facts_of(each).behind for each in name.analytes)

    def answers(self, reading: Reading, name: Named) -> bool:
        """Return whether ``reading`` is told of ``name``, which stands behind it: "51 and 83 for the AST and ALT"."""
        start, end = reading.span.end, name.span.start
        if not 0 < end - start <= _LONGEST_BEHIND or "\n" in self.low[start:end]:
            return False
        between = self.between(start, end)
        return bool(between) and self._leads_behind(between)

    def _leads_behind(self, between: str) -> bool:
        lists = word_lists("measurements", self.language)
        first, *others = between.split() or [""]
        return (not first or first in lists["behind"]) and set(others) <= set(lists["asides"])

    def gap(self, start: int, end: int) -> Gap | None:
        """Return what stands between two places, or ``None`` where it parts them: too far, too many or other words."""
        if not 0 <= end - start <= _WIDEST:
            return None
        name = self.name_after(start)
        if name is not None and name.span.start < end and not self._is_aside(name):
            return None
        words = self._words(start, end)
        return None if words is None else self._made(words)

    def flag_before(self, name: Named) -> Flag | None:
        """Return what the word right before ``name`` says of its number: "a low sodium level of 129"."""
        worded = self.worded_before(name.span.start)
        if worded is None or self.low[worded.span.end : name.span.start] != " ":
            return None
        return worded.flag

    def is_behind_result(self, moment: Span) -> bool:
        """Return whether ``moment`` stands right behind a number, whose it is then: "10.9 on 3/14, hemoglobin 9"."""
        before = self.reading_before(moment.start)
        return before is not None and self.between(before[1].span.end, moment.start) in ("", "(")

    def between(self, start: int, end: int) -> str:
        """Return the words between two places as they are compared: in small letters, blanks left out at the ends."""
        return self.low[start:end].strip()

    def overlaps(self, span: Span, *labels: EntityLabel) -> bool:
        """Return whether the reader found any of ``labels`` where ``span`` stands."""
        return any(True for _ in self.found_at(span, *labels))

    def found_at(self, span: Span, *labels: EntityLabel) -> Iterator[Found]:
        """Yield what the reader found of ``labels`` where ``span`` stands; longer than a line is none of it."""
        around = Span(max(0, span.start - _AROUND), span.end + _AROUND)
        return (found for found in self.note.within(around, *labels) if found.span.overlaps(span))

    def _is_aside(self, name: Named) -> bool:
        """Return whether ``name`` is only where the number comes from: "platelet count on his CBC is 215"."""
        before = _LAST_WORD.search(self.low, max(0, name.span.start - _LONGEST_BEHIND), name.span.start)
        if before is None or before[1] not in word_lists("measurements", self.language)["asides"]:
            return False
        return all(facts_of(analyte).panel for analyte in name.analytes)

    def _words(self, start: int, end: int) -> list[str] | None:
        known = _known(self.language)
        words: list[str] = []
        for match in _WORD.finditer(self.low, start, end):
            span = Span(*match.span())
            if overlapping(self.passed, span):
                continue
            word = match.group()
            if word == "." and match.start() == start and self.low[match.end() : match.end() + 1] != "\n":
                continue
            if not (word in known or word in _MARKS or self._is_panel(span)):
                return None
            words.append(word)
        if words.count("\n") > 1 or sum(word[0].isalpha() for word in words) > _MOST_WORDS:
            return None
        return words

    def _is_panel(self, span: Span) -> bool:
        name = self.name_after(span.start)
        return name is not None and name.span.start == span.start and self._is_aside(name)

    def _made(self, words: Sequence[str]) -> Gap:
        lists, said = word_lists("measurements", self.language), set(words)
        changed = lists["changed"] if said.intersection(lists["turned"]) else ()
        flags = [flag_of(word, self.language) for word in words if word not in changed]
        known = [flag for flag in flags if flag is not None]
        spoken = [word for word in words if word[0].isalpha()]
        return Gap(
            words=len(spoken),
            links=sum(flag_of(word, self.language) is None and word not in lists["degrees"] for word in spoken),
            pause=not said.isdisjoint({*_PAUSES, *lists["and"], *lists["with"]}),
            line="\n" in words,
            flag=known[-1] if known else None,
            series=not _series(self.language).isdisjoint(said),
        )


@cache
def _known(language: str) -> frozenset[str]:
    """Return the words that may stand between a name and its number."""
    lists = word_lists("measurements", language)
    keys = ("links", "degrees", "high", "low", "normal", "critical", "abnormal", "series")
    return frozenset(folded(word) for key in keys for word in lists[key] if " " not in word)


@cache
def _series(language: str) -> frozenset[str]:
    return frozenset(map(folded, word_lists("measurements", language)["series"]))
