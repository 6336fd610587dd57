"""Between which numbers a result is usual, and what it means: as its record says, or else as the usual tables do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Concept, Identity, Observation, Sex
from epicrisis.domain.records import CodeSystem, Flag, Quantity, ReferenceRange
from epicrisis.engines.patients.units import Substance, told_in, unit_of
from epicrisis.errors import InvalidWordList

FILE = "ranges.toml"

_DAYS_A_YEAR = 365.2425
_EVER = float("inf")
_ANY = ReferenceRange()
_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}


@dataclass(frozen=True, slots=True)
class Band:
    """The usual range for one sex, or all, from one age until before another, in years.

    ``is_below`` where the high end is itself too high.
    """

    sex: Sex | None
    first: float
    last: float
    usual: ReferenceRange
    critical: ReferenceRange
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class _Limits:
    """Between which numbers a result is usual, beyond which it is critical, and whether the high end is too high."""

    usual: ReferenceRange
    critical: ReferenceRange = _ANY
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class Assay:
    """What is known of a test: the unit of its bands, and how much one person's results vary, in percent."""

    name: str
    unit: str
    also: frozenset[str]
    substance: Substance
    variation: float | None
    bands: tuple[Band, ...]
    twins: frozenset[str] = frozenset()
    # Beyond these a number is mistyped, or in another unit.
    possible: tuple[float, float] | None = None
    # Cells are counted in thousands; beyond this a number without a unit counts them one by one.
    singly: float | None = None

    def told(self, value: float, unit: str, other: str) -> float | None:
        """Return ``value`` of ``unit`` in the unit ``other``, or ``None`` where it cannot be told in it."""
        here, there = (self.unit if each in self.also else each for each in (unit, other))
        return told_in(value, here, there, self.substance)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a result means beside a range; ``is_usual`` where the range is not the record's but the usual one.

    Beyond ``critical`` it calls for somebody at once.
    """

    flag: Flag | None = None
    reference: ReferenceRange | None = None
    is_usual: bool = False
    critical: ReferenceRange = _ANY


def known(concept: Concept) -> Assay | None:
    """Return what is known of the test that ``concept`` names by a LOINC code, or ``None``."""
    tests = _tests()
    return next(
        (tests[each.code] for each in concept.codes if each.system == CodeSystem.LOINC and each.code in tests), None
    )


def meaning(observation: Observation, identity: Identity) -> Meaning:
    """Return what a result means in whom the record is about, as ``meaning_at`` does."""
    return meaning_at(observation, years_at(identity.born, observation.at), identity.sex)


def meaning_at(observation: Observation, age: float | None, sex: Sex) -> Meaning:
    """Return what a result means at that age (years): by the flag of its record, by its range, or by the usual one.

    A result beside its range is critical where it is beyond the limits at which laboratories call (Kost 1990).
    """
    own = observation.reference
    if observation.flag is not None:
        return Meaning(observation.flag, own)
    quantity = observation.quantity
    if quantity is None:
        return Meaning(None, own)
    usual = _usual(observation, quantity, age, sex)
    if own is not None and own != _ANY:
        critical = _ANY if usual is None else usual.critical
        return Meaning(_flag(quantity, _Limits(own, critical)), own, critical=critical)
    return Meaning() if usual is None else Meaning(_flag(quantity, usual), usual.usual, True, usual.critical)


def years_at(born: Moment | None, at: Moment | None) -> float | None:
    """Return the age in years at a moment, or ``None`` where one of the two is not told."""
    return None if born is None or at is None else (at.first - born.first).total_seconds() / 86400 / _DAYS_A_YEAR


def range_file() -> Mapping[str, Any]:
    """Return the ranges as their file has them.

    Raises:
        InvalidWordList: they are not sorted, a code names two tests, a band lacks its source, ends before it begins, or
            overlaps another.
    """
    content = tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    tests = content["tests"]
    if list(tests) != sorted(tests):
        raise InvalidWordList(f"{FILE}: the tests are not sorted by name.")
    codes = [code for test in tests.values() for code in test["codes"]]
    if len(codes) != len(set(codes)):
        raise InvalidWordList(f"{FILE}: {sorted({each for each in codes if codes.count(each) > 1})} name two tests.")
    for name, test in tests.items():
        if not set(test.get("twins", [])) <= set(test["codes"]):
            raise InvalidWordList(f"{FILE}: the twins of `{name}` are not among its codes.")
        for ordered in (test["codes"], test.get("twins", []), test.get("also", [])):
            if list(ordered) != sorted(set(ordered)):
                raise InvalidWordList(f"{FILE}: a list of `{name}` is not sorted, or repeats itself.")
        _require_bands(name, test.get("bands", []), content["sources"])
    return content


def _usual(observation: Observation, quantity: Quantity, age: float | None, sex: Sex) -> _Limits | None:
    """Return the usual limits of a result in its own unit, or ``None`` where they are not known for this person."""
    test = known(observation.concept)
    unit = unit_of(quantity)
    if test is None or test.told(quantity.value, unit, test.unit) is None:
        return None
    bands = [band for band in test.bands if _is_of(band, age, sex)]
    if not bands:
        return None

    def told(limits: ReferenceRange) -> ReferenceRange:
        low, high = (None if each is None else test.told(each, test.unit, unit) for each in (limits.low, limits.high))
        return ReferenceRange(None if low is None else round(low, 6), None if high is None else round(high, 6))

    # Of whom the sex is not known, only what is unusual in both sexes is.
    usual, critical = _widest(band.usual for band in bands), _widest(band.critical for band in bands)
    return _Limits(told(usual), told(critical), all(band.is_below for band in bands))


def _is_of(band: Band, age: float | None, sex: Sex) -> bool:
    if band.sex is not None and sex in (Sex.FEMALE, Sex.MALE) and band.sex is not sex:
        return False
    if age is None:
        return band.first == 0 and band.last == _EVER
    return band.first <= age < band.last


def _widest(ranges: Iterable[ReferenceRange]) -> ReferenceRange:
    every = list(ranges)
    lows, highs = [each.low for each in every], [each.high for each in every]
    return ReferenceRange(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


def _flag(quantity: Quantity, limits: _Limits) -> Flag | None:
    """Return where a result stands; ``<5`` is any number below 5, so it is told only where all of those agree."""
    value, sign, usual, critical = quantity.value, quantity.comparator or "", limits.usual, limits.critical
    is_over = critical.high is not None and value > critical.high
    is_under = critical.low is not None and value < critical.low
    # An open end is no limit of its own, and a critical one behind it still is.
    is_high = is_over if usual.high is None else value > usual.high or (value == usual.high and limits.is_below)
    is_low = is_under if usual.low is None else value < usual.low
    if sign.startswith("<"):
        if is_low or value == usual.low:
            return Flag.LOW
        return Flag.NORMAL if usual.low is None and not is_high else None
    if sign.startswith(">"):
        if is_high or value == usual.high:
            return Flag.CRITICAL if is_over else Flag.HIGH
        return Flag.NORMAL if usual.high is None and not is_low else None
    if is_low:
        return Flag.CRITICAL if is_under else Flag.LOW
    if is_high:
        return Flag.CRITICAL if is_over else Flag.HIGH
    return Flag.NORMAL


@cache
def _tests() -> Mapping[str, Assay]:
    tests: dict[str, Assay] = {}
    for name, row in range_file()["tests"].items():
        also = frozenset(row.get("also", ()))
        substance = Substance(row.get("mass"), row.get("valence"))
        bands = tuple(map(_band, row.get("bands", ())))
        twins, possible = frozenset(row.get("twins", ())), row.get("possible")
        within = None if possible is None else (float(possible[0]), float(possible[1]))
        test = Assay(name, row["unit"], also, substance, row.get("cv"), bands, twins, within, row.get("singly"))
        tests |= dict.fromkeys(row["codes"], test)
    return tests


def _band(row: Mapping[str, Any]) -> Band:
    critical = row.get("critical", {})
    return Band(
        _SEXES.get(row.get("sex", "")),
        row.get("from", 0),
        row.get("to", _EVER),
        ReferenceRange(row.get("low"), row.get("high", row.get("below"))),
        ReferenceRange(critical.get("low"), critical.get("high")),
        "below" in row,
    )


def _require_bands(name: str, bands: Sequence[Mapping[str, Any]], sources: Mapping[str, str]) -> None:
    for at, row in enumerate(bands):
        for limits in (row, row.get("critical", row)):
            if limits.get("source") not in sources:
                raise InvalidWordList(f"{FILE}: a band of `{name}` has no source, or one that `sources` does not tell.")
            ends = [limits[end] for end in ("low", "high", "below") if end in limits]
            if not ends or len(ends) > len(set(ends)) or ends != sorted(ends):
                raise InvalidWordList(
                    f"{FILE}: a band of `{name}` has no end, or its low end is not below its high one."
                )
        if not row.get("from", 0) < row.get("to", _EVER):
            raise InvalidWordList(f"{FILE}: a band of `{name}` ends before it begins.")
        if any(_overlap(row, other) for other in bands[:at]):
            raise InvalidWordList(f"{FILE}: two bands of `{name}` overlap.")


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if "sex" in one and "sex" in other and one["sex"] != other["sex"]:
        return False
    return bool(one.get("from", 0) < other.get("to", _EVER) and other.get("from", 0) < one.get("to", _EVER))
