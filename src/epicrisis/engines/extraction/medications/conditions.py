"""Whether what becomes of a drug hangs on a condition: "if he develops rash, stop Bactrim", "hold for SBP < 100"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.assertions import Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.verbs import Verb, verbs_of
from epicrisis.engines.extraction.note import Note

# How far behind a drug its condition may begin, and how wide the measure of a limit is: "for systolic pressure < 100".
_FAR, _WIDE = 120, 40
_WORD = re.compile(r"[^\W\d_]+")
_LESS = re.compile(r"[<>\u2264\u2265]")
_STOP = re.compile(r"[,;:.\n]")
# How far before a verb the words stand that say whether it was done: "should be temporarily held".
_NEAR = 30
_TO_COME = (Status.CONDITIONAL, Status.HYPOTHETICAL)


class Conditions:
    """The words of a note that set conditions, asked by the place of a drug."""

    def __init__(self, note: Note, low: str) -> None:
        """Ask ``note``, ``low`` being its text as ``phrases.folded`` returns it."""
        self._note, self._low, self._language = note, low, primary(note)

    def is_before(self, drug: Span, key: str) -> bool:
        """Return whether words of the list ``key`` stand in the clause before a drug: "if it rises, stop aspirin"."""
        sentence = self._note.sentence(drug)
        start = max(sentence.start, self._low.rfind(";", sentence.start, drug.start) + 1)
        # "Unclear whether it helps if taken late, so stop Bactrim".
        hence = phrases("medications", self._language, "hence").find(self._low, start, drug.start)
        results = [each.end for each in hence if self._low[max(start, each.start - 2) : each.start].strip() == ","]
        start = max([start, *results])
        return self._first(key, start, drug.start) is not None

    def is_done(self, verb: Span) -> bool:
        """Return whether a verb tells what was done, on whatever condition: "held for SBP < 90", no "to be held"."""
        if self._is_led_by("to_be", verb):
            return False
        return self._first("done", verb.start, verb.end) is not None or self._is_led_by("was", verb)

    def _is_led_by(self, key: str, verb: Span) -> bool:
        """Return whether a word of the list ``key`` stands before a verb, with nothing but adverbs between."""
        led = phrases("medications", self._language, key).last(self._low, max(0, verb.start - _NEAR), verb.start)
        return led is not None and self._is_clear(led.end, verb.start, ())

    def _first(self, key: str, start: int, end: int) -> Span | None:
        """Return the first words of the list ``key`` between two places that are part of no others: no "asked if"."""
        besides = phrases("medications", self._language, "besides")
        found = phrases("medications", self._language, key, "besides").find(self._low, start, end)
        return next((each for each in found if " ".join(self._low[each.start : each.end].split()) not in besides), None)

    def is_behind(self, drug: Span, end: int, between: Sequence[Span], verbs: Sequence[Verb]) -> bool:
        """Return whether a condition follows a drug, or a verb behind it.

        The drugs of one list end at ``end``; ``between`` are their attributes, which may stand before the condition.
        """
        limit = max(end, self._note.sentence(drug).end)
        places = [end, *(verb.span.end for verb in verbs if verb.span.end > drug.end)]
        return any(self._is_at(place, min(limit, place + _FAR), between) for place in places)

    def _is_at(self, place: int, limit: int, between: Sequence[Span]) -> bool:
        told = self._first("only_if", place, limit)
        if told is not None and self._is_clear(place, told.start, between):
            return True
        limited = phrases("medications", self._language, "limited")
        return any(
            self._is_limit(found.end, limit)
            for found in limited.find(self._low, place, limit)
            if self._is_clear(place, found.start, between)
        )

    def _is_limit(self, start: int, limit: int) -> bool:
        """Return whether a bound or what may come follows: "HR < 60", "systolic below 100", "hold for loose stools"."""
        first = next(self._note.within(Span(start, limit), EntityLabel.PROBLEM), None) if start < limit else None
        is_to_come = first is not None and first.assertion is not None and first.assertion.status in _TO_COME
        if first is not None and is_to_come and not self._low[start : first.span.start].strip():
            return True
        stop = _STOP.search(self._low, start, limit)
        end = min(limit, start + _WIDE) if stop is None else min(stop.start(), start + _WIDE)
        words = phrases("medications", self._language, "limits").first(self._low, start, max(start, end))
        return _LESS.search(self._low, start, end) is not None or words is not None

    def _is_clear(self, place: int, start: int, between: Sequence[Span]) -> bool:
        """Return whether nothing but attributes, verbs and adverbs stands between a place and a condition."""
        rest, at = "", place
        for span in between:
            if place <= span.start < start:
                rest, at = rest + self._low[at : max(at, span.start)], max(at, span.end)
        rest += self._low[at : max(at, start)]
        verbs = verbs_of(self._language)[1]
        being = phrases("medications", self._language, "being")
        for each in sorted({*verbs.find(rest), *being.find(rest)}, reverse=True):
            rest = rest[: each.start] + rest[each.end :]
        return not _STOP.search(rest) and all(word.endswith(("ly", "mente")) for word in _WORD.findall(rest))
