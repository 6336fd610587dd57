"""The numbers and bullets of Word's lists, which stand in no paragraph and are counted on the way (ECMA-376, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from epicrisis.formats.redacting.word.markup import w

_PLACE = re.compile(r"%([1-9])")
_BULLET = "•"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST = 4_000  # above it, no numeral is Roman and no letter is read as a number
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str


class Lists:
    """The lists of one document; ``label`` counts, and so is asked for each paragraph once and in order."""

    def __init__(self, numbering: Sequence[Any], styles: Sequence[Any]) -> None:
        """Read the part that defines lists, and the styles that use them; a document may have neither."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._styles = {style.get(w("styleId")): style for root in styles for style in root.iter(w("style"))}
        for root in numbering:
            abstract = {each.get(w("abstractNumId")): _levels(each) for each in root.iter(w("abstractNum"))}
            for number in root.iter(w("num")):
                levels = abstract.get(_value(number.find(w("abstractNumId"))), {})
                self._levels[number.get(w("numId"))] = {**levels, **_overridden(number, levels)}

    def label(self, paragraph: Any) -> str:
        """Return what stands before ``paragraph``; an empty text, where it is in no list."""
        told = paragraph.find(w("pPr"))
        number, level = self._place(told) if told is not None else ("", 0)
        levels = self._levels.get(number, {})
        if level not in levels:
            return ""
        self._counts[number, level] = self._counts.get((number, level), levels[level].start - 1) + 1
        for deeper in [key for key in self._counts if key[0] == number and key[1] > level]:
            del self._counts[deeper]
        if levels[level].format == "bullet":
            return _BULLET
        if levels[level].format == "none":
            return ""
        return _PLACE.sub(lambda place: self._count(number, int(place[1]) - 1), levels[level].text).strip()

    def _count(self, number: str, level: int) -> str:
        known = self._levels[number].get(level)
        if known is None:
            return ""
        count = self._counts.get((number, level), known.start)
        return _FORMATS.get(known.format, str)(count) if 0 < count < _MOST else str(count)

    def _place(self, told: Any) -> tuple[str, int]:
        """Return the list and the level that properties of a paragraph name, or those of its style do."""
        for _ in range(_DEEPEST):
            place = told.find(w("numPr"))
            if place is not None and (number := _value(place.find(w("numId")))):
                return number, _integer(_value(place.find(w("ilvl"))), 0)
            named = told.find(w("pStyle"))
            style = self._styles.get(_value(named if named is not None else told.getparent().find(w("basedOn"))))
            told = style.find(w("pPr")) if style is not None else None
            if told is None:
                break
        return "", 0


def _levels(parent: Any) -> dict[int, _Level]:
    return {
        _integer(each.get(w("ilvl")), 0): _Level(
            _integer(_value(each.find(w("start"))), 1),
            _value(each.find(w("numFmt"))) or "decimal",
            _value(each.find(w("lvlText"))),
        )
        for each in parent.iter(w("lvl"))
    }


def _overridden(number: Any, levels: dict[int, _Level]) -> dict[int, _Level]:
    """Return the levels that a list has otherwise than the one it is made after."""
    changed = _levels(number)
    for override in number.iter(w("lvlOverride")):
        level, start = _integer(override.get(w("ilvl")), 0), _value(override.find(w("startOverride")))
        known = changed.get(level) or levels.get(level)
        if start and known:
            changed[level] = _Level(_integer(start, known.start), known.format, known.text)
    return changed


def _value(element: Any) -> str:
    return str(element.get(w("val")) or "") if element is not None else ""


def _integer(told: str | None, otherwise: int) -> int:
    try:
        return int(told or otherwise)
    except ValueError:
        return otherwise


def _letter(count: int) -> str:
    """Return a, b, … z, aa, bb, as Word counts by letters."""
    return chr(ord("a") + (count - 1) % 26) * (1 + (count - 1) // 26)


def _roman(count: int) -> str:
    numeral = ""
    for value, sign in _ROMAN:
        times, count = divmod(count, value)
        numeral += sign * times
    return numeral


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": lambda count: f"{count:02}",
}
