"""Drugs that a message orders or gives: RXO, RXE and RXD, with the route (RXR) and the times (TQ1) that follow."""

from __future__ import annotations

from dataclasses import dataclass, field

from epicrisis.formats.documents.hl7v2.wire import Segment
from epicrisis.formats.documents.sheets.sheet import Sheet, one_line

# Where in each the drug stands, its amount, its unit, its form and what is to be said to whoever takes it (chapter 4A).
_PLACES = {
    "RXO": (1, (2, 3), 4, 5, 7),
    "RXE": (2, (3, 4), 5, 6, 7),
    # What is dispensed is a box, and no dose.
    "RXD": (2, (), 5, 6, 9),
    "RXG": (4, (5, 6), 7, 8, 13),
}
DRUGS = frozenset(_PLACES)
"""The segments that name a drug."""

_TIMING_OF_ENCODED_ORDER = 1
_ENDED = frozenset({"CA", "CR", "DC", "DR", "OC", "OD"})


@dataclass(slots=True)
class Orders:
    """The drugs of one message; an order and how a pharmacy encoded it are one drug, written when the next begins."""

    sheet: Sheet
    _drug: str = ""
    _segment: str = ""
    _parts: list[str] = field(default_factory=list)
    _ended: bool = False

    def control(self, segment: Segment) -> None:
        """Begin an order (ORC); its code says whether it ends one."""
        self.flush()
        self._ended = segment.first(1).component(1) in _ENDED

    def drug(self, segment: Segment) -> None:
        """Take in what is ordered, encoded or given; an encoded order (RXE) stands for the order before it."""
        if (self._segment, segment.name) != ("RXO", "RXE"):
            self._write()
        drug, amounts, unit, form, instructions = _PLACES[segment.name]
        amount = "-".join(filter(None, dict.fromkeys(segment.first(place).component(1) for place in amounts)))
        self._drug, self._segment = segment.first(drug).coded, segment.name
        self._parts = [
            f"{amount} {segment.first(unit).coded}" if amount else "",
            segment.first(form).coded,
            segment.first(_TIMING_OF_ENCODED_ORDER).component(2) if segment.name == "RXE" else "",
            *(value.coded for value in segment.values(instructions)),
        ]

    def route(self, segment: Segment) -> None:
        """Add by which way it is given (RXR)."""
        self._parts.append(segment.first(1).coded)

    def timing(self, segment: Segment) -> None:
        """Add how often (TQ1)."""
        self._parts += (value.coded for value in segment.values(3))

    def flush(self) -> None:
        """Write what is not written yet, and forget the order."""
        self._write()
        self._ended = False

    def _write(self) -> None:
        if self._drug:
            heading = self.sheet.says("past-medications" if self._ended else "medications")
            stopped = self.sheet.says("stopped") if self._ended else ""
            # "mg/dL" may be said twice, by the order and by its encoding.
            parts = dict.fromkeys(one_line(part) for part in self._parts)
            self.sheet.line(heading, " ".join(filter(None, (self._drug, *list(parts)[:1]))), *list(parts)[1:], stopped)
        self._drug, self._segment, self._parts = "", "", []
