"""The reference range of a result: of several, the one that is meant for somebody of this age and sex."""

from __future__ import annotations

import re

from epicrisis.domain.moments import Moment
from epicrisis.domain.records import Quantity, ReferenceRange
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.dosages import days_in
from epicrisis.formats.patients.fhir.values import codings, inner, listed, number, said_by, words

_BETWEEN = re.compile(
    r"\(?\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*(?:-|–|to)\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*\)?(?:\s[^\d]{1,30})?"
)
_ONE_END = re.compile(r"\(?\s*(<=|>=|<|>|≤|≥)\s*=?\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*\)?(?:\s[^\d]{1,30})?")
_FEMALE, _MALE = frozenset({"248152002", "female", "f"}), frozenset({"248153007", "male", "m"})
_USUAL = frozenset({"", "normal"})
_DAYS_A_YEAR = 365.25


def reference_of(ranges: object, result: Quantity | None, at: Moment | None, chart: Chart) -> ReferenceRange | None:
    """Return the range that holds for the patient ``at`` that time, in the unit of ``result``."""
    found = [
        each for each in listed(ranges) if _is_usual(each) and _fits_sex(each, chart) and _fits_age(each, at, chart)
    ]
    # A range for women says more to a woman than one for anybody, and so it is with ages.
    found.sort(key=lambda each: ("appliesTo" not in each, "age" not in each))
    return next((told for each in found if (told := _told(each, result)) is not None), None)


def range_in_words(text: str) -> ReferenceRange | None:
    """Return the range that words tell: ``3.5-5.1``, ``< 30``, ``>=60``; ``None`` where they tell none."""
    if both := _BETWEEN.fullmatch(text.strip()):
        return _range(float(both[1]), float(both[2]))
    if end := _ONE_END.fullmatch(text.strip()):
        told = float(end[2])
        return _range(None, told) if end[1] in "<=≤" else _range(told, None)
    return None


def _told(told: Resource, result: Quantity | None) -> ReferenceRange | None:
    low, high = told.get("low"), told.get("high")
    units = {unit for end in (low, high) if (unit := words(inner(end, "unit")) or words(inner(end, "code")))}
    if result is not None and units and not units & {result.unit, result.ucum} and (result.unit or result.ucum):
        # A range in another unit than the result says nothing of it.
        return None
    found = _range(number(inner(low, "value")), number(inner(high, "value")))
    return found or range_in_words(words(told.get("text")))


def _range(low: float | None, high: float | None) -> ReferenceRange | None:
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None
    return ReferenceRange(low, high)


def _is_usual(told: Resource) -> bool:
    codes = {words(each.get("code")).casefold() for each in codings(told.get("type"))}
    return not codes or not _USUAL.isdisjoint(codes)


def _fits_sex(told: Resource, chart: Chart) -> bool:
    if "appliesTo" not in told:
        return True
    said = {words(each.get("code")).casefold() for each in codings(told["appliesTo"])}
    said |= {said_by(each).casefold() for each in listed(told["appliesTo"])}
    women, men = bool(said & _FEMALE), bool(said & _MALE)
    return women == men or (chart.female is not None and chart.female == women)


def _fits_age(told: Resource, at: Moment | None, chart: Chart) -> bool:
    if "age" not in told:
        return True
    low, high = _days(inner(told, "age", "low")), _days(inner(told, "age", "high"))
    if chart.born is None or at is None:
        return False
    age = (at.day - chart.born.day).days
    return (low is None or low <= age) and (high is None or age <= high)


def _days(age: object) -> float | None:
    years, unit = number(inner(age, "value")), words(inner(age, "code")) or words(inner(age, "unit")) or "a"
    if years is None:
        return None
    in_days = _DAYS_A_YEAR if unit.startswith(("a", "y")) else days_in(unit)
    return years * in_days if in_days else None
