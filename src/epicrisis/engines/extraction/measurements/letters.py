"""The cells of a differential by their letters, where each has its share: "N 75%, L 18%, M 5%"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.measurements.analytes import Named

_CELLS = {"B": "basophils", "E": "eosinophils", "L": "lymphocytes", "M": "monocytes", "N": "neutrophils"}
_SHARE = r"[:=]?[^\S\n]?\d{1,2}(?:[.,]\d{1,2})?[^\S\n]?%"
# An L may be the left side, so the other letters are cells only behind an N.
_FIRST = re.compile(rf"(?<![\w%/.-])(?P<letter>N){_SHARE}")
_OTHER = re.compile(rf"[^\S\n]?[,;/]?[^\S\n]?(?P<letter>[BELM]){_SHARE}")
_UNIT = "%"


def letters_in(text: str) -> Iterator[Named]:
    """Yield the letters of ``text`` that name cells, in its order."""
    for first in _FIRST.finditer(text):
        match: re.Match[str] | None = first
        while match is not None:
            yield Named(Span(*match.span("letter")), (_CELLS[match["letter"]],), strict=True)
            match = _OTHER.match(text, match.end())


def cell_of(letter: str, unit: str | None) -> tuple[str, ...]:
    """Return the cells that ``letter`` names where its result is a share, or nothing."""
    return (_CELLS[letter],) if unit == _UNIT and letter in _CELLS else ()
