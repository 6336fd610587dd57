"""A text that came out of a file, and where on its pages every stretch of it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Page:
    """A page, counted from 1; width and height in points (1/72 inch), or in pixels where a picture says no more."""

    number: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in its units, from its upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """A word or a line of the text, and the box it stands in; ``score`` is how sure OCR is of it (0 to 1)."""

    span: Span
    box: Box = field(compare=False)
    score: float = field(default=1.0, compare=False)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What was read out of one file: its text, its pages, and ``placed`` in the order of the text, none overlapping.

    ``kind`` says what the file was; ``name`` what it is called where it came out of an archive; ``scanned`` are the
    pages whose text comes from OCR; ``warnings`` say what could not be read, without a word of the text.
    """

    text: str
    kind: str
    name: str = ""
    pages: tuple[Page, ...] = ()
    placed: tuple[Placed, ...] = ()
    scanned: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    engine: str = ""
    version: str = ""

    def boxes(self, span: Span) -> Iterator[Box]:
        """Yield the box of every word or line that ``span`` touches."""
        index = max(bisect_right(self.placed, span.start, key=lambda each: each.span.start) - 1, 0)
        for each in self.placed[index:]:
            if each.span.start >= span.end:
                return
            if each.span.overlaps(span):
                yield each.box
