"""Makes a grey picture easier to read: which of its pixels are ink, and what is left of it without specks."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.media_contracts import Pixels
from epicrisis.errors import MissingDependency

if TYPE_CHECKING:
    from PIL.Image import Image

_DARKER, _WINDOW = 0.85, 16
# A speck stands out by so many greys, and a page with fewer than one pixel in 20,000 of them needs no cleaning.
_STANDS_OUT, _FEW = 40, 0.00005


def ink(picture: Pixels) -> NDArray[np.bool_]:
    """Return which pixels are ink: darker by 15 % than the mean of the square around them, an eighth of the page wide.

    Bradley and Roth 2007, "Adaptive thresholding using the integral image": a shadow over half a page is no ink.
    """
    from PIL import ImageFilter

    around = max(picture.shape) // _WINDOW
    mean = np.asarray(as_image(picture).filter(ImageFilter.BoxBlur(around)))
    return picture < _DARKER * mean


def without_specks(picture: Pixels) -> Pixels:
    """Return ``picture`` without its specks: pixels far darker, or lighter, than each of the eight around them.

    They are what scanners add, and a recogniser takes them for full stops and accents. One takes on the mean of its
    darkest and lightest neighbour. A full stop is more than one pixel, and a page with few specks stays as it is.
    """
    lowest, highest = _around(picture, np.minimum), _around(picture, np.maximum)
    dark = picture.astype(np.int16) < lowest.astype(np.int16) - _STANDS_OUT
    light = picture.astype(np.int16) > highest.astype(np.int16) + _STANDS_OUT
    specks = dark | light
    if specks.mean() < _FEW:
        return picture
    between = ((lowest.astype(np.uint16) + highest) // 2).astype(np.uint8)
    return np.where(specks, between, picture)


def _around(picture: Pixels, extreme: np.ufunc) -> Pixels:
    """Return the least or the greatest of the eight neighbours of every pixel; what lies outside counts as the edge."""
    height, width = picture.shape
    wide = np.pad(picture, 1, mode="edge")
    shifted = [
        wide[down : down + height, right : right + width]
        for down in range(3)
        for right in range(3)
        if (down, right) != (1, 1)
    ]
    found: Pixels = reduce(extreme, shifted)
    return found


def as_image(picture: Pixels) -> Image:
    """Return ``picture`` as Pillow has it, which turns and shrinks pictures for us.

    Raises:
        MissingDependency: Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingDependency("Pictures need Pillow; run: pip install 'epicrisis[ocr]'") from error
    return Image.fromarray(picture)
