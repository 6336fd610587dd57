"""A stretch of text, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.errors import InvalidSpan


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of text, ``[start, end)``, counted in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise InvalidSpan(f"Span({self.start}, {self.end}) is empty or negative.")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Return whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Return whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def shifted(self, by: int) -> Span:
        """Return the same stretch, ``by`` characters further on."""
        return Span(self.start + by, self.end + by)
