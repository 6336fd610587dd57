"""A test with its result, as it was found in a note."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.records import Flag
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.measurements.readings import Reading
from epicrisis.engines.extraction.measurements.units import Unit


@dataclass(frozen=True, slots=True)
class Paired:
    """A test and its result: a ``number`` out of a ``reading``, or words; ``value`` is where the result stands."""

    name: Span
    analyte: str
    value: Span
    reading: Reading | None = None
    number: float | None = None
    unit: Unit | None = None
    flag: Flag | None = None
    part: str | None = None
    sure: bool = True
