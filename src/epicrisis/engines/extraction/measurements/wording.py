"""Which words are the result of which test: "BUN and creatinine were normal", "trace protein", "negative for LE"."""

from __future__ import annotations

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import MeasurementKind
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, word_lists
from epicrisis.engines.extraction.measurements.analytes import Named, facts_of
from epicrisis.engines.extraction.measurements.paired import Paired
from epicrisis.engines.extraction.measurements.results import Worded, is_missing
from epicrisis.engines.extraction.measurements.sheets import Sheet

# "Negative for nitrites", "normal TSH": the words stand right before the name.
_NEAR = 6
_NOT_TESTS = (EntityLabel.PROBLEM, EntityLabel.MEDICATION, EntityLabel.PROCEDURE, EntityLabel.DOSE)
# An abbreviation of two letters takes words for its result only right behind it.
_SHORT = 2


def words_in(sheet: Sheet, numbers: list[Paired]) -> list[Paired]:
    """Return the tests of ``sheet`` that have no number but a result in words; names in a row share what follows."""
    return _Words(sheet, {pair.name for pair in numbers}).pairs()


class _Words:
    """Pairs names and words from right to left, so that a row of names finds what its last one found."""

    def __init__(self, sheet: Sheet, answered: set[Span]) -> None:
        self.sheet = sheet
        self.answered = answered
        self.found: dict[Span, Paired] = {}
        self.ends: dict[Span, int | None] = {}

    def pairs(self) -> list[Paired]:
        for name in reversed(self.sheet.names):
            if name.span not in self.answered:
                self._pair(name)
        return list(self.found.values())

    def _pair(self, name: Named) -> None:
        worded, before = self._behind(name), False
        if worded is None:
            worded, before = self._before(name), True
        if worded is None or not self._is_test(name, before=before):
            return
        if self._is_amount(worded) and not any(facts_of(analyte).behind for analyte in name.analytes):
            # "Urinalysis: small blood" tells how much blood, and "over the last few days" of nothing.
            return
        if not is_missing(self.sheet.low, worded.span, self.sheet.language):
            self.found[name.span] = Paired(name.span, name.analytes[0], worded.span, flag=worded.flag)

    def _is_amount(self, worded: Worded) -> bool:
        words = self.sheet.low[worded.span.start : worded.span.end]
        amounts, degrees = (phrases("measurements", self.sheet.language, key) for key in ("words", "degrees"))
        return words in amounts and words not in degrees

    def _behind(self, name: Named) -> Worded | None:
        end = self._end_of_row(name)
        if end is None:
            return None
        worded = self.sheet.worded_after(end)
        gap = None if worded is None else self.sheet.gap(end, worded.span.start)
        if worded is None or gap is None or (gap.line and not gap.words) or self._parts(end, worded.span.start):
            return None
        return None if self._leads_on(worded) else worded

    def _parts(self, start: int, end: int) -> bool:
        """Return whether what stands between a name and words parts them.

        "His potassium. Critical hyperkalemia", "A1c improved with increased doses".
        """
        text = self.sheet.note.text
        if text[start : start + 1] == "." and text[start + 1 : end + 1].lstrip()[:1].isupper():
            return True
        rest = self.sheet.low[start:end].split()
        return not set(rest[1:]).isdisjoint(word_lists("measurements", self.sheet.language)["with"])

    def _end_of_row(self, name: Named) -> int | None:
        """Return where the row of names from ``name`` on ends, or ``None`` where one of them has a number."""
        following = self.sheet.joined_to(name.span.end)
        if following is None:
            end: int | None = name.span.end
        else:
            end = None if following.span in self.answered else self.ends[following.span]
        self.ends[name.span] = end
        return end

    def _leads_on(self, worded: Worded) -> bool:
        """Return whether ``worded`` speaks of the name behind it: "chest pain, elevated troponin"."""
        following = self.sheet.name_after(worded.span.end)
        if following is None or not self._is_right_before(worded, following):
            return False
        own = self.found.get(following.span)
        return own.value == worded.span if own is not None else following.span not in self.answered

    def _before(self, name: Named) -> Worded | None:
        worded = self.sheet.worded_before(name.span.start)
        return worded if worded is not None and self._is_right_before(worded, name) else None

    def _is_right_before(self, worded: Worded, name: Named) -> bool:
        start, end = worded.span.end, name.span.start
        if not start < end <= start + _NEAR:
            return False
        between = self.sheet.between(start, end)
        return not between or between in word_lists("measurements", self.sheet.language)["about"]

    def _is_test(self, name: Named, *, before: bool) -> bool:
        """Return whether words make a result of ``name``: "high cholesterol" is a problem, "normal weight" no vital."""
        facts = [facts_of(analyte) for analyte in name.analytes]
        behind = any(each.behind for each in facts)
        if name.strict and before and not behind:
            return False
        if any(each.kind is MeasurementKind.OTHER for each in facts) or (len(name.span) <= _SHORT and before):
            return False
        if any(each.kind is MeasurementKind.VITAL for each in facts):
            return not before and len(name.span) > _SHORT and not name.strict
        return not self.sheet.overlaps(name.span, *_NOT_TESTS)
