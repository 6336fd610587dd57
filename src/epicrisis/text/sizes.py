"""About how many word pieces a text has: what reading it costs a model, known before any model has seen it."""

from __future__ import annotations

import re

# A word of up to eight letters is mostly one piece, two digits are one, and each mark is one. A short sentence may be
# out by a third; over the thousand pieces of a batch that evens out (docs/decisions/0024-batches-by-tokens.md).
_PIECE = re.compile(r"[^\W\d_]{1,8}|\d{1,2}|[^\w\s]|_")

# What follows the first thousand characters is taken to be like them: who asks may not wait for a long note.
_SAMPLE = 1_000
# One that begins with blank lines is not taken for nothing: no words have fewer pieces than those of eight letters.
_LONGEST = 9


def about_pieces(text: str) -> int:
    """Return about how many word pieces ``text`` has, one at least; a twentieth of the work of cutting it."""
    if len(text) <= _SAMPLE:
        return len(_PIECE.findall(text)) or 1
    return max(len(_PIECE.findall(text[:_SAMPLE])) * len(text) // _SAMPLE, len(text) // _LONGEST)
