"""How a drug is taken as a Dosage of FHIR: whole in words, and in the parts that can be told as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.records import Medication
from epicrisis.formats.fhir import vocabulary as told_by
from epicrisis.formats.fhir.courses import words
from epicrisis.formats.fhir.wording import printable
from epicrisis.formats.ingredients import ingredients_of
from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import parsed

_FILE = "doses.toml"
_DIGITS = re.compile(r"\d[\d.,/]*+")
# "1½", "1 ½", "¼": no sign of a fraction is ever part of a unit.
_MIXED = re.compile(r"(?P<whole>\d*) ?(?P<part>[½¼¾])")
_TO = re.compile(r" ?(?:-|to\b|or\b|[ao] ) ?")
_UNIT = re.compile(r"[^\W\d_¼-¾⅐-⅞][^\d,;()¼-¾⅐-⅞]*")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
_PER_HOUR = "/h"
_SPANISH = "es"
# What a tablet holds is told in these: "5-325 mg" is 5 of one ingredient and 325 of the other. Who prescribes a range
# seldom goes further than from one to four ("0.5-2 mg").
_STRENGTHS = frozenset({"[iU]", "g", "meq", "mg", "mmol", "ug"})
_FURTHEST = 4
_LONGEST = 60


def dosage_of(medication: Medication, language: str) -> dict[str, Any]:
    """Return how ``medication`` is taken; nothing where the note does not say."""
    parts = (medication.strength, medication.form, medication.dose, medication.route)
    said = [part for part in (*parts, medication.frequency, medication.duration) if part]
    if not said:
        return {}
    amount = None if medication.dose is None else _amount(medication, medication.dose.text, language)
    return {
        "text": printable(" ".join(part.text for part in sorted(said))),
        **({"timing": {"code": {"text": printable(medication.frequency.text)}}} if medication.frequency else {}),
        **_as_needed(medication, language),
        **({"route": {"text": printable(medication.route.text)}} if medication.route else {}),
        **({"doseAndRate": [amount]} if amount else {}),
    }


def _as_needed(medication: Medication, language: str) -> dict[str, Any]:
    frequency = medication.frequency
    if frequency is None or words(language)["as_needed"].first(folded(frequency.text)) is None:
        return {}
    if medication.reason is None:
        return {"asNeededBoolean": True}
    return {"asNeededCodeableConcept": {"text": printable(medication.reason.text)}}


def _amount(medication: Medication, dose: str, language: str) -> dict[str, Any] | None:
    """Return what is taken at a time; nothing where that is no number and unit, or could be read two ways."""
    line = " ".join(dose.split())
    low = folded(line)
    first, rest = _leading(low)
    to = _TO.match(rest)
    second, behind = _leading(rest[to.end() :]) if to else ("", rest)
    said, unit = ((first, second), behind) if second else ((first,), rest)
    unit = unit.strip(" .-")
    values = [value for each in said if (value := _number(each, language))]
    if len(values) < len(said) or not _UNIT.fullmatch(unit) or len(unit) > _LONGEST:
        return None
    code = _units(language).get(unit)
    if code is None and "/" in unit:
        # Of what, and in what time, nobody can tell.
        return None
    at = low.rindex(unit)
    counted = {"unit": printable(line[at : at + len(unit)]), **({"system": told_by.UCUM, "code": code} if code else {})}
    name = "rate" if code and code.endswith(_PER_HOUR) else "dose"
    ends = [{"value": int(value) if value.is_integer() else value, **counted} for value in values]
    if len(values) == 1:
        return {f"{name}Quantity": ends[0]}
    if values[0] >= values[1] or (to and "-" in to[0] and _are_strengths(medication, unit, language, values)):
        return None
    return {f"{name}Range": {"low": ends[0], "high": ends[1]}}


def _are_strengths(medication: Medication, unit: str, language: str, values: list[float]) -> bool:
    """Return whether two numbers with a hyphen between them may be what a tablet holds of each ingredient."""
    if values[1] > _FURTHEST * values[0]:
        return True
    # "10-12.5 mg tablets" too, but never "1-2 tablets".
    is_strength = _units(language).get(unit.partition(" ")[0]) in _STRENGTHS
    return is_strength and len(ingredients_of(medication.codes)) > 1


def _leading(low: str) -> tuple[str, str]:
    """Return the number that ``low`` begins with, in words or digits, and what stands behind it."""
    for known in _numbers():
        if low.startswith(f"{known} "):
            return known, low[len(known) :]
    digits = _MIXED.match(low) or _DIGITS.match(low)
    return (digits[0], low[digits.end() :]) if digits else ("", low)


def _number(said: str, language: str) -> float | None:
    if (known := _numbers().get(said)) is not None:
        return known
    if mixed := _MIXED.fullmatch(said):
        return float(mixed["whole"] or 0) + _numbers()[mixed["part"]]
    if _THOUSANDS.fullmatch(said):
        # "5,000 units" and "5.000 UI" are five thousand. What a language does not write so may be 5 as well.
        grouping = "." if language.startswith(_SPANISH) else ","
        plain = said.replace(grouping, "")
        return float(plain) if plain.isdigit() else None
    return float(said.replace(",", ".")) if _DECIMAL.fullmatch(said) else None


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    return parsed(_FILE, (files(f"{__package__}.record_words") / _FILE).read_text(encoding="utf-8"))


@cache
def _numbers() -> Mapping[str, float]:
    """Return what numbers are in words, the longest first."""
    told = {folded(word): float(key) for key, said in _table().items() if key[0].isdigit() for word in said}
    return dict(sorted(told.items(), key=lambda each: -len(each[0])))


@cache
def _units(language: str) -> Mapping[str, str]:
    """Return the codes of units; a key with a language before it holds what only that language writes so."""
    found: dict[str, str] = {}
    for key, said in _table().items():
        only, _, code = key.rpartition(" ")
        if not key[0].isdigit() and language.startswith(only):
            found.update((folded(word), code) for word in said)
    return found
