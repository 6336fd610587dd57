"""The data types of FHIR as values of ours: what is not there, or is not of its type, reads as nothing.

FHIR in JSON may come from anybody, so nothing is taken to be of a type that was not looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from epicrisis.domain.patients import Concept
from epicrisis.domain.records import Code, CodeSystem, Quantity
from epicrisis.formats.documents.fhir.access import Resource

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_COMPARATORS = frozenset({"<", "<=", ">=", ">"})
# How UCUM says that a number has no unit.
_UNITLESS = "1"
_LIST = (list, tuple)


def listed(value: object) -> list[Resource]:
    """Return the objects that ``value`` is or holds: some systems write one where the standard has a list."""
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, _LIST) else []


def inner(value: object, *names: str) -> object:
    """Return what stands at ``names`` below ``value``; of a list, below its first object."""
    for name in names:
        if isinstance(value, _LIST):
            value = next((each for each in value if isinstance(each, dict)), None)
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def words(value: object) -> str:
    """Return a string on one line, "" where it is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def strings(value: object) -> Iterator[str]:
    """Yield the strings that ``value`` is or holds, each on one line."""
    for each in value if isinstance(value, _LIST) else (value,):
        if said := words(each):
            yield said


def code_of(value: object) -> str:
    """Return the first code of a CodeableConcept, of a Coding, or a bare one (DSTU2, STU3), in lower case."""
    for each in value if isinstance(value, _LIST) else (value,):
        if isinstance(each, dict):
            coded = (said for coding in listed(each.get("coding")) if (said := words(coding.get("code"))))
            said = next(coded, "") or words(each.get("code"))
        else:
            said = words(each)
        if said:
            return said.casefold()
    return ""


def codes_of(value: object) -> tuple[str, ...]:
    """Return the code, or else the words, of each CodeableConcept at ``value``, in lower case and each once."""
    each_of = value if isinstance(value, _LIST) else (value,)
    found = (code_of(each) or (said_by(each).casefold()) for each in each_of if not isinstance(each, _LIST))
    return tuple(dict.fromkeys(filter(None, found)))


def codings(value: object) -> list[Resource]:
    """Return the Codings of the CodeableConcepts at ``value``."""
    return [coding for each in listed(value) for coding in listed(each.get("coding"))]


def concept_of(value: object) -> Concept | None:
    """Return a CodeableConcept, the concept of a CodeableReference (R5), or bare words, where they say anything."""
    if isinstance(value, str):
        return Concept(said) if (said := words(value)) else None
    if not isinstance(value, dict):
        return concept_of(value[0]) if isinstance(value, list) and value and not isinstance(value[0], list) else None
    told = value["concept"] if isinstance(value.get("concept"), dict) else value
    coded = listed(told.get("coding"))
    codes = tuple(
        Code(words(each.get("system")), said, words(each.get("display")))
        for each in coded
        if (said := words(each.get("code")))
    )
    text = words(told.get("text")) or _shown(coded)
    return Concept(text, codes) if text else None


def said_by(value: object) -> str:
    """Return what a CodeableConcept, or anything else ``concept_of`` reads, says in words."""
    found = concept_of(value)
    return found.text if found else ""


def all_said(value: object) -> tuple[str, ...]:
    """Return what each CodeableConcept at ``value`` says, each once."""
    each_of = value if isinstance(value, _LIST) else (value,)
    return tuple(dict.fromkeys(filter(None, (said_by(each) for each in each_of if not isinstance(each, _LIST)))))


def number(value: object) -> float | None:
    """Return a number, written as one or as a string."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        told = float(value)
    except OverflowError:
        return None
    return told if math.isfinite(told) else None


def quantity(value: object) -> Quantity | None:
    """Return a Quantity: its number with its unit, as it is shown and in UCUM where that is what it is coded in."""
    if not isinstance(value, dict) or (told := number(value.get("value"))) is None:
        return None
    code = words(value.get("code"))
    unit = words(value.get("unit")) or code
    comparator = value.get("comparator")
    return Quantity(
        told,
        # "{score}" is how UCUM says what is counted, where it has no unit for it.
        None if not unit or unit == _UNITLESS or unit.startswith("{") else unit,
        code if code and value.get("system") == CodeSystem.UCUM else None,
        comparator if isinstance(comparator, str) and comparator in _COMPARATORS else None,
    )


def plainly(told: Quantity) -> str:
    """Return a quantity in words: ``>= 10 mg``."""
    return " ".join(filter(None, (told.comparator, f"{told.value:g}", told.unit)))


def _shown(coded: list[Resource]) -> str:
    """Return the words for what is only coded: of the coding its user chose, else of the first that has any."""
    chosen = [each for each in coded if each.get("userSelected") is True] + coded
    return next(filter(None, (words(each.get("display")) for each in chosen)), "") or next(
        filter(None, (words(each.get("code")) for each in coded)), ""
    )
