"""Results of tests as findings: beyond a threshold or a range the finding is there, within it it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.differentials import Observed
from epicrisis.domain.patients import Concept, Observation, Sex, Source
from epicrisis.domain.records import Code, CodeSystem, Flag, Quantity, ReferenceRange
from epicrisis.engines.differential.knowledge.entries import Measure, Shows
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.patients.ranges import Meaning, known, meaning_at
from epicrisis.errors import InvalidInput

_LOINC = re.compile(r"(\d{1,7})-(\d)")
# Of whose age nobody says, the range is that of adults.
_USUAL_AGE = 40.0


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a test: its LOINC code, its number in ``unit`` (UCUM, the usual one where empty), its range."""

    loinc: str
    value: float
    unit: str = ""
    reference: ReferenceRange | None = None


def checked(loinc: str) -> tuple[str, str]:
    """Return a LOINC code as it is written, and a warning where its check digit is wrong.

    Raises:
        InvalidInput: it has another shape.
    """
    told = loinc.strip()
    found = _LOINC.fullmatch(told)
    if found is None:
        # Contract D repeats what was sent; it may be anything, so this does not.
        raise InvalidInput("Invalid LOINC code format: a code is digits, a dash and a check digit, such as 2345-7.")
    wrong = check_digit(found[1]) != int(found[2])
    return told, f"{told} has a wrong check digit; is it mistyped?" if wrong else ""


def check_digit(number: str) -> int:
    """Return the check digit of a LOINC number: mod 10 (LOINC Users' Guide, appendix C)."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number)))
    return -sum(each // 10 + each % 10 for each in doubled) % 10


class Laboratory:
    """Reads results by what the knowledge base measures findings with."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures: dict[str, list[Measure]] = {}
        for each in measures:
            self._measures.setdefault(each.loinc, []).append(each)

    def __contains__(self, loinc: str) -> bool:
        return loinc in self._measures

    def observed(self, result: Result, *, age: float | None, sex: Sex) -> Iterator[Observed]:
        """Yield the findings that ``result`` shows or rules out in a patient of that age (years) and sex.

        A range that came with the result is asked first, then the threshold of the finding, then the usual range. A
        result in a unit that cannot be told in that of a threshold says nothing.
        """
        found = meaning_at(_observation(result), _USUAL_AGE if age is None else age, sex)
        told = f"{result.value:g} {result.unit}".strip()
        measures = self._measures.get(result.loinc, ())
        for measure in measures:
            shown = _shown(measure, result, found, is_mildest=_is_mildest(measure, measures))
            if shown is not None:
                yield Observed(measure.finding, shown, told, Source(f"loinc/{result.loinc}"))


@cache
def laboratory() -> Laboratory:
    """Return what reads results by the shipped tables, made once."""
    return Laboratory(knowledge_base().measures)


def _shown(measure: Measure, result: Result, found: Meaning, *, is_mildest: bool) -> bool | None:
    own, shows = result.reference, measure.shows
    if own is not None and is_mildest and shows in (Shows.LOW, Shows.HIGH):
        limit = own.low if shows is Shows.LOW else own.high
        if limit is not None:
            return result.value < limit if shows is Shows.LOW else result.value > limit
    if measure.threshold is not None:
        value = _in_unit(result, measure)
        if value is None:
            return None
        return value < measure.threshold if shows in (Shows.LOW, Shows.CRITICAL_LOW) else value >= measure.threshold
    if found.flag is None or found.flag is Flag.NORMAL:
        return None if found.flag is None else False
    low = found.reference.low if found.reference is not None else None
    is_low = low is not None and result.value < low
    if shows in (Shows.CRITICAL_LOW, Shows.CRITICAL_HIGH) and found.flag is not Flag.CRITICAL:
        return False
    return is_low == (shows in (Shows.LOW, Shows.CRITICAL_LOW))


def _in_unit(result: Result, measure: Measure) -> float | None:
    if not result.unit or result.unit == measure.unit:
        return result.value
    assay = known(_concept(result))
    return None if assay is None else assay.told(result.value, result.unit, measure.unit)


def _observation(result: Result) -> Observation:
    quantity = Quantity(result.value, ucum=result.unit or _usual_unit(result))
    return Observation(Source(f"loinc/{result.loinc}"), _concept(result), quantity=quantity, reference=result.reference)


def _usual_unit(result: Result) -> str | None:
    assay = known(_concept(result))
    return None if assay is None else assay.unit


def _concept(result: Result) -> Concept:
    return Concept("", (Code(CodeSystem.LOINC, result.loinc, ""),))


def _is_mildest(measure: Measure, measures: Sequence[Measure]) -> bool:
    """Return whether of the findings on one side of a test this begins nearest to what is usual: its range tells it."""
    if measure.threshold is None:
        return True
    same = [each.threshold for each in measures if each.shows is measure.shows and each.unit == measure.unit]
    if None in same:
        return False
    limits = [limit for limit in same if limit is not None]
    return measure.threshold == (max(limits) if measure.shows is Shows.LOW else min(limits))
