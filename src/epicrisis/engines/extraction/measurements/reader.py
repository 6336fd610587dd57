"""Laboratory tests, vital signs and other examinations of a note, each with its result."""

from __future__ import annotations

import re
from functools import cache

from epicrisis.domain.assertions import Experiencer, Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import Flag, Measurement, MeasurementKind, Quantity, Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.measurements.analytes import facts_of
from epicrisis.engines.extraction.measurements.fits import ACUITY, GRADED
from epicrisis.engines.extraction.measurements.paired import Paired
from epicrisis.engines.extraction.measurements.pairing import numbers_in
from epicrisis.engines.extraction.measurements.ranges import Ranged, range_behind
from epicrisis.engines.extraction.measurements.readings import Shape
from epicrisis.engines.extraction.measurements.results import beside_range, marked_behind
from epicrisis.engines.extraction.measurements.sheets import Sheet
from epicrisis.engines.extraction.measurements.unlisted import unlisted_in
from epicrisis.engines.extraction.measurements.unnamed import unnamed_in
from epicrisis.engines.extraction.measurements.wording import words_in
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import alternatives

_SURE, _LESS_SURE = 0.95, 0.8
# How far before a name a wish for its result may stand: "please keep the systolic below 140".
_WISH = 50
# A moment behind a result is its own when it stands so near: "10.9 on 3/14".
_BESIDE = 4
# And a moment that holds for a list of results stands so far before the last of them.
_BACK = 250
# Results that are kept in words: there is no one number in them.
_IN_WORDS = (*GRADED, Shape.RANGE, Shape.DECADES)
_CLAUSE = re.compile(r"[.;,\n]")
_JUDGED = (EntityLabel.TEST, EntityLabel.PROCEDURE, EntityLabel.PROBLEM)
_DOSED = (SectionCategory.MEDICATIONS, SectionCategory.ALLERGIES)


def measurements(note: Note) -> tuple[Measurement, ...]:
    """Return what ``note`` says was measured of its patient, in the order of the results.

    A test that was only ordered, or whose result is wished for, is none; nor is what was measured of a relative.
    """
    sheet = Sheet(note)
    numbers = numbers_in(sheet)
    listed = [*numbers, *words_in(sheet, numbers)]
    listed.extend(unnamed_in(sheet, listed))
    pairs = sorted([*listed, *unlisted_in(sheet, listed)], key=lambda pair: (pair.value, pair.name))
    return tuple(_measurement(sheet, pair) for pair in pairs if _is_measured(sheet, pair))


def _is_measured(sheet: Sheet, pair: Paired) -> bool:
    category = sheet.note.category(pair.name)
    if category is SectionCategory.FAMILY_HISTORY:
        return False
    if pair.unit is None and pair.reading is not None:
        dosed = sheet.overlaps(pair.value, EntityLabel.DOSE)
        if dosed or (category in _DOSED and facts_of(pair.analyte).kind is MeasurementKind.LAB):
            return False
    return not (_is_wished(sheet, pair) or _is_of_another(sheet, pair.name))


def _is_wished(sheet: Sheet, pair: Paired) -> bool:
    start, end = min(pair.name.start, pair.value.start), max(pair.name.end, pair.value.end)
    opening = max(0, start - _WISH)
    for match in _CLAUSE.finditer(sheet.low, opening, start):
        opening = match.end()
    return _wished(sheet.language).search(sheet.low, opening, end) is not None


def _is_of_another(sheet: Sheet, name: Span) -> bool:
    """Return whether the reader says of the test that it is somebody else's, or not done yet."""
    for found in sheet.found_at(name, *_JUDGED):
        assertion = found.assertion
        if assertion is not None:
            denied = assertion.status is Status.ABSENT and found.label is EntityLabel.PROBLEM
            unreal = denied or assertion.status is Status.HYPOTHETICAL
            return unreal or assertion.experiencer is not Experiencer.PATIENT
    return False


def _measurement(sheet: Sheet, pair: Paired) -> Measurement:
    note, facts = sheet.note, facts_of(pair.analyte)
    quantity = _quantity(sheet, pair)
    ranged = _ranged(sheet, pair)
    return Measurement(
        name=note.stated(pair.name),
        kind=facts.kind,
        value=note.stated(pair.value),
        quantity=quantity,
        reference=None if ranged is None else ranged.reference,
        flag=_flag(sheet, pair, quantity, ranged),
        time=_time(sheet, pair),
        confidence=_SURE if pair.sure else _LESS_SURE,
        section=note.category(pair.name),
        part=pair.part,
    )


def _quantity(sheet: Sheet, pair: Paired) -> Quantity | None:
    reading = pair.reading
    if reading is None or pair.number is None or reading.shape in _IN_WORDS or pair.analyte == ACUITY:
        return None
    if reading.total is not None and reading.shape is not Shape.ONE:
        written = None if reading.unit is None else sheet.note.stated(reading.unit.span).text
        return Quantity(reading.total, written, "[in_i]" if reading.shape is Shape.FEET else "[lb_av]")
    written = None if pair.unit is None or reading.unit is None else sheet.note.stated(reading.unit.span).text
    return Quantity(pair.number, written, _ucum(pair, pair.number), reading.comparator)


def _ucum(pair: Paired, value: float) -> str | None:
    facts = facts_of(pair.analyte)
    if pair.unit is not None and pair.unit.measures != "degrees":
        return pair.unit.ucum
    if facts.scales:
        return next((ucum for ucum, (low, high) in facts.scales.items() if low <= value <= high), None)
    return facts.unwritten


def _ranged(sheet: Sheet, pair: Paired) -> Ranged | None:
    if pair.reading is None or pair.reading.shape is not Shape.ONE:
        return None
    thousands = facts_of(pair.analyte).thousands
    return range_behind(sheet.low, pair.value.end, sheet.language, thousands=thousands)


def _flag(sheet: Sheet, pair: Paired, quantity: Quantity | None, ranged: Ranged | None) -> Flag | None:
    if pair.reading is None:
        return pair.flag
    end = pair.value.end if ranged is None else ranged.end
    marked = _marked(sheet, pair.value.end) or _marked(sheet, end)
    if marked is not None or pair.flag is not None:
        return marked or pair.flag
    if quantity is None or ranged is None:
        return None
    return beside_range(quantity.value, ranged.reference.low, ranged.reference.high)


def _marked(sheet: Sheet, end: int) -> Flag | None:
    """Return the flag of a laboratory behind ``end``; the L of "N 75% L 15%" is the next name and no flag."""
    name = sheet.name_after(end)
    if name is not None and sheet.low[end : name.span.start].isspace():
        return None
    return marked_behind(sheet.note.text, end, sheet.language)


def _time(sheet: Sheet, pair: Paired) -> Stated | None:
    """Return when it was measured: the moment beside the result, or the one before it that no other result has."""
    start, end = min(pair.name.start, pair.value.start), max(pair.name.end, pair.value.end)
    sentence = sheet.note.sentence(pair.name)
    best: Span | None = None
    for moment in sheet.moments_between(max(sentence.start, start - _BACK), min(sentence.end, end + _BESIDE)):
        if not sheet.is_behind_result(moment) or start <= moment.start:
            best = moment
    return None if best is None else sheet.note.stated(best)


@cache
def _wished(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(word_lists('measurements', language)['wished'])})(?!\w)")
