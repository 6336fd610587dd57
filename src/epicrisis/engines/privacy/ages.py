"""Ages as they are written in notes: whether one may stand, and what the others are told as."""

from __future__ import annotations

import re

from epicrisis.domain.identifiers import OVER_89, Identifier
from epicrisis.domain.redactions import OLDEST_TOLD
from epicrisis.text.characters import unaccented

_NUMBER = re.compile(r"[0-9]{1,3}(?![0-9])")
_NUMBER_IN_PLACE = re.compile(r"[0-9]{1,3}(?![0-9])(?P<hyphen>-(?=[^\W\d_]))?")
_SHORTER = re.compile(
    r"month|week|day|hour|minute|\b(?:mo|wk|m/o|w/o|d/o)\b|\bmes(?:es)?\b|semana|\bdias?\b|hora|minuto", re.IGNORECASE
)
_OLD = re.compile(r"ninet|hundred|nonagen|centen|noventa|\bcien")
_TOLD = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twent|thirt|fort|fift|sixt|sevent|eight"
    r"|un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci|veint|treinta"
    r"|cuarenta|cincuenta|sesenta|setenta|ochenta)"
)


def stands(age: Identifier, text: str, up_to: int | None) -> bool:
    """Return whether ``age``, written as ``text``, is no older than ``up_to``; what is not understood is older."""
    if up_to is None or age.sub == OVER_89:
        return False
    small = unaccented(text).casefold()
    numbers = [int(number) for number in _NUMBER.findall(text)]
    if numbers:
        return max(numbers) <= up_to or (bool(_SHORTER.search(small)) and max(numbers) <= 12 * up_to)
    # Told in words: those who write "sixty-five" tell no age over 89 in the same breath.
    return up_to >= OLDEST_TOLD and not _OLD.search(small) and bool(_TOLD.search(small))


def over_89(text: str) -> bool:
    """Return whether ``text`` tells an age over 89, in figures or in words; one in months or days tells none."""
    small = unaccented(text).casefold()
    numbers = [int(number) for number in _NUMBER.findall(text)]
    if numbers:
        return max(numbers) > OLDEST_TOLD and not _SHORTER.search(small)
    return _OLD.search(small) is not None


def generalised(text: str) -> str | None:
    """Return ``text`` with ``90+`` for an age over 89, and its ten years for another; ``None`` where it has no number.

    "A 93-year-old" is "a 90+ year-old" then.
    """
    if not _NUMBER.search(text):
        return None

    def told(match: re.Match[str]) -> str:
        age = int(match[0].rstrip("-"))
        if age > OLDEST_TOLD:
            return f"{OLDEST_TOLD + 1}+" + (" " if match["hyphen"] else "")
        return f"{age // 10 * 10}-{age // 10 * 10 + 9}" + (" " if match["hyphen"] else "")

    # What was broad already stays: "90+" is no age of ninety.
    return text if "90+" in text else _NUMBER_IN_PLACE.sub(told, text)
