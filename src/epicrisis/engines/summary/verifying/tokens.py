"""A sentence cut into words, numbers and dates, each in the form in which two of them can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from epicrisis.text.phrases import folded

_PIECE = re.compile(
    r"(?P<date>[12]\d{3}-\d\d(?:-\d\d)?(?!\d))"
    r"|(?P<number>(?:(?<![\w%)])[-−])?\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_][^\W_]*(?:['’](?:s|t)\b)?)"
    r"|(?P<sign>[^\s\w])"
)
# A unit beside its number: "mg/dL", "mm[Hg]", "10*3/uL", "%", "kg/m2", "°C".
_UNIT = re.compile(r"\s?(?P<unit>(?:%|°|µ|μ|10[*^]\d|[A-Za-z])[A-Za-z0-9\[\]µμ°²³*^/{}#.%-]*)")
_HARD = frozenset(".;!?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
COMPARATORS = frozenset("<>≤≥")


class Sort(Enum):
    """What a token is."""

    WORD = auto()
    NUMBER = auto()
    DATE = auto()
    HARD = auto()
    COMMA = auto()
    COLON = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word by its stem, a number by its digits, a date in ISO 8601, or a sign."""

    sort: Sort
    text: str
    start: int
    end: int
    unit: str = ""
    """What stands behind a number and may be its unit."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return ``word`` in small letters, without accents, and without the s of a plural."""
    plain = folded(word).removesuffix("'s")
    if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is")):
        return plain[:-1]
    return plain


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of ``text`` in order."""
    return list(_tokens(unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=20_000)
def stems(text: str) -> tuple[str, ...]:
    """Return the words and numbers of ``text``, without signs."""
    return tuple(token.text for token in tokens_of(text) if token.sort in (Sort.WORD, Sort.NUMBER, Sort.DATE))


def value_of(digits: str, *, decimal_comma: bool) -> float:
    """Return the number that ``digits`` write: a comma is decimal in Spanish, and elsewhere where it must be."""
    if not decimal_comma and _THOUSANDS.fullmatch(digits):
        return float(digits.replace(",", ""))
    digits = digits.replace(",", ".").replace("−", "-")
    whole, _, rest = digits.partition(".")
    # "1.2.3" is no number of a measurement; it is none that any record has.
    return float(f"{whole}.{rest}") if "." not in rest else float("nan")


def decimals_of(digits: str) -> int:
    """Return how many digits stand behind the decimal sign."""
    return len(digits.replace(",", ".").partition(".")[2])


def plain_unit(unit: str) -> str:
    """Return ``unit`` as it can be compared: without case, brackets, and the two letters for micro."""
    plain = unit.casefold().rstrip(".-").replace("[", "").replace("]", "").replace("µ", "u").replace("μ", "u")
    plain = plain.replace("²", "2").replace("³", "3").replace("^", "*").replace("mcg", "ug").replace("°", "")
    return re.sub(r"\{[^{}]*\}", "", plain).replace("cel", "c") if "{" in plain else plain.replace("cel", "c")


def _tokens(text: str) -> Iterator[Token]:
    for found in _PIECE.finditer(text):
        start, end = found.span()
        if found["date"]:
            yield Token(Sort.DATE, found["date"], start, end)
        elif found["number"]:
            behind = _UNIT.match(text, end)
            yield Token(Sort.NUMBER, found["number"], start, end, behind["unit"].rstrip(".-") if behind else "")
        elif found["word"]:
            yield Token(Sort.WORD, stem(found["word"]), start, end)
        else:
            yield Token(_sign(found["sign"]), found["sign"], start, end)


def _sign(sign: str) -> Sort:
    if sign in _HARD:
        return Sort.HARD
    return {",": Sort.COMMA, ":": Sort.COLON}.get(sign, Sort.SIGN)
