"""Names, numbers, units and ranges as a reader wants them, and never with another meaning."""

from __future__ import annotations

import re
from math import floor, isfinite, log10

from epicrisis.domain.patients import Concept, Observation
from epicrisis.domain.records import Quantity, ReferenceRange
from epicrisis.engines.patients.sameness import without_kind
from epicrisis.engines.summary.rules.wording import Words
from epicrisis.text.characters import INVISIBLE, plain

# What a LOINC name says of property, method and system, where that is blood: "Hemoglobin [Mass/volume] in Blood".
_PROPERTY = re.compile(
    r"\s\[(?:[^\]/]{1,40}/[^\]/]{1,40}|Presence|Entitic (?:volume|mass)|"
    r"(?:Mass|Volume|Moles) Fraction|Score|Type|Volume)\]"
)
_METHOD = re.compile(r"\s(?:by (?:Automated count|Test strip|calculation|HPLC)\b|- Reported$)")
_BLOOD = re.compile(r"\s(?:in|of) (?:Blood|Serum or Plasma|Serum, Plasma or Blood|Serum)\b")
# "Hemoglobin A1c/Hemoglobin.total": the part is named, and the whole goes without saying.
_WHOLE = re.compile(r"/[A-Za-z]{1,30}\.total\b")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# "mL/min/{1.73_m2}" is a unit, and of "{score}" or "(score)" nobody speaks.
_PER = re.compile(r"(?<=/)\{([^{}]{0,80})\}")
_ANNOTATION = re.compile(r"\{[^{}]{0,80}\}|^\([^()]{0,80}\)$")
_POWER = re.compile(r"\b10\*(?=-?\d)")
# A UCUM code that is written otherwise at the bedside.
_BEDSIDE = {"mm[Hg]": "mmHg", "Cel": "°C", "1": "", "[degF]": "°F", "[lb_av]": "lb", "[in_i]": "in"}
_MOST_DECIMALS = 6


def name_of(concept: Concept, words: Words) -> str:
    """Return what a record calls something: its words, else what a code stands for, else that it has no name."""
    told = concept.text or next((code.display for code in concept.codes if code.display), "")
    return without_kind(_one_line(told)) or words.say("list.unnamed")


def test_name(concept: Concept, words: Words) -> str:
    """Return the name of a test without property and method; the specimen stays where it is not blood."""
    name = name_of(concept, words)
    for left_out in (_PROPERTY, _METHOD, _BLOOD, _WHOLE):
        name = left_out.sub("", name)
    return name.strip(" -") or words.say("list.unnamed")


def plain_words(text: str) -> str:
    """Return words of a record in one line, without control characters, and without the kind SNOMED gives them."""
    return without_kind(_one_line(text))


def number(value: float, *bounds: float | None, whole: bool = False) -> str:
    """Return ``value`` in three figures or to one decimal, and in more where it would seem to reach one of ``bounds``.

    "160.4692" is 160.5, "0.01234" is 0.0123, "99.96" beside a limit of 100 stays 99.96; ``whole`` leaves out decimals.
    """
    value = value or 0.0
    if not isfinite(value):
        return str(value)
    decimals = max(1, 2 - floor(log10(abs(value)))) if value and not whole else 0
    for places in range(min(decimals, _MOST_DECIMALS), _MOST_DECIMALS + 1):
        rounded = round(value, places)
        if all(_side(rounded, bound) == _side(value, bound) for bound in bounds if bound is not None):
            break
    if value and not rounded:
        return f"{value:.3g}"
    told = f"{rounded:.{places}f}"
    return told.rstrip("0").rstrip(".") if places else told


def unit_of(quantity: Quantity) -> str:
    """Return the unit as it is written at the bedside; empty where it is a plain number."""
    unit = _PER.sub(lambda per: per[1].replace("_", " "), _one_line(quantity.unit or quantity.ucum or ""))
    unit = _POWER.sub("10^", _ANNOTATION.sub("", unit))
    return _BEDSIDE.get(unit, unit)


def quantity_told(quantity: Quantity, *bounds: float | None) -> str:
    """Return number and unit: "160.5 cm", "45 %", "<0.01 ng/mL"."""
    return f"{quantity.comparator or ''}{number(quantity.value, *bounds)} {unit_of(quantity)}".rstrip()


def dose_told(dose: Quantity) -> str:
    """Return how much is taken at a time; of a unit in braces, "{tablet}", its word."""
    unit = _one_line(dose.unit or dose.ucum or "").strip("{}")
    return f"{number(dose.value)} {_BEDSIDE.get(unit, unit)}".rstrip()


def result_told(observation: Observation, reference: ReferenceRange | None = None) -> str:
    """Return the result of ``observation``: its number and unit, or its words."""
    if observation.quantity is None:
        return plain_words(observation.words)
    bounds = (reference.low, reference.high) if reference is not None else ()
    return quantity_told(observation.quantity, *bounds)


def range_told(reference: ReferenceRange, *, is_below: bool = False) -> str:
    """Return ``reference`` without its unit, which is that of the result: "70-99" with a dash, "≥ 40".

    ``is_below`` says that its upper end is no longer in it.
    """
    low = number(reference.low) if reference.low is not None else ""
    high = number(reference.high) if reference.high is not None else ""
    if low and high and not is_below:
        return f"{low}\u2013{high}"
    return ", ".join(filter(None, (low and f"≥ {low}", high and f"{'<' if is_below else '≤'} {high}")))


def _side(value: float, bound: float) -> int:
    return (value > bound) - (value < bound)


def _one_line(text: str) -> str:
    return " ".join(plain(_INVISIBLE.sub("", text)).split())
