"""The text of pictures joined with the text there was, page by page, with a box for every line that OCR read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Protocol

from epicrisis.domain.pages import Box, Placed, ReadFile
from epicrisis.formats.documents.parsed import Parsed, Picture
from epicrisis.formats.documents.placing import PlacedText

# A line of which OCR is less sure than this is told: what is printed clearly is read with more than 0.9.
DOUBTFUL = 0.8
# A line that stands so many heights of a line below the one before begins a paragraph.
_PARAGRAPH = 0.8
_BETWEEN_PAGES = "\n\n"


class Line(Protocol):
    """A line as OCR read it, with its box in pixels of the picture; ``score`` says how sure it is of it (0 to 1)."""

    @property
    def text(self) -> str:
        """Return what it says."""
        ...

    @property
    def left(self) -> float:
        """Return where it begins."""
        ...

    @property
    def top(self) -> float:
        """Return its upper edge."""
        ...

    @property
    def right(self) -> float:
        """Return where it ends."""
        ...

    @property
    def bottom(self) -> float:
        """Return its lower edge."""
        ...

    @property
    def score(self) -> float:
        """Return how sure OCR is of it."""
        ...


def with_lines(parsed: Parsed, lines: Mapping[int, Sequence[Line]], *, engine: str, version: str) -> ReadFile:
    """Return the file with the ``lines`` of each picture, by the number of its page, where that page belongs.

    A picture without lines in the mapping was not read, and the answer says so. Lines are in the order in which they
    are read; their boxes become units of the page.
    """
    if not parsed.pictures:
        return parsed.file
    text = PlacedText()
    written = _pages(parsed.file)
    pictures = {picture.page: picture for picture in parsed.pictures}
    for number in sorted(written.keys() | pictures.keys()):
        if number in written:
            _keep(text, parsed.file, written[number])
        if number in pictures:
            _write(text, pictures[number], lines.get(number, ()))
    read = tuple(number for number in sorted(pictures) if number in lines)
    doubts = [_doubt(number, lines.get(number)) for number in sorted(pictures)]
    return replace(
        parsed.file,
        text=text.text,
        placed=tuple(text.placed),
        scanned=read,
        warnings=(*parsed.file.warnings, *(doubt for doubt in doubts if doubt)),
        engine=engine if read else "",
        version=version if read else "",
    )


def _keep(text: PlacedText, file: ReadFile, placed: Sequence[Placed]) -> None:
    """Write what stood on a page, as it was."""
    _begin(text)
    end = placed[0].span.start
    for each in placed:
        text.add(file.text[end : each.span.start])
        text.place(file.text[each.span.start : each.span.end], each.box, each.score)
        end = each.span.end


def _write(text: PlacedText, picture: Picture, lines: Sequence[Line]) -> None:
    """Write what was read off a picture."""
    spoken = [line for line in lines if line.text.strip()]
    height = median(line.bottom - line.top for line in spoken) if spoken else 0.0
    before: Line | None = None
    for line in spoken:
        if before is None:
            _begin(text)
        else:
            text.add("\n\n" if line.top - before.bottom > _PARAGRAPH * height else "\n")
        left, top, right, bottom = (side * picture.scale for side in (line.left, line.top, line.right, line.bottom))
        text.place(line.text.strip(), Box(picture.page, left, top, right, bottom), line.score)
        before = line


def _begin(text: PlacedText) -> None:
    if text.length:
        text.add(_BETWEEN_PAGES)


def _pages(file: ReadFile) -> dict[int, list[Placed]]:
    """Return what is placed on each page."""
    pages: dict[int, list[Placed]] = {}
    for each in file.placed:
        pages.setdefault(each.box.page, []).append(each)
    return pages


def _doubt(number: int, lines: Sequence[Line] | None) -> str:
    """Return what is to be said about the picture of a page, without a word of it."""
    if lines is None:
        return f"Page {number} is a picture and was not read; an engine for OCR reads it."
    if not lines:
        return f"Page {number} is a picture in which no text was found; look at it."
    doubtful = sum(line.score < DOUBTFUL for line in lines)
    return f"Page {number}: {doubtful} of {len(lines)} lines were hard to read; look at them." if doubtful else ""
