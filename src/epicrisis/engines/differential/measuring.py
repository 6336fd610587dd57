"""Results of tests as findings: beyond a threshold or a range the finding is there, within it it is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from epicrisis.domain.differentials import Observed
from epicrisis.domain.patients import Concept, Observation, Sex, Source
from epicrisis.domain.records import Code, CodeSystem, Flag, Quantity, ReferenceRange
from epicrisis.engines.differential.answering import Told
from epicrisis.engines.differential.knowledge.entries import Measure, Shows
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.patients.ranges import Assay, Meaning, known, meaning_at
from epicrisis.engines.patients.units import told_in
from epicrisis.errors import InvalidInput

_LOINC = re.compile(r"(\d{1,7})-(\d)")
# Of whose age nobody says, the range is that of adults.
_USUAL_AGE = 40.0
_LOW = frozenset({Shows.LOW, Shows.CRITICAL_LOW})
_CRITICAL = frozenset({Shows.CRITICAL_LOW, Shows.CRITICAL_HIGH})
# No test has numbers as large; what is below a bound may be as low as this.
_MOST = 1e12
# One cell of a count in 10*3/uL.
_CELLS = "/uL"
# How much above or below a bound begins what is beyond it, as a share of it: conversions round by less.
_BEYOND = 1e-9


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a test: its LOINC code, its number in ``unit`` (UCUM, the usual one where empty), its range.

    What has no number is positive or negative. ``comparator`` is one of ``<``, ``<=``, ``>=``, ``>``, or empty.
    """

    loinc: str
    value: float | Told
    unit: str = ""
    reference: ReferenceRange | None = None
    comparator: str = ""
    # Other tests it may be, where nobody says which: what all of them show is so.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a result shows and rules out, or ``why`` it says nothing."""

    observed: tuple[Observed, ...] = ()
    why: str = ""


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

    def read(self, result: Result, *, age: float | None, sex: Sex) -> Reading:
        """Return the findings that ``result`` shows or rules out in a patient of that age (years) and sex, or why none.

        A range that came with the result is asked first, then the threshold of the finding, then the usual range. A
        result in a unit that cannot be told in that of a threshold says nothing, nor does one that is not possible.
        """
        first = self._read(result, age=age, sex=sex)
        others = [self._read(replace(result, loinc=each), age=age, sex=sex) for each in result.others]
        agreed = [{(each.finding, each.present) for each in other.observed} for other in others]
        observed = [each for each in first.observed if all((each.finding, each.present) in told for told in agreed)]
        return replace(first, observed=tuple(observed))

    def _read(self, result: Result, *, age: float | None, sex: Sex) -> Reading:
        measures, years = self._measures.get(result.loinc, ()), _USUAL_AGE if age is None else age
        result = replace(result, unit=_ucum(result.unit) or _singly(result))
        if isinstance(result.value, Told):
            shown = [(each, _answered(each, result.value, measures)) for each in measures]
            told, why = result.value.value, "it is told in numbers; give its number and its unit."
        else:
            usual = result.unit or _usual_unit(result, measures)
            impossible = _impossible(result, result.value, usual)
            if impossible:
                return Reading(why=impossible)
            ends = [_Ends(replace(result, value=each), each, usual, years, sex) for each in _ends(result, result.value)]
            own = [each for each in measures if each.first <= years < each.last]
            shown = [(each, _agreed([end.shown(each, measures) for end in ends])) for each in own]
            told = f"{result.comparator}{result.value:g} {result.unit}".strip()
            why = _silent(result, result.value, ends, own, measures)
        source = Source(f"loinc/{result.loinc}")
        observed = tuple(Observed(each.finding, there, told, source) for each, there in shown if there is not None)
        return Reading(observed, "" if observed else why)


@cache
def laboratory() -> Laboratory:
    """Return what reads results by the shipped tables, made once."""
    return Laboratory(knowledge_base().measures)


@dataclass(frozen=True, slots=True)
class _Ends:
    """A number of a result, or an end of what a bound leaves open, and what it shows at that age."""

    result: Result
    value: float
    unit: str | None
    age: float
    sex: Sex

    def shown(self, measure: Measure, measures: Sequence[Measure]) -> bool | None:
        """Return whether it shows what ``measure`` measures; nothing where no limit of it is known."""
        own, shows, is_low = self.result.reference, measure.shows, measure.shows in _LOW
        limit = None if own is None else own.low if is_low else own.high
        if limit is not None and shows is not Shows.POSITIVE:
            beyond = self.value < limit if is_low else self.value > limit
            if not beyond or (shows not in _CRITICAL and _is_mildest(measure, measures)):
                return beyond
        if measure.threshold is not None:
            value = _in_unit(self.result, self.value, measure)
            return None if value is None else value < measure.threshold if is_low else value >= measure.threshold
        if shows is Shows.POSITIVE:
            found = self.meaning(own)
            return None if found.flag is None else found.flag is not Flag.NORMAL and not _is_under(self.value, found)
        return self._beyond(self.meaning(None), shows)

    def meaning(self, reference: ReferenceRange | None) -> Meaning:
        """Return what the number means beside ``reference``, or the usual range."""
        quantity = Quantity(self.value, ucum=self.unit)
        told = Observation(Source(self.result.loinc), _concept(self.result), quantity=quantity, reference=reference)
        return meaning_at(told, self.age, self.sex)

    def _beyond(self, found: Meaning, shows: Shows) -> bool | None:
        limits = found.critical if shows in _CRITICAL else found.reference
        limit = None if limits is None else limits.low if shows in _LOW else limits.high
        if limit is None:
            # Of an end that nobody knows nothing is told, but that what is critical is beyond it.
            critical = found.critical.low if shows in _LOW else found.critical.high
            is_over = critical is not None and (self.value < critical if shows in _LOW else self.value > critical)
            return True if is_over else None
        if shows in _LOW:
            return self.value < limit
        # A range may end below its last number.
        return self.value > limit or (self.value == limit and found.flag in (Flag.HIGH, Flag.CRITICAL))


def _is_under(value: float, found: Meaning) -> bool:
    return found.reference is not None and found.reference.low is not None and value < found.reference.low


def _answered(measure: Measure, told: Told, measures: Sequence[Measure]) -> bool | None:
    """Return what a word shows: a test with a low and a high end is neither positive nor negative."""
    if measure.shows is not Shows.POSITIVE and any(
        each.shows is not Shows.POSITIVE and each.shows in _LOW for each in measures
    ):
        return None
    if told is Told.NEGATIVE:
        return False
    if measure.shows is Shows.POSITIVE:
        return True
    # A test that is positive is not yet so high: a positive pregnancy test tells of no mole.
    is_told = measure.shows is Shows.HIGH and all(each.shows is not Shows.POSITIVE for each in measures)
    return True if is_told and _is_mildest(measure, measures) else None


def _ends(result: Result, value: float) -> tuple[float, ...]:
    """Return the number, or the two ends of what a bound leaves open."""
    if not result.comparator:
        return (value,)
    step = 0.0 if result.comparator.endswith("=") else max(abs(value), 1.0) * _BEYOND
    return (value + step, _MOST) if result.comparator.startswith(">") else (value - step, -_MOST)


def _agreed(shown: Sequence[bool | None]) -> bool | None:
    return shown[0] if len(set(shown)) == 1 else None


def _impossible(result: Result, value: float, unit: str | None) -> str:
    """Return why nobody can have such a number; nothing where it can be."""
    assay = known(_concept(result))
    lowest, highest = (0.0, _MOST) if assay is None or assay.possible is None else assay.possible
    told = value if assay is None else assay.told(value, unit or assay.unit, assay.unit)
    if told is None:
        return "" if abs(value) < _MOST else "no result is as large; it was left out."
    if lowest <= told <= highest or (assay is not None and assay.possible is None and _goes_below_zero(assay)):
        return ""
    named = f" in {assay.unit}" if assay is not None and assay.unit else ""
    return f"no result is so {'low' if told < lowest else 'high'}{named}; give it right, with its unit."


def _goes_below_zero(assay: Assay) -> bool:
    return any((each.usual.low or 0.0) < 0 for each in assay.bands)


def _silent(
    result: Result, value: float, ends: Sequence[_Ends], own: Sequence[Measure], measures: Sequence[Measure]
) -> str:
    """Return why a number may say nothing."""
    convertible = [each for each in measures if _in_unit(result, value, each) is not None]
    if measures and not convertible:
        return "its unit cannot be told in the one its limits have; give it in UCUM."
    if all(each.shows is Shows.POSITIVE and each.threshold is None for each in measures):
        return "it is positive or negative; say so in place of a number, or give its own range."
    if any(end.shown(each, measures) is not None for end in ends for each in own):
        return "its bound leaves open on which side of its limits it is; it was left out."
    return "no limits for this age are known; give the range it came with."


def _in_unit(result: Result, value: float, measure: Measure) -> float | None:
    there = _ucum(measure.unit)
    if not result.unit or result.unit == there:
        return value
    assay = known(_concept(result))
    return told_in(value, result.unit, there) if assay is None else assay.told(value, result.unit, there)


def _singly(result: Result) -> str:
    """Return the unit of a count without one that is too large to be in thousands: "platelets 82,000"."""
    assay = known(_concept(result))
    if isinstance(result.value, Told) or assay is None or assay.singly is None:
        return ""
    return _CELLS if result.value > assay.singly else ""


@cache
def _ucum(unit: str) -> str:
    """Return ``unit`` as the tables write it: UCUM has two ways to write an international unit."""
    return unit.replace("[IU]", "[iU]").replace("mEq", "meq")


def _usual_unit(result: Result, measures: Sequence[Measure]) -> str | None:
    """Return the unit of a number without one: that of its code, in moles or in grams."""
    assay = known(_concept(result))
    if assay is None:
        return None
    units = {_ucum(each.unit) for each in measures}
    own = units.pop() if len(units) == 1 else assay.unit
    return assay.unit if assay.told(1.0, own, assay.unit) is None else own


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
