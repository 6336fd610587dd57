"""Which words a judgement rests on: what becomes of it without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words, and how much less probable the answered status is without them; below 0, they speak against it."""

    span: Span
    weight: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """The words around one finding, in the order of the text, each with its weight for ``status``.

    ``probability`` is that of ``status`` with all words there, as ``engine`` reads the sentence by itself under its
    heading. ``left_out`` words of a long sentence, those farthest from the finding, were not tried.
    """

    status: Status
    probability: float
    words: tuple[Weighted, ...]
    engine: str
    version: str
    left_out: int = 0

    def moved(self, move: Callable[[Span], Span]) -> Attribution:
        """Return the same where ``move`` says each stretch stands."""
        return replace(self, words=tuple(replace(each, span=move(each.span)) for each in self.words))
