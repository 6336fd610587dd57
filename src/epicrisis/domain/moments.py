"""Points in time as exactly as somebody told them: a year, a month, a day, or to the second."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import IntEnum

# ISO 8601 as FHIR narrows it (hl7.org/fhir/R4/datatypes.html#dateTime), and a time without a zone, which others write.
_TOLD = re.compile(
    r"(?P<year>[12]\d{3})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<clock>\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)


class Precision(IntEnum):
    """How exactly a moment was told."""

    YEAR = 1
    MONTH = 2
    DAY = 3
    TIME = 4


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in time: the ``first`` instant that what was told can mean, and how exactly it was told.

    A time that names no zone is taken to be in UTC, so that all can be compared. ``str`` gives the day, month or year
    in ISO 8601, as its own zone has it: no reader of a summary wants more.
    """

    first: datetime
    precision: Precision = field(default=Precision.TIME, compare=False)

    @classmethod
    def told(cls, text: str) -> Moment | None:
        """Return the moment that ``text`` tells in ISO 8601, or ``None`` where it tells none."""
        match = _TOLD.fullmatch(text.strip())
        if match is None:
            return None
        precision = Precision(sum(match[part] is not None for part in ("year", "month", "day", "clock")))
        day, clock = f"{match['year']}-{match['month'] or '01'}-{match['day'] or '01'}", match["clock"] or "00:00"
        zone = "+00:00" if match["zone"] in (None, "Z") else match["zone"]
        try:
            # Two seconds to the minute are a leap second, and no clock of Python's has one.
            return cls(datetime.fromisoformat(f"{day}T{clock.replace(':60', ':59')}{zone}"), precision)
        except ValueError:
            return None

    @classmethod
    def of_day(cls, day: date) -> Moment:
        """Return ``day`` as a moment."""
        return cls(datetime.combine(day, time(), UTC), Precision.DAY)

    @property
    def day(self) -> date:
        """Return the first day it can mean."""
        return self.first.date()

    @property
    def last_day(self) -> date:
        """Return the last day it can mean: 31 December of a year."""
        if self.precision is Precision.YEAR:
            return date(self.day.year, 12, 31)
        if self.precision is Precision.MONTH:
            return self.day.replace(day=monthrange(self.day.year, self.day.month)[1])
        return self.day

    def __str__(self) -> str:
        """Return it as exactly as it was told, to the day: ``2012``, ``2012-05``, ``2012-05-03``."""
        return self.day.isoformat()[: (4, 7, 10, 10)[self.precision - 1]]


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when; an end that is not told is open, and a beginning may not be told either."""

    start: Moment | None = None
    end: Moment | None = None


UNTOLD = Period()
"""A period of which nothing is told."""
