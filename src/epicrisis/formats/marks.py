"""Findings marked inside a sentence, as in "The patient denies [entity] chest pain [entity].".

This is how the assertion model of van Aken et al. (2021, "Assertion Detection in Clinical Notes: Medical Language
Models to the Rescue?") is asked, and so how people already write their questions.
"""

from __future__ import annotations

import re

from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput, InvalidSpan

_MARK = re.compile(r"\[entity\]", re.IGNORECASE)


def read_marks(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Return the sentence without its marks, and what they enclosed; a blank beside a mark on its inside goes too.

    Raises:
        InvalidInput: a mark has no partner.
        InvalidSpan: two marks enclose nothing.
    """
    pieces = _MARK.split(marked)
    if len(pieces) % 2 == 0:
        raise InvalidInput("A mark [entity] has no partner; put one before and one after each finding.")
    text = pieces[0]
    targets = []
    for number, (inside, outside) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1):
        words = inside.strip()
        if not words:
            raise InvalidSpan(f"Pair {number} of the marks [entity] encloses no words.")
        targets.append(Span(len(text), len(text) + len(words)))
        text += words + outside
    return text, tuple(targets)
