"""The usual range that a sentence names: no record tells it, so it is held against what this check knows of usual."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from epicrisis_lab.evaluation.patients.facts import is_adult
from epicrisis_lab.evaluation.patients.raw import Resource, codes
from epicrisis_lab.evaluation.patients.usual import Usual, usual

_NUMBER = r"-?\d+(?:\.\d+)?"
_ENDS = rf"(?:(?P<low>{_NUMBER})[–-](?P<high>{_NUMBER})|≥ (?P<least>{_NUMBER})|≤ (?P<most>{_NUMBER}))"
# What is said of the result stands before its range: "high (usual range 70–99)".
_SAID = re.compile(
    r"(?:(?P<side>low|high|critical|por debajo|por encima|crítico) )?\((?P<range>(?:usual range|rango habitual) "
    + _ENDS
    + r")\)"
)


def without_ranges(clause: str, about: Sequence[Resource], patient: Resource) -> tuple[str, list[str]]:
    """Return ``clause`` without the usual ranges it names, and those of them that nobody uses or that do not fit."""
    known = _known(about, patient)
    wrong = []
    for found in _SAID.finditer(clause):
        ends = _ends(found)
        if known and not any(_fits(ends, each) for each in known):
            wrong.append(found["range"])
        elif found["side"] and not any(_lies(value, found["side"].casefold(), ends) for value in _values(about)):
            wrong.append(found[0])
    return _SAID.sub(" ", clause), wrong


def _ends(found: re.Match[str]) -> tuple[float, float]:
    low, high = found["low"] or found["least"], found["high"] or found["most"]
    return (float(low) if low else math.nan, float(high) if high else math.nan)


def _fits(ends: tuple[float, float], known: Usual) -> bool:
    """Return whether each end lies between the narrowest and the widest that this check knows, or is left open."""
    low, high = ends
    fits_low = math.isnan(low) or math.isnan(known.wide[0]) or known.wide[0] <= low <= known.narrow[0]
    fits_high = math.isnan(high) or math.isnan(known.wide[1]) or known.narrow[1] <= high <= known.wide[1]
    return fits_low and fits_high


def _lies(value: float, side: str, ends: tuple[float, float]) -> bool:
    """Return whether ``value`` is on ``side`` of a range; an open end compares as false with everything."""
    low, high = value < ends[0], value > ends[1]
    return {"low": low, "por debajo": low, "high": high, "por encima": high}.get(side, low or high)


def _values(about: Sequence[Resource]) -> Iterator[float]:
    for each in about:
        for part in (each, *each.get("component", ())):
            if "value" in part.get("valueQuantity", {}):
                yield float(part["valueQuantity"]["value"])


def _known(about: Sequence[Resource], patient: Resource) -> list[Usual]:
    sex = str(patient.get("gender", ""))[:1].upper()
    found = [
        usual(code, str(each["valueQuantity"].get("code") or ""), sex)
        for each in about
        if "valueQuantity" in each and is_adult(each, patient)
        for code in codes(each["code"])
    ]
    return [each for each in found if each is not None]
