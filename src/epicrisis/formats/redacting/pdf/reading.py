"""The text of a PDF page with the place of each stretch, read by PDFium.

Form fields and notes that are drawn on the page are read as part of it; what is not drawn (attachments, scripts,
properties, hidden values) is never looked at and so never written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_double, c_int, c_void_p, cast, create_string_buffer
from dataclasses import dataclass
from typing import Any

from epicrisis.errors import MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.redacting.pdf.readable import check_readable
from epicrisis.formats.redacting.pictures import check_pixels

# A gap wider than this, in letters' sizes, begins a new stretch: a column of a table, not a blank between words.
_GAP = 1.2
_HYPHENS = (0x02, 0xAD, 0xFFFE)
_FIXED_PITCH, _SERIF, _ITALIC, _BOLD_FROM = 1, 2, 64, 600


@dataclass(frozen=True, slots=True)
class Look:
    """How a stretch is set: its family (``sans``, ``serif``, ``mono``), weight, slant and size in points."""

    family: str
    bold: bool
    italic: bool
    size: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Letters of ``Page.text`` from ``start`` to ``end``, which begin at ``x, y`` and run ``width`` along ``angle``."""

    start: int
    end: int
    x: float
    y: float
    angle: float
    width: float
    look: Look


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its text, where its stretches stand, and where pictures were; lengths in points from the lower left."""

    width: float
    height: float
    rotation: int
    text: str
    stretches: tuple[Stretch, ...]
    pictures: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class _Letter:
    sign: str
    x: float
    y: float
    angle: float
    reach: float
    look: Look


def pages(data: bytes, limits: Limits) -> list[Page]:
    """Return the pages of the PDF ``data``.

    Raises:
        MissingDependency: pypdfium2 is not installed.
        UnreadableDocument: it is damaged, encrypted, too long, or a page of it is a picture of text.
    """
    with opened(data) as document:
        if len(document) > limits.pages:
            raise UnreadableDocument(
                f"The PDF has {len(document)} pages; up to {limits.pages} are read. Send its parts."
            )
        document.init_forms()
        read: list[Page] = []
        left = limits.letters
        for number in range(len(document)):
            read.append(_page(document, number, left, limits))
            left -= len(read[-1].text)
        return read


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """Give the PDF ``data`` opened by PDFium, and close it at the end; what breaks on a page meanwhile is told as that.

    Raises:
        MissingDependency: pypdfium2 is not installed.
        UnreadableDocument: it is damaged or encrypted.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingDependency("PDF needs pypdfium2; run: pip install 'epicrisis[documents]'") from error
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise UnreadableDocument(
                "The PDF is protected by a password; save it without one and send it again."
            ) from error
        raise UnreadableDocument("The PDF is cut short or damaged; print it to a new PDF, and send that.") from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("A page of the PDF is damaged; print it to a new PDF, and send that.") from error
    finally:
        document.close()


def flat_page(document: Any, number: int) -> Any:
    """Return a page, counted from 0, whose form fields and notes are part of what is drawn on it.

    Raises:
        UnreadableDocument: one of them is damaged.
    """
    from pypdfium2 import raw

    first = document[number]
    if raw.FPDFPage_Flatten(first, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
        raise UnreadableDocument(f"A form on page {number + 1} is damaged; print the PDF to a new one, and send that.")
    first.close()  # what was flattened is seen by whoever opens the page again
    return document[number]


def _page(document: Any, number: int, most: int, limits: Limits) -> Page:
    page = flat_page(document, number)
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    pictures, objects, pixels = pictures_of(page, left, bottom)
    textpage = page.get_textpage()
    if textpage.count_chars() > most:
        raise UnreadableDocument("The PDF holds more letters than are read at once; send its pages in parts.")
    letters = list(_letters(textpage, left, bottom))
    text, stretches = _stretches(letters)
    check_readable(text, pictures, objects, width * height, number + 1)
    check_pixels(pixels, limits.pixels)
    rotation = page.get_rotation()
    page.close()
    return Page(width, height, rotation, text, stretches, pictures)


def pictures_of(
    page: Any, left: float, bottom: float
) -> tuple[tuple[tuple[float, float, float, float], ...], int, int]:
    """Return where pictures are, how many objects there are, and how many pixels the largest picture says it has."""
    from pypdfium2 import raw

    objects = list(page.get_objects())
    pictures = [each for each in objects if each.type == raw.FPDF_PAGEOBJ_IMAGE]
    boxes = [each.get_bounds() for each in pictures]
    placed = tuple((x0 - left, y0 - bottom, x1 - left, y1 - bottom) for x0, y0, x1, y1 in boxes)
    return placed, len(objects), max((math.prod(each.get_px_size()) for each in pictures), default=0)


def _letters(textpage: Any, left: float, bottom: float) -> Iterator[_Letter | str]:
    """Yield the letters of a page; blanks and line breaks that PDFium adds by itself are plain strings."""
    from pypdfium2 import raw

    x, y = c_double(), c_double()
    seen: dict[int | None, tuple[Look, float]] = {}
    for at in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, at)
        if raw.FPDFText_IsGenerated(textpage, at) == 1 or code in (0x0A, 0x0D):
            if code != 0x0D:
                yield sign_of(code)
            continue
        # Letters that were set together share their looks, and asking for those takes longer than all the rest.
        together = cast(raw.FPDFText_GetTextObject(textpage, at), c_void_p).value
        if together not in seen:
            seen[together] = _look(textpage, at)
        look, angle = seen[together]
        raw.FPDFText_GetCharOrigin(textpage, at, x, y)
        box = textpage.get_charbox(at, loose=True)
        along = math.cos(angle), math.sin(angle)
        reach = max(
            (corner_x - x.value) * along[0] + (corner_y - y.value) * along[1]
            for corner_x in (box[0], box[2])
            for corner_y in (box[1], box[3])
        )
        yield _Letter(sign_of(code), x.value - left, y.value - bottom, angle, reach, look)


def sign_of(code: int) -> str:
    """Return what a code of PDFium says; a letter without a meaning is U+FFFD, which ``check_readable`` counts."""
    if code in _HYPHENS:
        return "-"
    if code in (0, 0xFFFF) or 0xD800 <= code < 0xE000:
        return "\ufffd"
    return chr(code) if code >= 0x20 else "\n"


def _look(textpage: Any, at: int) -> tuple[Look, float]:
    """Return how the letter ``at`` is set, and along which angle it runs."""
    from pypdfium2 import raw

    name, flags, matrix = create_string_buffer(128), c_int(), raw.FS_MATRIX()
    raw.FPDFText_GetFontInfo(textpage, at, name, 128, flags)
    raw.FPDFText_GetMatrix(textpage, at, matrix)
    size = round(raw.FPDFText_GetFontSize(textpage, at) * math.hypot(matrix.c, matrix.d), 1)
    called = name.value.decode("utf-8", "replace").casefold()
    mono = bool(flags.value & _FIXED_PITCH) or "courier" in called or "mono" in called
    serif = bool(flags.value & _SERIF) or "times" in called
    bold = raw.FPDFText_GetFontWeight(textpage, at) >= _BOLD_FROM or "bold" in called
    italic = bool(flags.value & _ITALIC) or "italic" in called or "oblique" in called
    look = Look("mono" if mono else "serif" if serif else "sans", bold, italic, max(1.0, size))
    return look, -raw.FPDFText_GetCharAngle(textpage, at)


def _stretches(letters: list[_Letter | str]) -> tuple[str, tuple[Stretch, ...]]:
    """Return the text of the letters, and which of them run on: one line, one look, no wide gap."""
    signs: list[str] = []
    stretches: list[Stretch] = []
    first: _Letter | None = None
    last: _Letter | None = None
    start = 0

    def end() -> None:
        nonlocal first
        if first is not None and last is not None:
            # Blanks that PDFium added at the end belong to no letter.
            width = _along(first, last) + last.reach
            length = len("".join(signs[start:]).rstrip())
            if length:
                stretches.append(Stretch(start, start + length, first.x, first.y, first.angle, width, first.look))
        first = None

    for letter in letters:
        if isinstance(letter, str):
            if letter == "\n":
                end()
            signs.append(letter)
            continue
        if first is None or last is None or not _runs_on(first, last, letter):
            end()
            if signs and last is not None and not signs[-1].isspace() and not _touches(last, letter):
                signs.append(" ")
            first, start = letter, len(signs)
        signs.append(letter.sign)
        last = letter
    end()
    return "".join(signs), tuple(stretches)


def _runs_on(first: _Letter, last: _Letter, letter: _Letter) -> bool:
    size = first.look.size
    level = abs((letter.y - first.y) * math.cos(first.angle) - (letter.x - first.x) * math.sin(first.angle))
    gap = _along(last, letter) - last.reach
    same = letter.look == first.look and abs(letter.angle - first.angle) < 0.01
    return same and level < 0.2 * size and -0.5 * size < gap < _GAP * size


def _touches(last: _Letter, letter: _Letter) -> bool:
    return abs(_along(last, letter) - last.reach) < 0.15 * last.look.size


def _along(first: _Letter, other: _Letter) -> float:
    return (other.x - first.x) * math.cos(first.angle) + (other.y - first.y) * math.sin(first.angle)
