"""Points in time as the standards write them, and as a sheet says them: ``2023-03-16 17:04``."""

from __future__ import annotations

import re

# HL7 v2 (TS, DTM) and CDA (TS): YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ]; what has no month has no day.
_PACKED = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\d\d(?:\.\d{1,6})?)?)?)?)?)?(?:[+-]\d{4})?")
# FHIR (date, dateTime, instant): ISO 8601 with its dashes.
_DASHED = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T(\d\d:\d\d)[^T]{0,24})?")
_MIDNIGHT = "00:00"


def packed_stamp(stamp: str) -> str:
    """Return a time of HL7 v2 or CDA as a sheet says it: to the minute at most; anything else as it is."""
    match = _PACKED.fullmatch(stamp.strip())
    if match is None:
        return stamp.strip()
    year, month, day, hour, minute = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    return _said(date, f"{hour}:{minute or '00'}" if hour else "")


def dashed_stamp(stamp: str) -> str:
    """Return a time of FHIR as a sheet says it: to the minute at most; anything else as it is."""
    match = _DASHED.fullmatch(stamp.strip())
    return stamp.strip() if match is None else _said(match[1], match[2] or "")


def day_of(stamp: str) -> str:
    """Return the day of a time that a sheet says: it ends before the hour."""
    return stamp.partition(" ")[0]


def _said(date: str, time: str) -> str:
    # Midnight is what systems write that know the day alone.
    return f"{date} {time}" if time and time != _MIDNIGHT else date
