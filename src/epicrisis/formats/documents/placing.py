"""A text as it grows, and where on its pages each word or line of it stands."""

from __future__ import annotations

from epicrisis.domain.pages import Box, Placed
from epicrisis.domain.spans import Span


class PlacedText:
    """A text that is written piece by piece; ``placed`` grows in its order."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0
        self.placed: list[Placed] = []

    @property
    def text(self) -> str:
        """Return what was written."""
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        """Write what stands nowhere by itself: a blank, a line end."""
        self._pieces.append(piece)
        self.length += len(piece)

    def place(self, piece: str, box: Box, score: float = 1.0) -> None:
        """Write a word or a line, and keep the ``box`` it stands in."""
        start = self.length
        self.add(piece)
        self.placed.append(Placed(Span(start, self.length), box, score))
