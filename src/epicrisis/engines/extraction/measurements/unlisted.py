"""Tests that no list names, with the results that the reader joins to them: "Doxycycline level 6.5 mcg/mL"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases
from epicrisis.engines.extraction.measurements.analytes import LABORATORY, facts_of
from epicrisis.engines.extraction.measurements.fits import number_for
from epicrisis.engines.extraction.measurements.paired import Paired
from epicrisis.engines.extraction.measurements.readings import Reading, Shape
from epicrisis.engines.extraction.measurements.results import Worded
from epicrisis.engines.extraction.measurements.sheets import Sheet
from epicrisis.engines.extraction.note import Found
from epicrisis.engines.extraction.relations.linking import related

# What such tests are called among the analytes: a name of none, so all that holds of a laboratory test holds of it.
_LAB = "unlisted"
_LETTERS = re.compile(r"[^\W\d_]{2}")


def unlisted_in(sheet: Sheet, known: Sequence[Paired]) -> list[Paired]:
    """Return the tests of ``sheet`` that only the reader knows, with the results that stand behind them."""
    tests = [found for found in sheet.note.of(EntityLabel.TEST) if _is_unlisted(sheet, found.span)]
    if not tests:
        return []
    taken = [pair.value for pair in known]
    values = [each for each in sheet.note.of(EntityLabel.VALUE) if not any(each.span.overlaps(one) for one in taken)]
    made = [_paired(sheet, relation.head, relation.attribute) for relation in related(sheet.note, tests, values)]
    found: dict[Span, Paired] = {}
    for pair in made:
        if pair is not None:
            found.setdefault(pair.value, pair)
    return list(found.values())


def _is_unlisted(sheet: Sheet, span: Span) -> bool:
    name = sheet.name_after(max(0, span.start - 60))
    while name is not None and name.span.start < span.end:
        if name.span.overlaps(span):
            return False
        name = sheet.name_after(name.span.end)
    return _LETTERS.search(sheet.low, span.start, span.end) is not None


def _paired(sheet: Sheet, test: Found, value: Found) -> Paired | None:
    if value.span.start < test.span.end:
        return None
    reading = next(_readings(sheet, value.span), None)
    if reading is not None:
        return _with_number(sheet, test.span, reading)
    worded = sheet.worded_after(value.span.start)
    if worded is None or not worded.span.overlaps(value.span):
        return None
    return _with_words(sheet, test.span, worded)


def _readings(sheet: Sheet, span: Span) -> Iterator[Reading]:
    following = sheet.reading_after(max(0, span.start - 18))
    while following is not None and following[1].span.start < span.end:
        if following[1].span.overlaps(span):
            yield following[1]
        following = sheet.reading_after(following[1].span.end)


def _with_number(sheet: Sheet, name: Span, reading: Reading) -> Paired | None:
    if reading.shape is not Shape.ONE or sheet.gap(name.end, reading.span.start) is None:
        return None
    measures = LABORATORY if reading.unit is None else {unit.measures for unit in reading.unit.units}
    if reading.unit is None and not _is_assay(sheet, name):
        return None
    if reading.unit is not None and not measures & (LABORATORY - {"fraction"}):
        return None
    unit = None if reading.unit is None else reading.unit.of(LABORATORY)
    numeral = reading.numerals[0]
    number = number_for(sheet.low[numeral.start : numeral.end], sheet.language, facts_of(_LAB))
    return None if number is None else Paired(name, _LAB, reading.span, reading, number, unit, sure=False)


def _with_words(sheet: Sheet, name: Span, worded: Worded) -> Paired | None:
    gap = sheet.gap(name.end, worded.span.start)
    if gap is None or worded.flag is None or not _is_assay(sheet, name):
        return None
    return Paired(name, _LAB, worded.span, flag=worded.flag, sure=False)


def _is_assay(sheet: Sheet, name: Span) -> bool:
    """Return whether ``name`` is of the laboratory by its last word, or by where it stands: "antibody", "level"."""
    assays = phrases("measurements", sheet.language, "assays")
    last = assays.last(sheet.low, name.start, name.end)
    if last is not None and last.end == name.end:
        return True
    return sheet.note.category(name) is SectionCategory.LABORATORY and not _is_imaging(sheet, name)


def _is_imaging(sheet: Sheet, name: Span) -> bool:
    return phrases("measurements", sheet.language, "pictures").first(sheet.low, name.start, name.end) is not None
