"""Whether what becomes of a drug hangs on a condition: "if he develops rash, stop Bactrim", "hold for SBP < 100"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.verbs import Verb, verbs_of
from epicrisis.engines.extraction.note import Note

# How far behind a drug its condition may begin, and how wide the measure of a limit is: "for systolic pressure < 100".
_FAR, _WIDE = 120, 40
_WORD = re.compile(r"[^\W\d_]+")
_LESS = re.compile(r"[<>\u2264\u2265]")
_STOP = re.compile(r"[,;:.\n]")
# "If anything, his pressure was low, so lisinopril was stopped": what was done was done.
_DONE = re.compile(r"\s(?:was|were|had been|has been|fue|fueron|ha sido)\s")


class Conditions:
    """The words of a note that set conditions, asked by the place of a drug."""

    def __init__(self, note: Note, low: str) -> None:
        """Ask ``note``, ``low`` being its text as ``phrases.folded`` returns it."""
        self._note, self._low, self._language = note, low, primary(note)

    def is_before(self, drug: Span, key: str) -> bool:
        """Return whether words of the list ``key`` stand in the clause before a drug: "if it rises, stop aspirin"."""
        sentence = self._note.sentence(drug)
        start = max(sentence.start, self._low.rfind(";", sentence.start, drug.start) + 1)
        found = phrases("medications", self._language, key).first(self._low, start, drug.start)
        return found is not None and not (key == "only_if" and _DONE.match(self._low, drug.end))

    def is_behind(self, drug: Span, end: int, between: Sequence[Span], verbs: Sequence[Verb]) -> bool:
        """Return whether a condition follows a drug, or a verb behind it.

        The drugs of one list end at ``end``; ``between`` are their attributes, which may stand before the condition.
        """
        limit = max(end, self._note.sentence(drug).end)
        places = [end, *(verb.span.end for verb in verbs if verb.span.end > drug.end)]
        return any(self._is_at(place, min(limit, place + _FAR), between) for place in places)

    def _is_at(self, place: int, limit: int, between: Sequence[Span]) -> bool:
        told = phrases("medications", self._language, "only_if").first(self._low, place, limit)
        if told is not None and self._is_clear(place, told.start, between):
            return True
        limited = phrases("medications", self._language, "limited")
        return any(
            self._is_limit(found.end, limit)
            for found in limited.find(self._low, place, limit)
            if self._is_clear(place, found.start, between)
        )

    def _is_limit(self, start: int, limit: int) -> bool:
        """Return whether a measure and its bound follow: "HR < 60", "systolic below 100"."""
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
