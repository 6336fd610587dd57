"""What a reader makes of a file: its text, and the pages that are nothing but pictures and wait for OCR."""

from __future__ import annotations

from dataclasses import dataclass, field

from epicrisis.domain.pages import ReadFile


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture: ``grey`` holds width times height bytes, row by row, 0 is black.

    ``scale`` is how many units of its page one pixel is: 72 / dots per inch where the page is measured in points.
    """

    page: int
    width: int
    height: int
    grey: bytes = field(repr=False)
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file as it was read: ``file`` has the text there is, ``pictures`` are the pages that have none."""

    file: ReadFile
    pictures: tuple[Picture, ...] = ()
