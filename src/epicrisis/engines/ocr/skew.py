"""How far a page lies askew, and the page put straight, with the way back for boxes found on it.

The angle is the one under which the lower edges of the ink gather in the fewest rows: Baird 1987, "The skew angle of
printed documents", who sums the squares of a projection of such points, after Postl 1986, "Detection of linear oblique
structures and skew scan in digitized documents". The lower edges of a line of letters lie on its baseline; rules and
pictures have few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.media_contracts import Line, Pixels
from epicrisis.engines.ocr.cleaning import as_image, ink

MOST = 10.0
"""The largest angle that is looked for, in degrees, to either side."""

# Looked at in steps of so many degrees, this far to either side of the best so far, in rows of so many pixels.
_PASSES = ((0.25, MOST, 4.0), (0.05, 0.35, 1.5), (0.01, 0.05, 1.0))
_SIDE, _POINTS, _FEWEST = 1600, 60_000, 200
# Less is not worth the sharpness a turn costs: over a line of 1,500 pixels it is two and a half.
_LEAST = 0.1
# A page without lines is as even in every direction.
_STANDS_OUT = 1.05


@dataclass(frozen=True, slots=True)
class Straight:
    """A page put straight: ``picture`` is the page turned back by ``angle`` degrees; ``shape`` is that before."""

    picture: Pixels
    angle: float
    shape: tuple[int, int]

    def back(self, line: Line) -> Line:
        """Return ``line`` in pixels of the page as it was given: the smallest upright box around its four corners."""
        if not self.angle:
            return line
        height, width = self.shape
        tall, wide = self.picture.shape
        sine, cosine = math.sin(math.radians(self.angle)), math.cos(math.radians(self.angle))
        corners = [(x - wide / 2, y - tall / 2) for x in (line.left, line.right) for y in (line.top, line.bottom)]
        across = [cosine * x - sine * y + width / 2 for x, y in corners]
        down = [sine * x + cosine * y + height / 2 for x, y in corners]
        return replace(
            line,
            left=max(0.0, min(across)),
            top=max(0.0, min(down)),
            right=min(float(width), max(across)),
            bottom=min(float(height), max(down)),
        )


def straight(picture: Pixels) -> Straight:
    """Return ``picture`` put straight, or as it is where it lies within a tenth of a degree or has no lines."""
    angle = skew(picture)
    height, width = picture.shape
    if abs(angle) < _LEAST:
        return Straight(picture, 0.0, (height, width))
    from PIL import Image

    # What comes in at the corners is the colour of the paper, which is what most of a page is.
    paper = int(np.median(picture[::8, ::8]))
    turned = as_image(picture).rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=paper)
    return Straight(np.asarray(turned), angle, (height, width))


def skew(picture: Pixels) -> float:
    """Return by how many degrees the lines of ``picture`` fall to the right (or rise: below 0); 0 where it has none."""
    small = np.asarray(as_image(picture).reduce(max(1, math.ceil(max(picture.shape) / _SIDE))))
    dark = ink(small)
    rows, columns = np.nonzero(dark[:-1] & ~dark[1:])
    if len(rows) < _FEWEST:
        return 0.0
    every = math.ceil(len(rows) / _POINTS)
    points = np.stack([columns[::every] - small.shape[1] / 2, rows[::every] - small.shape[0] / 2])
    best = 0.0
    for step, reach, row in _PASSES:
        angles = best + np.arange(-round(reach / step), round(reach / step) + 1) * step
        sums = np.array([_gathered(points, angle, row) for angle in angles])
        if reach == MOST and sums.max() < _STANDS_OUT * np.median(sums):
            return 0.0
        best = float(angles[sums.argmax()])
    return best if abs(best) <= MOST else math.copysign(MOST, best)


def _gathered(points: NDArray[np.float64], angle: float, row: float) -> float:
    """Return the sum of the squares of how many ``points`` fall into each row of a page turned by ``angle``."""
    turned = points[1] * math.cos(math.radians(angle)) - points[0] * math.sin(math.radians(angle))
    counts = np.bincount(((turned - turned.min()) / row).astype(np.intp))
    return float(np.square(counts, dtype=np.float64).sum())
