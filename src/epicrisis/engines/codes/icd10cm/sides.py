"""Which codes are the same on another side of the body."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDES = ("right", "left", "bilateral")


class Sides:
    """For each code its number where no side is told, and on each side."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._whole = arrays["whole"].astype(np.int32)
        self._sided = arrays["sided"].astype(np.int32)

    @classmethod
    def read(cls, path: Path) -> Sides:
        """Return the sides kept in ``path``, the file of the index."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays)

    def on_side(self, code: int, words: Collection[str]) -> int:
        """Return the number of the same ``code`` on the side that ``words`` name, of no side where they name none."""
        whole = int(self._whole[code])
        sides = [place for place, side in enumerate(SIDES) if side in words]
        if not sides:
            return whole
        # "Right and left" are both.
        told = int(self._sided[whole, sides[-1] if len(sides) == 1 else SIDES.index("bilateral")])
        return code if told < 0 else told
