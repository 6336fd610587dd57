"""Findings marked inside a sentence, as in "The patient denies [entity] chest pain [entity].".

This is how the assertion model of van Aken et al. (2021, "Assertion Detection in Clinical Notes: Medical Language
Models to the Rescue?") is asked, and so how people already write their questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput, InvalidSpan
from epicrisis.text.alignment import OffsetMap, edited

_MARK = re.compile(r"\[entity\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without its marks, the findings they enclosed, and the way back to the text with them."""

    text: str
    targets: tuple[Span, ...]
    offsets: OffsetMap


def read_marks(marked: str) -> Unmarked:
    """Return the text without its marks, and what they enclosed; blanks beside a mark on its inside go too.

    Raises:
        InvalidInput: a mark has no partner.
        InvalidSpan: two marks enclose nothing.
    """
    marks = [Span(*mark.span()) for mark in _MARK.finditer(marked)]
    if len(marks) % 2:
        raise InvalidInput("A mark [entity] has no partner; put one before and one after each finding.")
    enclosed = [
        _words(marked, opening, closing, number)
        for number, (opening, closing) in enumerate(zip(marks[::2], marks[1::2], strict=True), 1)
    ]
    dropped = [Span(mark.start, words.start) for mark, words in zip(marks[::2], enclosed, strict=True)]
    dropped += [Span(words.end, mark.end) for mark, words in zip(marks[1::2], enclosed, strict=True)]
    text, offsets = edited(marked, [(stretch, "") for stretch in dropped])
    kept = (offsets.to_edited(words) for words in enclosed)
    return Unmarked(text, tuple(words for words in kept if words is not None), offsets)


def _words(marked: str, opening: Span, closing: Span, number: int) -> Span:
    inside = marked[opening.end : closing.start]
    words = inside.strip()
    if not words:
        raise InvalidSpan(f"Pair {number} of the marks [entity] encloses no words.")
    start = opening.end + inside.index(words)
    return Span(start, start + len(words))
