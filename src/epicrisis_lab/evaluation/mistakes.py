"""Wrong cases, sorted by what went wrong, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from epicrisis_lab.evaluation.spans import Mark, Matching, match_overlap


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong case: what kind of mistake, in which row, and the marks that differ."""

    kind: str
    row: str
    source: str
    text: str
    gold: Mark | None = None
    predicted: Mark | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the case as one JSON object."""
        return {
            "kind": self.kind,
            "id": self.row,
            "source": self.source,
            "text": self.text,
            "gold": None if self.gold is None else self.gold._asdict(),
            "predicted": None if self.predicted is None else self.predicted._asdict(),
        }


def span_mistakes(row: str, source: str, text: str, strict: Matching) -> Iterator[Mistake]:
    """Yield what went wrong in the row of that id: boundaries first, then labels, then what is missed or made up."""
    near = match_overlap(strict.missed, strict.made_up)
    for gold, found in near.pairs:
        yield Mistake(f"boundary {gold.label}", row, source, text, gold, found)
    swapped = match_overlap(near.missed, near.made_up, any_label=True)
    for gold, found in swapped.pairs:
        yield Mistake(f"{gold.label} -> {found.label}", row, source, text, gold, found)
    for gold in swapped.missed:
        yield Mistake(f"missed {gold.label}", row, source, text, gold=gold)
    for found in swapped.made_up:
        yield Mistake(f"false positive {found.label}", row, source, text, predicted=found)
