"""Tolerant access to FHIR JSON: what is not there, or is not of the type the standard gives it, reads as nothing.

Numbers are kept as the digits they were written in, so that 98.60 stays 98.60.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from epicrisis.formats.documents.sheets.stamps import dashed_stamp, day_of

# A number of FHIR that has a fraction, and how many characters one has that somebody measured.
_NUMBER = re.compile(r"-?\d{1,12}\.\d{1,40}")
_LONGEST = 12

Resource = Mapping[str, object]
"""A resource, or any object within one."""


def many(value: object, *path: str) -> Iterator[object]:
    """Yield everything at ``path`` below ``value``; what repeats is walked through, as often as it does."""
    if isinstance(value, list):
        for each in value:
            # No list of FHIR holds a list.
            if not isinstance(each, list):
                yield from many(each, *path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from many(value.get(path[0]), *path[1:])


def objects(value: object, *path: str) -> Iterator[Resource]:
    """Yield the objects at ``path``."""
    return (each for each in many(value, *path) if isinstance(each, dict))


def texts(value: object, *path: str) -> Iterator[str]:
    """Yield the strings at ``path`` that hold anything."""
    return (each for each in many(value, *path) if isinstance(each, str) and each.strip())


def text(value: object, *path: str) -> str:
    """Return the first string at ``path``, "" where there is none."""
    return next(texts(value, *path), "")


def code(value: object, *path: str) -> str:
    """Return the code at ``path``: of a CodeableConcept its first one, and a string (DSTU2, ``code``) as it is."""
    return text(value, *path, "coding", "code") or text(value, *path)


def concept(value: object, *path: str) -> str:
    """Return what a CodeableConcept or, as in R5, a CodeableReference says in words; its code where it has none."""
    for each in objects(value, *path):
        inner = each["concept"] if isinstance(each.get("concept"), dict) else each
        said = text(inner, "text") or text(inner, "coding", "display") or text(inner, "coding", "code")
        if said:
            return said
    return ""


def concepts(value: object, *path: str) -> Iterator[str]:
    """Yield what each CodeableConcept at ``path`` says."""
    return filter(None, (concept(each) for each in objects(value, *path)))


def quantity(value: object) -> str:
    """Return a Quantity: comparator, number and unit."""
    number = measured(text(value, "value"))
    unit = text(value, "unit") or text(value, "code")
    # "{score}" and "1" are how UCUM says what is counted, or that nothing is.
    unit = "" if unit == "1" or unit.startswith("{") else unit
    return f"{text(value, 'comparator')}{number} {unit}".strip() if number else ""


def measured(number: str) -> str:
    """Return a number as somebody would say it: no instrument gives more than seven digits, simulations do."""
    if len(number) <= _LONGEST or not _NUMBER.fullmatch(number):
        return number
    return f"{float(number):.7g}"


def between(value: object) -> str:
    """Return a Range: ``3.5-5.1``, ``>= 60``, ``<= 5``; the unit is that of what it is about."""
    low, high = text(value, "low", "value"), text(value, "high", "value")
    if low and high:
        return f"{low}-{high}"
    return f">= {low}" if low else f"<= {high}" if high else ""


def choice(value: Resource, name: str, *types: str) -> object:
    """Return the value of ``name[x]``, for the first of ``types`` there is: ``onsetDateTime`` for one."""
    return next((value[f"{name}{kind}"] for kind in types if value.get(f"{name}{kind}") is not None), None)


def day(value: Resource, *names: str) -> str:
    """Return the first day told by one of ``names``: a date, a time, or the beginning of a period."""
    return next(filter(None, (day_of(moment(value, name)) for name in names)), "")


def moment(value: Resource, name: str) -> str:
    """Return the point in time that ``name`` tells, or where its period begins."""
    told = value.get(name)
    return dashed_stamp(told if isinstance(told, str) else text(told, "start") or text(told, "end"))


def person(value: object) -> str:
    """Return a HumanName."""
    parts = (*texts(value, "prefix"), *texts(value, "given"), *texts(value, "family"), *texts(value, "suffix"))
    return text(value, "text") or " ".join(parts)
