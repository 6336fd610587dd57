"""The value of an observation (OBX), by its type: what a laboratory would print of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from epicrisis.formats.documents.hl7v2.wire import Segment, Value
from epicrisis.formats.documents.sheets.sheet import one_line, result
from epicrisis.formats.documents.sheets.stamps import packed_stamp

_ID, _VALUE, _UNIT, _USUAL, _FLAGS, _STATE = 3, 5, 6, 7, 8, 11
FILE, POINTER = "ED", "RP"
"""The types of a value that is a file, and of one that is kept elsewhere."""

WITHDRAWN = frozenset({"D", "N", "W", "X"})
"""States of OBX-11 (table 0085) in which there is no result: deleted, not asked, wrong, not to be had."""

_TEXT = frozenset({"", "FT", "ST", "TX"})
# Suffixes of an identifier (7.2.5.3) that say which part of a report a text is.
_PARTS_OF_REPORT: Mapping[str, str] = {"GDT": "imaging", "IMP": "impression", "REC": "recommendations"}


def is_text(segment: Segment) -> bool:
    """Return whether an OBX holds words alone, as a line of a report does."""
    return segment.raw(2) in _TEXT and not segment.raw(_UNIT) and not segment.raw(_FLAGS)


def name_of(segment: Segment) -> str:
    """Return what was observed."""
    return segment.first(_ID).coded


def part_of_report(segment: Segment) -> str | None:
    """Return the word for the part of a report an OBX belongs to, where its identifier says it."""
    value = segment.first(_ID)
    return _PARTS_OF_REPORT.get(value.part(1, 2).upper())


def text_of(segment: Segment) -> str:
    """Return the words of an OBX; what its message takes for repetitions are its lines."""
    return "\n".join(value.text for value in segment.values(_VALUE))


def result_of(segment: Segment) -> str:
    """Return an OBX as one line: ``Albumin Urine: 2.1 mg/dL (0-3) H``; "" where it has no value."""
    said = _SAID.get(segment.raw(2), _said)
    value = "; ".join(filter(None, (one_line(said(each)) for each in segment.values(_VALUE))))
    if not value:
        return ""
    unit = segment.first(_UNIT)
    return result(
        name_of(segment),
        value,
        unit=unit.component(1) or unit.component(2),
        usual=segment.first(_USUAL).text,
        flags=[one_line(flag.component(1)) for flag in segment.values(_FLAGS)],
    )


def is_withdrawn(segment: Segment) -> bool:
    """Return whether the OBX says that its result is none."""
    return segment.first(_STATE).component(1) in WITHDRAWN


def _said(value: Value) -> str:
    return " ".join(filter(None, map(value.component, range(1, value.raw.count(value.marks.component) + 2))))


def _structured(value: Value) -> str:
    """Return a structured number (SN): a comparator, a number, what joins it to another, and that."""
    comparator, first, joint, second = map(value.component, (1, 2, 3, 4))
    return f"{comparator}{first}{joint}{second}"


_SAID: Mapping[str, Callable[[Value], str]] = {
    **dict.fromkeys(("CE", "CF", "CNE", "CWE"), lambda value: value.coded),
    **dict.fromkeys(("DT", "DTM", "TS"), lambda value: packed_stamp(value.component(1))),
    **dict.fromkeys(_TEXT, lambda value: value.text),
    "SN": _structured,
}
