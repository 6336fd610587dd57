"""Ages, those over 89 told apart: the Safe Harbor rule lets the others stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.identifiers import OVER_89, Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page, mark

# The first digit before what looks back from it: the search leaps from digit to digit.
_EN = re.compile(
    r"(?P<age>\d(?<![\w.,/-]\d)\d{0,2})(?:[ -]{0,2}(?:and a half )?(?:year|yr|y)s?\.?"
    r"(?:[ -]{0,2}o(?:ld|\b)|/o\b| of age\b|o\b)| ?y[./]?o\b)",
    re.IGNORECASE,
)
_EN_LABEL = re.compile(
    r"\b(?:age|aged|ages|turned)(?: is| of|:)? {0,3}(?P<age>\d{1,3})"
    r"(?![\w%]|[./-]\d| (?:week|wk|day|month|hour))",
    re.IGNORECASE,
)
_EN_WRITTEN = re.compile(
    r"\b(?:ninety|one[ -]hundred)(?:[ -](?:and )?(?:one|two|three|four|five|six|seven|eight|nine|ten))?"
    r"(?=[ -]years?[ -](?:old|of age))|\bnonagenarian\b|\bcentenarian\b|(?<=\bher )(?:90|100)['’]?s\b"
    r"|(?<=\bhis )(?:90|100)['’]?s\b",
    re.IGNORECASE,
)
_ES = re.compile(r"(?<![\w.,/-])(?P<age>\d{1,3} (?:años|anos|meses|días|dias))(?= de (?:edad|vida)\b)", re.IGNORECASE)
_ES_PERSON = re.compile(
    r"\b(?:varón|varon|mujer|hombre|paciente|niñ[oa]|señora?|joven|chic[oa]|anciana?|adolescente|lactante|enferm[oa]|bebé"
    r"|madre|padre|hij[oa]|herman[oa]|marido|espos[oa]|raza \w{1,20}|edad)(?: \w{1,20}){0,2},?(?: de| con|:)? "
    r"(?P<age>\d{1,3} (?:años|anos|meses))\b(?! (?:después|despues|antes|más|mas|de (?:evol|segui|trata|dura)))",
    re.IGNORECASE,
)
_ES_AT = re.compile(
    r"\b(?:a los|tiene|hasta los|desde los|cumplió|con) (?P<age>\d{1,3} años)\b(?! de (?:evol|segui|trata|dura))",
    re.IGNORECASE,
)
_ES_LABEL = re.compile(
    r"\bedad ?: {0,3}(?P<age>\d{1,3}(?: (?:años|anos|mes(?:es)?|días|dias))?)(?![\w%])", re.IGNORECASE
)
_ES_WRITTEN = re.compile(r"\b(?:nonagenari[oa]|centenari[oa])\b|\bnoventa(?: y \w{2,6})?(?= años)", re.IGNORECASE)
# With one of these begins whatever `_EN_LABEL` finds.
_LABELS = ("age", "turned")
# One of these stands in whatever those two find.
_OVER_89 = ("ninety", "hundred", "enari", "90s", "90's", "90’s", "100s", "100's", "100’s", "noventa")
_DIGITS = re.compile(r"\d+")
_OLDEST = 125


def ages(page: Page, language: str) -> Iterator[Identifier]:
    """Yield the ages of a text; those over 89 carry ``OVER_89``."""
    patterns = [_EN] if language == "en" else [_ES, _ES_PERSON, _ES_AT, _ES_LABEL]
    matches = [match for pattern in patterns for match in pattern.finditer(page.text)]
    if language == "en":
        matches += [match for at in page.said_at(*_LABELS) if (match := _EN_LABEL.match(page.text, at))]
    for match in matches:
        age = _number(match["age"])
        if age <= _OLDEST:
            months = "mes" in match["age"] or "día" in match["age"].lower() or "dia" in match["age"].lower()
            yield _aged(*match.span("age"), age > 89 and not months)
    if page.says(*_OVER_89):
        for match in (_EN_WRITTEN if language == "en" else _ES_WRITTEN).finditer(page.text):
            yield _aged(*match.span(), True)


def _aged(start: int, end: int, over: bool) -> Identifier:
    why = "a number of years somebody has lived, over 89" if over else "a number of years somebody has lived, up to 89"
    return mark(start, end, IdentifierKind.AGE, "age", why, score=0.93, sub=OVER_89 if over else None)


def _number(said: str) -> int:
    digits = _DIGITS.match(said)
    return int(digits.group()) if digits else 0
