"""Pressures that are told by two numbers, the higher one first: "120/80", "PA pressure 62/33"."""

from __future__ import annotations

from epicrisis.engines.extraction.measurements.analytes import Named
from epicrisis.engines.extraction.measurements.readings import Reading, Shape

PARTS = ("systolic", "diastolic")
_BLOOD_PRESSURE = "blood-pressure"
_TOLD_BY_TWO = frozenset(
    {
        "aortic-pressure", _BLOOD_PRESSURE, "left-ventricular-pressure", "pulmonary-artery-pressure",
        "right-ventricular-pressure",
    }
)  # fmt: skip
# "Systolic is 110/60" tells both.
_ALSO = frozenset({"systolic-pressure"})


def is_pressure(name: Named) -> bool:
    """Return whether ``name`` may name a pressure that is told by two numbers."""
    return not _TOLD_BY_TWO.isdisjoint(name.analytes)


def pressure_of(name: Named) -> str:
    """Return which pressure two numbers behind ``name`` tell."""
    return next((each for each in name.analytes if each in _TOLD_BY_TWO), _BLOOD_PRESSURE)


def has_two(name: Named, reading: Reading) -> bool:
    """Return whether ``reading`` must hold both pressures of ``name``, as it must of a blood pressure.

    Of the others one number alone is a mean, or the higher one.
    """
    if _BLOOD_PRESSURE in name.analytes:
        return True
    return reading.shape is Shape.RATIO and (is_pressure(name) or not _ALSO.isdisjoint(name.analytes))
