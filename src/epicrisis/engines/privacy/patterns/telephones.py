"""Telephone and fax numbers: North American, Spanish and international, and short ones behind a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page, mark

_FREE = r"(?<![\w.@/+-])"
_END = r"(?![\w@]|[-./]\d)"
_EXTENSION = r"(?:,? ?(?:ext\.?|extension|x|ext[:.]) ?\d{1,6})?"

# NANP: three digits, three and four, with something between them.
_AMERICAN = re.compile(
    _FREE + r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?-?|\d{3}[ .-])\d{3}[ .-]\d{4}" + _EXTENSION + _END, re.IGNORECASE
)
_INTERNATIONAL = re.compile(
    r"[+0](?<![\w+].)(?:(?<=\+)|(?<=0)0)[1-9]\d{0,2}(?:[ .-]?(?:\(\d{1,4}\)|\d{1,4})){2,6}" + _EXTENSION + r"(?!\d)"
)
# Nine digits that begin like a Spanish number, in the groups people write.
_SPANISH = re.compile(
    _FREE
    + r"(?:(?:\(\+?34\)|\+?34)[ .-]?)?"
    + r"[6789]\d(?:\d(?:[ .-]?\d{3}){2}|\d(?:[ .-]?\d{2}){3}|[ .-]?\d{3}(?:[ .-]?\d{2}){2})"
    + _END
)
# An extension of the house: "(wife) x5518".
_EXTENSION_ALONE = re.compile(r"x(?<=[):] x)\d{3,6}(?!\w)")
_GROUPED = re.compile(r"\d[ .-]\d")
# Behind "Phone:" anything of three digits or more that could be dialled, extensions included.
_DIALLED = re.compile(
    r"(?:\+|\()?\d[\d ().-]{1,24}\d" + _EXTENSION + r"(?!\w)|(?:x|ext\.? ?)\d{2,6}(?!\w)", re.IGNORECASE
)
_DECIMAL = re.compile(r"\d+\.\d+")
_FAX_BEFORE = re.compile(r"\bfax(?: (?:results|number|no|to|at))*[ :.#]*$", re.IGNORECASE)
# The shortest numbers with the code of their country have so many digits.
_FEWEST = 7
# How far back a word may stand that says the number is a fax.
_BACK = 24


def telephones(page: Page, language: str) -> Iterator[Identifier]:
    """Yield the numbers that show by their shape that somebody answers them."""
    for pattern, stretches, why in (
        (_AMERICAN, page.numbered, "ten digits 3-3-4, as North American numbers are written"),
        (_EXTENSION_ALONE, None, "an extension behind a bracket or a colon"),
        (_INTERNATIONAL, None, "a plus sign or two noughts, a country code and groups of digits"),
    ):
        for match in page.matches(pattern, stretches):
            if sum(map(str.isdecimal, match.group())) < _FEWEST and pattern is _INTERNATIONAL:
                continue  # "+1.50" is how strong a lens is
            yield _numbered(page, *match.span(), why, 0.9)
    if language == "es":
        for match in page.matches(_SPANISH, page.numbered):
            sure = _GROUPED.search(match.group()) is not None
            yield _numbered(page, *match.span(), "nine digits that begin like a Spanish number", 0.9 if sure else 0.7)


def dialled(page: Page, at: int, kind: IdentifierKind, label: str) -> Identifier | None:
    """Return the number at ``at``, which stands behind ``label``."""
    match = _DIALLED.match(page.text, at)
    if (
        match is None
        or _DECIMAL.fullmatch(match.group())
        or (sum(map(str.isdecimal, match.group())) < 4 and match.group()[0].lower() not in "xe")
    ):
        return None
    start = match.start() + (match[0].startswith("(") and ")" not in match[0])
    return mark(start, match.end(), kind, f"label-{kind.lower()}", f"a number behind '{label}'", score=0.97)


def _numbered(page: Page, start: int, end: int, why: str, score: float) -> Identifier:
    fax = _FAX_BEFORE.search(page.text[max(0, start - _BACK) : start]) is not None
    kind = IdentifierKind.FAX if fax else IdentifierKind.PHONE
    return mark(start, end, kind, kind.lower(), why, score=score)
