"""Which number is the result of which test, by what stands between the two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.measurements.analytes import Facts, Named, facts_of
from epicrisis.engines.extraction.measurements.fits import Fit, fit_of, is_plausible, number_for
from epicrisis.engines.extraction.measurements.paired import Paired
from epicrisis.engines.extraction.measurements.pressures import PARTS, has_two, is_pressure, pressure_of
from epicrisis.engines.extraction.measurements.readings import Reading, Shape
from epicrisis.engines.extraction.measurements.sheets import NOTHING, Gap, Sheet
from epicrisis.engines.extraction.measurements.units import Unit

# As many results of one test in a row as a note is likely to give.
_LONGEST_SERIES = 5
# A name that means other things too stands beside its number.
_STRICT_WORDS = 3
# So many words between a test and its number are usual; with more of them it is less sure.
_USUAL_WORDS = 3
_PAIR = "hemoglobin-hematocrit"
_PARTS = {
    "apgar": ("apgar-1", "apgar-5"),
    _PAIR: ("hemoglobin", "hematocrit"),
    "panel-blood-gas": ("ph", "pco2", "po2"),
}


@dataclass(frozen=True, slots=True)
class _Next:
    """The first number behind a place: which of the sheet's it is, and what stands before it."""

    number: int
    reading: Reading
    gap: Gap


def numbers_in(sheet: Sheet) -> list[Paired]:
    """Return every test of ``sheet`` that has a number, with it; a number is the result of one test only."""
    return _Numbers(sheet).pairs()


class _Numbers:
    """Pairs names and numbers from left to right."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.taken: set[int] = set()
        self.found: list[Paired] = []

    def pairs(self) -> list[Paired]:
        names, at = self.sheet.names, 0
        while at < len(names):
            row = self.sheet.row(at)
            if not self._share(row):
                row = row[:1]
                self._pair(row[0])
            at += len(row)
        return self.found

    def _share(self, row: Sequence[Named]) -> bool:
        """Pair each name of a row with the number at its own place, if there are as many: "Na/K 138/4.1"."""
        if len(row) < 2:
            return False
        if self._share_before(row):
            return True
        following = self._next(row[-1].span.end)
        if following is None or following.number in self.taken:
            return False
        reading = following.reading
        if reading.shape is Shape.RATIO and len(reading.numerals) == len(row) and not is_pressure(row[-1]):
            return self._distribute(row, [(reading, numeral) for numeral in reading.numerals], following)
        listed = self._listed(following.number, len(row))
        if len(listed) != len(row):
            return False
        return self._distribute(row, [(each, each.numerals[0]) for each in listed], following)

    def _share_before(self, row: Sequence[Named]) -> bool:
        """Pair the names of a row with as many numbers before it: "51 and 83 for the AST and ALT"."""
        before = self.sheet.reading_before(row[0].span.start)
        if before is None or not self.sheet.answers(before[1], row[0]):
            return False
        first = before[0] - len(row) + 1
        if first < 0 or any(number in self.taken for number in range(first, before[0] + 1)):
            return False
        listed = self._listed(first, len(row))
        if len(listed) != len(row):
            return False
        return self._distribute(row, [(each, each.numerals[0]) for each in listed], _Next(first, listed[0], NOTHING))

    def _distribute(self, row: Sequence[Named], results: Sequence[tuple[Reading, Span]], following: _Next) -> bool:
        made = []
        for name, (reading, numeral) in zip(row, results, strict=True):
            fit = fit_of(name, reading, numeral, self.sheet.low, self.sheet.language, shared=True)
            if fit is None:
                return False
            value = reading.span if len(reading.numerals) == 1 else numeral
            made.append(Paired(name.span, fit.analyte, value, reading, fit.number, fit.unit, following.gap.flag))
        self.found.extend(made)
        self.taken.update(range(following.number, following.number + len({reading for reading, _ in results})))
        return True

    def _listed(self, number: int, count: int) -> list[Reading]:
        """Return ``count`` numbers in a row from the one at ``number``, or fewer where they end before."""
        readings = self.sheet.readings
        listed = [readings[number]]
        for following in readings[number + 1 : number + count]:
            if not self.sheet.is_row(listed[-1].span.end, following.span.start):
                break
            listed.append(following)
        return listed

    def _pair(self, name: Named) -> None:
        if self._pair_before(name):
            return
        following = self._next(name.span.end)
        if following is None or following.number in self.taken or self._belongs_behind(following):
            return
        gap = following.gap
        if name.strict and (gap.links > _STRICT_WORDS or (gap.pause and gap.words)):
            return
        if self._add(name, following.number, following.reading, gap):
            self._follow(name, following.number)

    def _pair_before(self, name: Named) -> bool:
        """Pair ``name`` with the number before it, where it is one that follows its number: "54% lymphocytes"."""
        before = self.sheet.reading_before(name.span.start)
        if before is None or before[0] in self.taken or not self.sheet.touches(before[1], name):
            return False
        number, reading = before
        own = self._next(name.span.end)
        if own is not None and not own.gap.pause and reading.shape is not Shape.GRADE and not _is_share(reading):
            return False
        return self._add(name, number, reading, NOTHING)

    def _belongs_behind(self, following: _Next) -> bool:
        """Return whether the name behind a number has a better claim than the one before it, with a pause between."""
        name = self.sheet.name_after(following.reading.span.end)
        return name is not None and following.gap.pause and self.sheet.touches(following.reading, name)

    def _add(self, name: Named, number: int, reading: Reading, gap: Gap) -> bool:
        made = list(self._made(name, number, reading, gap))
        self.found.extend(made)
        if made:
            self.taken.add(number)
        return bool(made)

    def _made(self, name: Named, number: int, reading: Reading, gap: Gap) -> Iterator[Paired]:
        parts = next((_PARTS[analyte] for analyte in name.analytes if analyte in _PARTS), None)
        parted = [] if parts is None else list(self._parted(name, parts, number))
        # A pair has two numbers or none; Apgars may be told one by one, with the minute of each.
        if parted or parts is _PARTS[_PAIR]:
            yield from parted
        elif has_two(name, reading):
            yield from self._pressures(name, reading)
        else:
            fit = fit_of(name, reading, reading.numerals[0], self.sheet.low, self.sheet.language)
            if fit is not None:
                value = reading.span if fit.unit is not None or reading.unit is None else reading.without_unit
                value, fit = self._signed(value, fit)
                flag = gap.flag or self.sheet.flag_before(name)
                sure = gap.words <= _USUAL_WORDS
                yield Paired(name.span, fit.analyte, value, reading, fit.number, fit.unit, flag, sure=sure)

    def _signed(self, value: Span, fit: Fit) -> tuple[Span, Fit]:
        """Return what a minus before ``value`` makes of it, where it can be below zero: "base excess -4"."""
        if not facts_of(fit.analyte).signed or self.sheet.low[value.start - 1] not in "-−":
            return value, fit
        return Span(value.start - 1, value.end), replace(fit, number=-fit.number)

    def _pressures(self, name: Named, reading: Reading) -> Iterator[Paired]:
        facts = facts_of(pressure_of(name))
        numbers = [self._number(numeral, facts) for numeral in reading.numerals]
        known = [number for number in numbers if number is not None and is_plausible(number, facts)]
        if reading.shape is not Shape.RATIO or len(numbers) != 2 or len(known) != 2 or known[0] <= known[1]:
            return
        unit = None if reading.unit is None else reading.unit.of(facts.measures)
        for part, numeral, number in zip(PARTS, reading.numerals, known, strict=True):
            yield Paired(name.span, name.analytes[0], numeral, reading, number, unit, None, part)

    def _parted(self, name: Named, parts: Sequence[str], number: int) -> Iterator[Paired]:
        """Yield the results of "H&H 10.2 and 31", or of "H&H 10.2/31"; and those of "ABG 7.39/42/79"."""
        reading = self.sheet.readings[number]
        results = [(reading, numeral) for numeral in reading.numerals[: len(parts)]]
        if len(results) == 1:
            results = [(each, each.numerals[0]) for each in self._listed(number, len(parts))]
        numbers = [self._number(numeral, facts_of(part)) for part, (_, numeral) in zip(parts, results, strict=False)]
        if len(results) != len(parts) or not all(map(_can_be, numbers, parts)):
            return
        self.taken.update(range(number, number + len({each for each, _ in results})))
        for part, told, (each, numeral) in zip(parts, numbers, results, strict=True):
            value = each.span if len(each.numerals) == 1 else numeral
            unit = None if each.unit is None else each.unit.of(facts_of(part).measures)
            yield Paired(name.span, part, value, each, told, unit, None, part)

    def _follow(self, name: Named, number: int) -> None:
        """Pair ``name`` with the results that follow its first: "10.9 today, 17.3 yesterday and 26.9 on admission"."""
        readings = self.sheet.readings
        for later in range(number + 1, min(number + _LONGEST_SERIES, len(readings))):
            one, other = readings[later - 1], readings[later]
            gap = self.sheet.gap(one.span.end, other.span.start)
            if gap is None or later in self.taken:
                return
            if not (gap.series or self._is_dated(one, other) or self._is_another(name, one, other)):
                return
            behind = self.sheet.name_after(other.span.end)
            if behind is not None and self.sheet.touches(other, behind):
                return
            if not self._add(name, later, other, gap):
                return

    def _is_another(self, name: Named, one: Reading, other: Reading) -> bool:
        """Return whether ``other`` goes on with ``one``: "blood sugars 127, 80", "BP 126/80 right arm, 122/78 left"."""
        if is_pressure(name):
            return one.shape is other.shape is Shape.RATIO
        plural = self.sheet.low[name.span.end - 1] == "s"
        return plural and _unit(one) == _unit(other) and self.sheet.is_row(one.span.end, other.span.start)

    def _is_dated(self, one: Reading, other: Reading) -> bool:
        return any(self.sheet.moments_between(one.span.end, other.span.start))

    def _next(self, end: int) -> _Next | None:
        following = self.sheet.reading_after(end)
        gap = None if following is None else self.sheet.gap(end, following[1].span.start)
        if following is None or gap is None:
            return None
        # "Urine output has decreased; normally he has 8 to 10 wet diapers."
        parted = gap.words and ";" in self.sheet.low[end : following[1].span.start]
        return None if parted else _Next(*following, gap)

    def _number(self, numeral: Span, facts: Facts) -> float | None:
        return number_for(self.sheet.low[numeral.start : numeral.end], self.sheet.language, facts)


def _can_be(number: float | None, part: str) -> bool:
    return number is not None and is_plausible(number, facts_of(part))


def _unit(reading: Reading) -> tuple[Unit, ...]:
    return () if reading.unit is None else reading.unit.units


def _is_share(reading: Reading) -> bool:
    """Return whether a number is a share of something, as that of cells is: "with 5% bands"."""
    return reading.unit is not None and reading.unit.units[0].measures == "fraction"
