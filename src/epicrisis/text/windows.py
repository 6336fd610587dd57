"""Overlapping windows over a long run of tokens, and which window answers for which token."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from epicrisis.errors import InvalidSettings


class Window(NamedTuple):
    """Tokens ``[start, end)``, of which this window answers for ``[own_start, own_end)``."""

    start: int
    end: int
    own_start: int
    own_end: int


def windows(length: int, size: int, overlap: int) -> list[Window]:
    """Return windows of at most ``size`` tokens over ``length`` tokens, neighbours sharing ``overlap`` of them.

    The own parts tile the tokens: each token is answered by the window that shows most of its surroundings. Windows
    start at fixed strides, so text added at the end moves none of them.

    Raises:
        InvalidSettings: ``size`` and ``overlap`` leave no stride.
    """
    if not 0 <= overlap < size:
        raise InvalidSettings(f"Windows of {size} tokens cannot overlap by {overlap}; take 0 or more, below {size}.")
    stretches = [(start, min(start + size, length)) for start in _starts(length, size, size - overlap)]
    # Half of what two windows share goes to each: left of the middle the first shows more, right of it the second.
    edges = [0, *((end + start + 1) // 2 for (_, end), (start, _) in pairwise(stretches)), length]
    return [Window(*stretch, *own) for stretch, own in zip(stretches, pairwise(edges), strict=False)]


def _starts(length: int, size: int, stride: int) -> range:
    if length <= 0:
        return range(0)
    further = max(0, -(-(length - size) // stride))
    return range(0, further * stride + 1, stride)
