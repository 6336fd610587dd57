"""What stands where in the segments of HL7 v2, and what its tables mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LAB_MESSAGES = frozenset({"ORU", "OUL", "OPU", "ORL"})
SEVERITIES: Mapping[str, str] = {"MI": "mild", "MO": "moderate", "SV": "severe"}
"""How bad an allergy is (AL1-4, table 0128)."""

CODED = frozenset({"CE", "CF", "CNE", "CWE"})
"""The data types of a coded value."""

TIMES = frozenset({"DT", "DTM", "TS"})
"""The data types of a point in time."""

DELETED = frozenset({"D", "DE"})
"""What a segment is to do that takes back what another said (tables 0287, 0206)."""

ENDED = frozenset({"CA", "CR", "DC", "DR", "OC", "OD"})
"""Control codes (ORC-1) that end an order."""

VACCINES, NO_VACCINE = "CVX", "998"
NO_AMOUNT = frozenset({"", "0", "999"})
"""No amount, and how one is said that nobody wrote down: 999."""

ONE_LINE = 200
"""A text of an observation that is longer, or has several lines, is more than a result."""


class Places(NamedTuple):
    """Where in a segment the drug stands, its amounts, its unit, its form, and what is said to whoever takes it."""

    drug: int
    amounts: tuple[int, ...]
    unit: int
    form: int
    instructions: int


PLACES: Mapping[str, Places] = {
    "RXO": Places(1, (2, 3), 4, 5, 7),
    "RXE": Places(2, (3, 4), 5, 6, 7),
    # What is dispensed is a box, and no dose.
    "RXD": Places(2, (), 5, 6, 9),
    "RXG": Places(4, (5, 6), 7, 8, 13),
}
"""The segments that name a drug that is ordered or dispensed (chapter 4A)."""
