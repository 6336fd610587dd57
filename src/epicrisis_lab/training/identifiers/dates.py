"""When: dates in the forms people write, and ages."""

from __future__ import annotations

from datetime import date, timedelta

from epicrisis_lab.training.identifiers.dice import Dice

_FIRST, _DAYS = date(1925, 1, 1), 37_000
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def whole_date(dice: Dice) -> str:
    """Return a whole date in one of many forms."""
    day = _day(dice)
    month, short = f"{day:%B}", f"{day:%b}"
    ordinal = f"{day.day}{_ORDINALS.get(day.day, 'th')}"
    figures = (
        f"{day:%m/%d/%Y}", f"{day.month}/{day.day}/{day:%Y}", f"{day:%m/%d/%y}", f"{day.month}/{day.day}/{day:%y}",
        f"{day:%Y-%m-%d}", f"{day:%m-%d-%Y}", f"{day:%d-%b-%Y}", f"{day:%d.%m.%Y}", f"{day:%Y/%m/%d}", f"{day:%m%d%Y}",
        f"{day.month}.{day.day}.{day:%y}",
    )  # fmt: skip
    words = (
        f"{month} {day.day}, {day:%Y}", f"{month} {day.day}, {day:%Y}", f"{month} {ordinal}, {day:%Y}",
        f"{short} {day.day} {day:%Y}", f"{short} {day.day}, {day:%Y}", f"{short}. {day.day}, {day:%Y}",
        f"{day.day} {month} {day:%Y}", f"{ordinal} {month} {day:%Y}", f"the {ordinal} of {month} {day:%Y}",
        f"{day:%A}, {month} {day.day}, {day:%Y}",
    )  # fmt: skip
    return dice.pick((*figures, *words))


def short_date(dice: Dice) -> str:
    """Return a date without its year, or with two figures of it."""
    day = _day(dice)
    return dice.pick(
        (f"{day.month}/{day.day}", f"{day.month}/{day.day}/{day:%y}", f"{day:%m/%d}", f"{day:%b} {day.day}")
    )


def month_day(dice: Dice) -> str:
    """Return a day of a month."""
    day = _day(dice)
    ordinal = f"{day.day}{_ORDINALS.get(day.day, 'th')}"
    return dice.pick((f"{day:%B} {day.day}", f"{day:%B} {ordinal}", f"{ordinal} of {day:%B}", f"{day.day} {day:%b}"))


def month_year(dice: Dice) -> str:
    """Return a month of a year."""
    day = _day(dice)
    return dice.pick(
        (
            f"{day:%B} {day:%Y}",
            f"{day:%B} of {day:%Y}",
            f"{day:%b} {day:%Y}",
            f"{day.month}/{day:%Y}",
            f"{day:%B}, {day:%Y}",
        )
    )


def day_of(dice: Dice) -> str:
    """Return a day with its month behind it."""
    day = _day(dice)
    return f"{day.day}{_ORDINALS.get(day.day, 'th')} of {day:%B}"


def age(dice: Dice) -> str:
    """Return an age, one in eight over 89."""
    return str(dice.random.randint(90, 104) if dice.random.random() < 0.125 else dice.random.randint(1, 89))


def _day(dice: Dice) -> date:
    return _FIRST + timedelta(days=dice.random.randrange(_DAYS))
