"""Words, numbers and marks, for the engines that look words up."""

from __future__ import annotations

import re

from epicrisis.domain.spans import Span
from epicrisis.text.characters import INVISIBLE, plain

_LETTER = r"[^\W\d_]"
# What hangs on the letter before it: combining accents, and the invisible characters ``plain`` leaves in a word.
_WORD = rf"[^\W_](?:[^\W_]|[\u0300-\u036f{INVISIBLE}])*+"
_SHORT_PART = rf"(?:{_LETTER}{{1,2}}|\d{{1,2}}{_LETTER})\."

# Every repetition is possessive or over disjoint characters, so no text makes it look twice.
_TOKEN = re.compile(
    rf"""
      (?<!\w)(?:{_LETTER}|q\d{{1,2}})\.(?:{_SHORT_PART})++     # b.i.d.  q.4h.  M.D.  U.S.
    | (?<!\w){_LETTER}/(?:{_LETTER}(?:/{_LETTER})*+(?!\w)      # c/o  n/v/d
                          | \d++{_LETTER}*+                    # c/8h
                          | (?!\w))                            # w/
    | (?:(?<![\w%])[+-])?\d++(?:[.,:/]\d++)*+                     # 4.7  1,000  120/80  12:30  01/22/08  -2
      (?: % | \+(?!\w) | {_WORD} )?+                           # 40%  2+  10mg
      (?:[-'’](?={_LETTER}){_WORD})*+                          # 23-year-old
    | {_WORD}(?:[-'’]{_WORD})*+                                # x-ray  Crohn's  L4-L5
    | (\S)\1*+                                                 # a mark, or a run of the same one: --- ...
    """,
    re.VERBOSE,
)


def token_spans(text: str) -> list[Span]:
    """Return the words, numbers and marks of ``text`` in order; together they hold every character that shows."""
    return [Span(*match.span()) for match in _TOKEN.finditer(plain(text))]
