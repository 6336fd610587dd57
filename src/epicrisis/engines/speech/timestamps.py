"""Whisper's word pieces and the times between them, as parts of what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SECONDS = 0.02  # from one time token to the next
_PROGRESS = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """What was said from ``start`` to ``end``, in seconds from the beginning of what was heard."""

    start: float
    end: float
    text: str


def parted(
    tokens: Sequence[int], times: int, lasts: float, text: Callable[[Sequence[int]], str]
) -> tuple[tuple[Part, ...], float]:
    """Return the parts in ``tokens`` and the second up to which they tell what is said; ``times`` is the token of 0.

    A part lies between two times. The model ends with one time where it heard everything, and with two where another
    part begins that it did not get to: from there on it has to be asked again (openai/whisper, transcribe.py).
    """
    parts: list[Part] = []
    start, since = 0.0, 0
    for at, token in enumerate(tokens):
        if token < times:
            continue
        time = min((token - times) * _SECONDS, lasts)
        if said := text(tokens[since:at]):
            parts.append(Part(start, max(start, time), said))
        start, since = time, at + 1
    open_end = text(tokens[since:])
    if open_end and (not parts or start < _PROGRESS):
        return (*parts, Part(start, lasts, open_end)), lasts
    unfinished = bool(open_end) or (len(tokens) > 1 and tokens[-1] >= times and tokens[-2] >= times)
    return tuple(parts), start if unfinished and start >= _PROGRESS else lasts
