"""A PDF file: its pages one after the other, by their text layer, or as pictures where they have none."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import Any

from epicrisis.domain.pages import Box, Page, ReadFile
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed, Picture
from epicrisis.formats.documents.pdf.hyphens import bare, joined
from epicrisis.formats.documents.pdf.layout import reading_order
from epicrisis.formats.documents.pdf.words import Sheet, Word, sheet_of, words_of
from epicrisis.formats.documents.placing import PlacedText
from epicrisis.formats.redacting.pdf.readable import is_picture, is_unknown
from epicrisis.formats.redacting.pdf.reading import flat_page, opened, pictures_of
from epicrisis.formats.redacting.pictures import check_pixels

# A page is shown to OCR with so many dots to the inch; there are 72 points to one.
_DPI, _POINTS = 200, 72


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text of the PDF ``data``, a box for every word in points, and the pages that wait for OCR.

    What is filled in, and notes that are drawn on a page, are read as part of it.

    Raises:
        MissingDependency: pypdfium2 is not installed.
        UnreadableDocument: it is damaged, encrypted, or over the limits.
    """
    text = PlacedText()
    pages: list[Page] = []
    pictures: list[Picture] = []
    with opened(data) as document:
        if len(document) > limits.pages:
            raise UnreadableDocument(
                f"The PDF has {len(document)} pages; up to {limits.pages} are read. Send its parts."
            )
        document.init_forms()
        left, scans = limits.letters, limits.scans
        for number in range(1, len(document) + 1):
            page = flat_page(document, number - 1)
            sheet = sheet_of(page)
            pages.append(Page(number, *sheet.size))
            words = words_of(page, sheet, left)
            left -= sum(len(word.text) for word in words)
            if _is_picture(page, words, sheet, limits):
                pictures.append(_picture(page, number, sheet, min(limits.pixels, scans)))
                scans -= len(pictures[-1].grey)
            else:
                _write(text, words, number)
            page.close()
    return [Parsed(ReadFile(text.text, Kind.PDF, pages=tuple(pages), placed=tuple(text.placed)), tuple(pictures))]


def _write(text: PlacedText, words: list[Word], number: int) -> None:
    """Write the words of a page; one that is cut at the end of a line is one word, with a box for each of its parts."""
    whole = {bare(word.text) for word in words}
    lines, goes_on = reading_order(words), False
    for line, below in zip_longest(lines, lines[1:]):
        if text.length and not goes_on:
            text.add("\n\n" if line.apart else "\n")
        begun = None if below is None or below.apart else joined(line.words[-1].text, below.words[0].text, whole)
        goes_on = begun is not None
        for between, word in line.pieces():
            text.add(between)
            written = begun if begun is not None and word is line.words[-1] else word.text
            text.place(written, Box(number, word.left, word.top, word.right, word.bottom))


def _is_picture(page: Any, words: list[Word], sheet: Sheet, limits: Limits) -> bool:
    """Return whether a page is read by OCR: it is a scan, or its letters do not say what they are."""
    pictures, objects, pixels = pictures_of(page, sheet.left, sheet.bottom)
    check_pixels(pixels, limits.pixels)
    found = " ".join(word.text for word in words)
    return is_picture(found, pictures, objects, sheet.across * sheet.up) or is_unknown(found)


def _picture(page: Any, number: int, sheet: Sheet, most: int) -> Picture:
    """Return a page as OCR sees it; one that is larger than any paper is shown smaller."""
    width, height = sheet.size
    scale = _DPI / _POINTS
    if math.ceil(width * scale) * math.ceil(height * scale) > most:
        raise UnreadableDocument(
            f"Page {number} is a picture, and too large, with those before it, to be read; send the pages in parts."
        )
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        if bitmap.stride != bitmap.width:
            rows = b"".join(
                rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)
            )
        return Picture(number, bitmap.width, bitmap.height, rows, 1 / scale)
    finally:
        bitmap.close()
