"""Pictures of pages: PNG, JPEG and TIFF, decoded to grey within limits. What stands on them is for OCR to say."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from epicrisis.domain.pages import Page, ReadFile
from epicrisis.errors import MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.parsed import Parsed, Picture

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "TIFF")
# What our OCR reads best; more costs time and shows it nothing. A picture that does not say how large its page is may
# be as long as one of A4 is at that.
_DPI, _LONGEST = 300, 3508
# What a picture says of its dots is believed from 50 to 2,400 to the inch, and for a page of at most 20 inches: a
# camera says 72 of whatever it sees.
_FEWEST_DOTS, _MOST_DOTS, _MOST_INCHES = 50.0, 2_400.0, 20.0
_TURNED = frozenset({5, 6, 7, 8})
_ORIENTATION = 0x0112


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the pages of the picture ``data``, each in grey, upright, and with no more than 300 dots to the inch.

    A page is measured in points where the picture says how large it is, and otherwise in its pixels.

    Raises:
        UnreadableDocument: it is damaged, of another kind, or has more pages or pixels than the limits.
        MissingDependency: Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingDependency("Pictures need Pillow; run: pip install 'epicrisis[documents]'") from error
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            kind = "jpeg" if image.format == "MPO" else (image.format or "").lower()
            read = [_page(each, number) for number, each in enumerate(_frames(image, limits), start=1)]
    except Image.DecompressionBombError as error:
        raise UnreadableDocument(
            f"The picture has more than {limits.pixels} pixels, which is as many as are taken; send a smaller one."
        ) from error
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, struct.error) as error:
        raise UnreadableDocument(
            "The picture is cut short, damaged, or not a PNG, JPEG or TIFF; save it again in the program that made it."
        ) from error
    pages, pictures = tuple(page for page, _ in read), tuple(picture for _, picture in read)
    return [Parsed(ReadFile(text="", kind=kind, pages=pages), pictures)]


def _frames(image: Image, limits: Limits) -> Iterator[Image]:
    """Yield each page of ``image`` before a pixel of it is decoded; only a TIFF has more than one."""
    number = pixels = 0
    while True:
        width, height = image.size
        pixels += width * height
        if width * height > limits.pixels or pixels > limits.scans:
            raise UnreadableDocument(
                f"Page {number + 1} of the picture has {width} x {height} pixels; up to {limits.pixels} are taken a "
                f"page, and {limits.scans} a file. Scan it with 300 dots to the inch, or send fewer pages at once."
            )
        yield image
        number += 1
        if image.format != "TIFF":
            return
        try:
            image.seek(number)
        except EOFError:
            return
        if number == limits.pages:
            raise UnreadableDocument(f"The picture has more than {limits.pages} pages; send fewer at once.")


def _page(image: Image, number: int) -> tuple[Page, Picture]:
    """Return a page and its picture: upright, grey, its pixels square and no more of them than it takes."""
    from PIL import Image, ImageOps

    dots = _dots(image)
    grey = _grey(ImageOps.exif_transpose(image))
    width, height = grey.size
    if dots is None:
        page = Page(number, float(width), float(height))
        shrink = min(1.0, _LONGEST / max(width, height))
        wanted = (width * shrink, height * shrink)
    else:
        page = Page(number, 72 * width / dots[0], 72 * height / dots[1])
        # A fax has twice as many dots across as down; afterwards it has as many of both.
        most = min(_DPI, max(dots))
        wanted = (width * most / dots[0], height * most / dots[1])
    size = (max(1, round(wanted[0])), max(1, round(wanted[1])))
    if size != grey.size:
        grey = grey.resize(size, Image.Resampling.LANCZOS if size[0] < width else Image.Resampling.BICUBIC)
    return page, Picture(number, *size, grey.tobytes(), page.width / size[0])


def _dots(image: Image) -> tuple[float, float] | None:
    """Return the dots to the inch of ``image`` across and down, once upright; ``None`` where it says nothing sane."""
    told = image.info.get("dpi")
    if not isinstance(told, tuple) or len(told) != 2:
        return None
    dots = (float(told[0]), float(told[1]))
    turned = image.getexif().get(_ORIENTATION) in _TURNED
    if turned:
        dots = dots[::-1]
    # Pillow tells the size of a TIFF as it will be once upright, that of another picture as it is stored.
    size = image.size[::-1] if turned and image.format != "TIFF" else image.size
    sane = all(_FEWEST_DOTS <= each <= _MOST_DOTS for each in dots)
    return dots if sane and all(side <= _MOST_INCHES * each for side, each in zip(size, dots, strict=True)) else None


def _grey(image: Image) -> Image:
    """Return ``image`` in 256 greys; what is transparent shows white paper."""
    from PIL import Image

    if image.has_transparency_data:
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(paper, over).convert("L")
    if image.mode.startswith(("I", "F")):
        return _narrowed(image)
    return image.convert("L")


def _narrowed(image: Image) -> Image:
    """Return a picture of 16 or 32 bits in 256 greys, from its darkest to its lightest."""
    import numpy as np
    from PIL import Image

    wide = np.asarray(image, dtype=np.float64)
    if not np.isfinite(wide).all():
        raise ValueError("a pixel is no number")
    low, high = wide.min(), wide.max()
    narrow = np.full(wide.shape, 255.0) if low == high else (wide - low) * (255.0 / (high - low))
    return Image.fromarray(narrow.round().astype(np.uint8))
