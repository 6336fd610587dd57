"""Whether a fact bears out what is claimed of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import StrEnum

from epicrisis.engines.summary.verifying.claims import Claim
from epicrisis.engines.summary.verifying.fact import Fact, Reading
from epicrisis.engines.summary.verifying.lexicon import FLAGS, KINDS, TRENDS, Cue
from epicrisis.engines.summary.verifying.parts import Part, Role

# A number that was rounded is no further from its own than this part of it: "9" is not said for 9.4.
_ROUNDED = 0.03


class Mismatch(StrEnum):
    """What of a sentence the record does not bear out; the words of each are in ``why/*.toml``."""

    AGE = "age"
    COUNT = "count"
    DATE = "date"
    DENIAL = "denial"
    DIRECTION = "direction"
    ENTITY = "entity"
    KIND = "kind"
    NUMBER = "number"
    RELATION = "relation"
    SEX = "sex"
    STATUS = "status"
    UNIT = "unit"
    UNTOLD = "untold"


_CHANGES = TRENDS | FLAGS | {Cue.LEFT, Cue.ENTERED}


def borne_out(claim: Claim) -> tuple[Fact | None, Mismatch]:
    """Return the fact that bears out ``claim``, or else what is wrong by the fact that comes nearest to it."""
    least: list[Mismatch] | None = None
    for fact in claim.mention.facts:
        wrong = list(_mismatches(claim, fact))
        if not wrong:
            return fact, Mismatch.UNTOLD
        if least is None or len(wrong) < len(least):
            least = wrong
    return None, least[0] if least else Mismatch.ENTITY


def _mismatches(claim: Claim, fact: Fact) -> Iterator[Mismatch]:
    if claim.reason_of is not None:
        drugs = claim.reason_of.mention.facts
        if not any(claim.mention.name in each.reasons for each in drugs):
            yield Mismatch.RELATION
    yield from _cues(claim, fact)
    numbers = [part for part in claim.parts if part.role is Role.NUMBER]
    for part in numbers:
        if part.words and not is_said(part, fact.numbers) and set(part.words) <= fact.words:
            continue
        if not is_said(part, fact.numbers):
            yield Mismatch.UNIT if _by_value(part, fact) else Mismatch.NUMBER
    for part in claim.parts:
        if part.role is Role.DATE and not _is_dated(part, fact):
            yield Mismatch.DATE
        if part.role is Role.WORD and part.text not in fact.words:
            yield Mismatch.ENTITY
    if not all(_pairs(claim, fact)):
        yield Mismatch.DATE
    if len(numbers) > 1 and fact.readings and not _goes(claim, numbers):
        yield Mismatch.DIRECTION


def _cues(claim: Claim, fact: Fact) -> Iterator[Mismatch]:
    cues = claim.cues
    if Cue.BECAUSE in cues:
        yield Mismatch.RELATION
    if claim.reason_of is not None:
        return
    if not claim.kin <= fact.kin:
        yield Mismatch.STATUS
    in_name = {Cue.ALLERGY} if {"allergy", "alergia", "allergic"} & set(claim.mention.name) else set()
    for group in fact.required:
        if not group & (cues | in_name):
            yield Mismatch.STATUS
    beyond = cues - fact.allowed - frozenset().union(*fact.required) - {Cue.BECAUSE}
    # "Diabetes has not resolved": what is denied may be true, and is more than can be read here.
    if beyond & _CHANGES:
        yield Mismatch.DIRECTION
    elif beyond - KINDS:
        yield Mismatch.STATUS
    elif beyond:
        yield Mismatch.KIND


def is_said(part: Part, numbers: tuple[tuple[float, str], ...]) -> bool:
    """Return whether ``part`` is one of ``numbers``, in its unit, or one of them rounded."""
    return any(is_near(part, value) and part.unit in ("", unit) for value, unit in numbers)


def is_near(part: Part, value: float) -> bool:
    """Return whether the number of ``part`` is ``value``, or that rounded to as many decimals."""
    off = abs(part.value - value)
    if math.isnan(off):
        return False
    return off < 1e-9 or (off <= 0.5000001 * 10.0**-part.decimals and off <= _ROUNDED * abs(value))


def _by_value(part: Part, fact: Fact) -> bool:
    return any(is_near(part, value) for value, _ in fact.numbers)


def _is_dated(part: Part, fact: Fact) -> bool:
    if part.begins and not part.ends:
        return _told(part.text, fact.starts | fact.dates)
    if part.ends and not part.begins:
        return _told(part.text, fact.ends)
    return _told(part.text, fact.starts | fact.ends | fact.dates)


def _told(day: str, days: frozenset[str]) -> bool:
    return any(each.startswith(day) for each in days)


def _pairs(claim: Claim, fact: Fact) -> Iterator[bool]:
    """Yield, for each number of a result that is followed by a date, whether it was measured then."""
    if not fact.readings:
        return
    number: Part | None = None
    for part in claim.parts:
        if part.role is Role.NUMBER:
            number = part
        elif part.role is Role.DATE and number is not None:
            said = [each for each in fact.readings if _is_reading(number, each)]
            yield not said or part.begins or any(each.day.startswith(part.text) for each in said)
            number = None


def _is_reading(part: Part, reading: Reading) -> bool:
    return is_near(part, reading.value) and part.unit in ("", reading.unit)


def _goes(claim: Claim, numbers: list[Part]) -> bool:
    """Return whether results that are told one after the other go the way that is claimed."""
    first, last = numbers[0].value, numbers[1].value
    if Cue.UP in claim.cues:
        return first < last
    return first > last if Cue.DOWN in claim.cues else True
