"""What a scanner makes of a page: fewer dots, a soft lens, a shadow, grain, specks, JPEG, and a page laid askew."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from benchmarks.ocr.pages import DrawnPage
from PIL import Image, ImageFilter

from epicrisis.engines.media_contracts import Pixels

_INK, _PAPER, _SHADOW = 40, 232, 28
_GRAIN, _SPECKS, _BLUR, _QUALITY = 12.0, 0.001, 0.6, 70


@dataclass(frozen=True, slots=True)
class Condition:
    """How a page reaches us; ``most`` is the character error that issue 6 allows, in percent."""

    name: str
    dots: int
    noise: bool
    degrees: float
    most: float

    def picture(self, page: DrawnPage, number: int) -> Pixels:
        """Return ``page``, the ``number``-th, as it reaches us; every other one lies askew to the left."""
        grey = page.picture(self.dots)
        if self.degrees:
            grey = turned(grey, self.degrees if number % 2 else -self.degrees)
        return scanned(grey, np.random.default_rng(number)) if self.noise else grey


CONDITIONS = (
    Condition("clean, 300 dpi", 300, False, 0.0, 1.5),
    Condition("noise, 200 dpi", 200, True, 0.0, 3.0),
    Condition("noise, 200 dpi, 2° askew", 200, True, 2.0, 4.0),
)


def turned(grey: Pixels, degrees: float) -> Pixels:
    """Return the page with its lines falling to the right by ``degrees``."""
    return np.asarray(
        Image.fromarray(grey).rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor=255), dtype=np.uint8
    )


def scanned(grey: Pixels, noise: np.random.Generator) -> Pixels:
    """Return the page as a cheap scanner gives it: grey paper that darkens to one side, grain, specks, JPEG."""
    soft = np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(_BLUR)), dtype=np.float64)
    seen = _INK + soft / 255 * (_PAPER - _INK) - np.linspace(0, _SHADOW, grey.shape[1])
    seen += noise.normal(0, _GRAIN, grey.shape)
    specks = noise.random(grey.shape)
    seen[specks < _SPECKS / 2] = 0
    seen[specks > 1 - _SPECKS / 2] = 255
    packed = BytesIO()
    Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8)).save(packed, "JPEG", quality=_QUALITY)
    return np.asarray(Image.open(packed), dtype=np.uint8)
