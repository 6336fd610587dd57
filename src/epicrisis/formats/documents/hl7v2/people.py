"""Who a message is about, and which visit: the head of its sheet (PID, PV1, PV2)."""

from __future__ import annotations

from epicrisis.formats.documents.hl7v2.wire import Segment, Value
from epicrisis.formats.documents.sheets.sheet import Sheet
from epicrisis.formats.documents.sheets.stamps import day_of, packed_stamp

_SEXES = {"F": "female", "M": "male"}
_RECORD_NUMBER = "MR"


def write_patient(segment: Segment, sheet: Sheet) -> None:
    """Write the name, birth, sex and record number of a PID."""
    sheet.head("patient", person(segment.first(5), first=1))
    sheet.head("born", day_of(packed_stamp(segment.first(7).component(1))))
    sex = segment.first(8).component(1).upper()
    if sex in _SEXES:
        sheet.head("sex", sheet.says(_SEXES[sex]))
    numbers = segment.values(3)
    # Of several numbers, the one of the medical record; the others may be a passport or a social security number.
    number = next((value for value in numbers if value.component(5) == _RECORD_NUMBER), None)
    if number is None and len(numbers) == 1:
        number = numbers[0] if numbers[0].component(5) == "" else None
    sheet.head("number", number.component(1) if number else "")


def write_visit(segment: Segment, sheet: Sheet) -> None:
    """Write when a visit (PV1) began and ended, and who attends."""
    sheet.head("admitted", packed_stamp(segment.first(44).component(1)))
    sheet.head("discharged", packed_stamp(segment.first(45).component(1)))
    sheet.head("attending", person(segment.first(7), first=2))


def write_reason(segment: Segment, sheet: Sheet) -> None:
    """Write why somebody comes (PV2-3)."""
    sheet.line(sheet.says("reason"), segment.first(3).coded)


def person(value: Value, *, first: int) -> str:
    """Return a name (XPN, or XCN behind its number) as it is said; ``first`` is the place of the family name."""
    family, given, middle, suffix, prefix = map(value.component, range(first, first + 5))
    return " ".join(filter(None, (prefix, given, middle, family, suffix)))
