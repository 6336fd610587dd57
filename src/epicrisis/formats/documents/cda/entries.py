"""The entries of a CDA section as lines, for a section that says nothing in words.

An entry is a tree of statements (CDA R2, 4.3.6); the ones that say something of their own become a line each, and what
only holds others together does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from epicrisis.formats.documents.cda.markup import TYPE, attribute, coded, each, first, local, words
from epicrisis.formats.documents.sheets.sheet import Sheet, result
from epicrisis.formats.documents.sheets.stamps import day_of, packed_stamp

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element

_STATEMENTS = frozenset({"act", "encounter", "observation", "procedure", "substanceAdministration", "supply"})
# Codes that say "what follows is a problem" or "an allergy" (HL7 ActCode, SNOMED CT, LOINC): their value is the name.
_CODES_OF_VALUES = """
    282291009 29308-4 404684003 409586006 418799008 419199007 420134006 55607006 64572001 75321-0 75323-6 75326-9
    ASSERTION SEV
"""
_NAMED_BY_VALUE = frozenset(_CODES_OF_VALUES.split())
_CONCERN, _REASON = "CONC", "RSON"
_WITHDRAWN = frozenset({"aborted", "cancelled", "nullified"})
_NEGATED = {"observation": "no", "substanceAdministration": "not-given", "supply": "not-given"}
_UNITS = {"d": "days", "h": "hours", "min": "minutes", "mo": "months", "wk": "weeks"}


def write_entries(section: Element, title: str, sheet: Sheet) -> None:
    """Write what the entries of ``section`` say under ``title``; what a statement carries with it is on its line."""
    for entry in each(section, "entry"):
        for parts in _lines(entry, sheet):
            sheet.line(title, *parts)


def _lines(entry: Element, sheet: Sheet) -> Iterable[list[str]]:
    lines: dict[Element, list[str]] = {}
    for element in entry.iter():
        if local(element) not in _STATEMENTS or attribute(element, "statusCode", "code") in _WITHDRAWN:
            continue
        said = list(filter(None, _said(element, sheet)))
        outer = next((one for one in element.iterancestors() if one in lines), None)
        if outer is not None:
            # A reaction and its severity stand beside the allergy, what a drug is for beside the drug.
            lines[outer][-1:-1] = said
        elif said:
            lines[element] = [result(_relative(element), said[0]), *said[1:], _since(element)]
    return lines.values()


def _said(statement: Element, sheet: Sheet) -> Iterator[str]:
    """Yield the parts of the line for one statement: what it is, and how a drug is taken."""
    name, value = _name(statement), "; ".join(filter(None, map(_value, each(statement, "value"))))
    code = attribute(statement, "code", "code")
    if value and (not name or code in _NAMED_BY_VALUE):
        name, value = _substance(statement) or value, ""
    if not name or code == _CONCERN:
        return
    if statement.getparent().get("typeCode") == _REASON:
        name = sheet.says("for", of=name)
    if statement.get("negationInd") == "true":
        name = sheet.says(_NEGATED.get(local(statement), "not-done"), of=name)
    flags = [str(flag.get("code")) for flag in each(statement, "interpretationCode") if flag.get("code")]
    yield result(name, value, usual=_usual(statement), flags=flags) if value else name
    yield from _dose(statement, sheet)


def _since(statement: Element) -> str:
    since = attribute(statement, "effectiveTime", "value") or attribute(statement, "effectiveTime/low", "value")
    return day_of(packed_stamp(since))


def _relative(statement: Element) -> str:
    """Return whose it is, where the statement is of a relative: nothing of it may be read as the patient's."""
    said = (coded(first(one, "subject/relatedSubject/code")) for one in statement.iterancestors("{*}organizer"))
    return next(filter(None, said), "")


def _name(statement: Element) -> str:
    material = first(statement, "consumable/manufacturedProduct/manufacturedMaterial")
    if material is not None:
        return coded(first(material, "code")) or words(first(material, "name"))
    return coded(first(statement, "code"))


def _substance(statement: Element) -> str:
    """Return what an allergy is to; the value of the statement only says that it is one."""
    playing = first(statement, "participant/participantRole/playingEntity")
    return "" if playing is None else coded(first(playing, "code")) or words(first(playing, "name"))


def _value(value: Element) -> str:
    kind = str(value.get(TYPE, "")).rpartition(":")[2]
    if kind in ("IVL_PQ", "IVL_INT", "IVL_REAL"):
        return _between(attribute(value, "low", "value"), attribute(value, "high", "value"))
    if kind in ("TS", "IVL_TS"):
        return packed_stamp(str(value.get("value") or attribute(value, "low", "value")))
    return coded(value) or _quantity(value) or words(value)


def _quantity(quantity: Element | None) -> str:
    if quantity is None or not quantity.get("value"):
        return ""
    unit = quantity.get("unit", "")
    # "1" is how UCUM says that a number has no unit.
    return f"{quantity.get('value')} {'' if unit == '1' else unit}".strip()


def _between(low: str, high: str) -> str:
    if low and high:
        return f"{low}-{high}"
    return f">= {low}" if low else f"<= {high}" if high else ""


def _usual(statement: Element) -> str:
    ranged = first(statement, "referenceRange/observationRange")
    if ranged is None:
        return ""
    value = first(ranged, "value")
    return (_value(value) if value is not None else "") or words(first(ranged, "text"))


def _dose(statement: Element, sheet: Sheet) -> Iterator[str]:
    """Yield how a drug is taken: how much, by which way, how often."""
    dose = first(statement, "doseQuantity")
    if dose is not None:
        yield _quantity(dose) or _quantity(first(dose, "center"))
    yield coded(first(statement, "routeCode"))
    period = first(statement, "effectiveTime/period")
    if period is not None and period.get("value"):
        unit = str(period.get("unit", ""))
        unit = sheet.says(_UNITS[unit]) if unit in _UNITS else unit
        yield f"{sheet.says('every', of=str(period.get('value')))} {unit}"
