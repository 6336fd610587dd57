"""What an identifier is beside its kind, whoever found it: an age over 89; a town, a state or a country by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from epicrisis.domain.identifiers import OVER_89, Identifier, IdentifierKind
from epicrisis.engines.privacy.ages import over_89
from epicrisis.engines.privacy.patterns.words import names, places
from epicrisis.text.characters import unaccented

CITY, STATE, PROVINCE, COUNTRY = "CITY", "STATE", "PROVINCE", "COUNTRY"

# The narrower first: "New York" and "Málaga" are towns before they are anything larger, which a policy may let stand.
_LISTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("cities_en", CITY), ("states", STATE)),
    "es": (("cities_es", CITY), ("provinces", PROVINCE), ("countries", COUNTRY)),
}


def finer(found: Identifier, text: str, language: str) -> Identifier:
    """Return ``found``, which reads ``text``, with its finer label where there is one to tell."""
    match found.kind:
        case IdentifierKind.AGE if over_89(text):
            return replace(found, sub=OVER_89)
        case IdentifierKind.LOCATION if found.sub is None:
            small = " ".join(unaccented(text).casefold().split())
            return replace(found, sub=_by_name(language).get(small) or (STATE if text in _codes(language) else None))
        case _:
            return found


@cache
def _by_name(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    people = names().given | names().surnames
    for listed, sub in _LISTS.get(language.partition("-")[0].lower(), ()):
        for name in places()[listed]:
            # What stays because it is large must be nobody's name: "Georgia" and "Virginia" are both.
            if sub == CITY or name not in people:
                found.setdefault(name, sub)
    return found


@cache
def _codes(language: str) -> frozenset[str]:
    return places()["codes"] if language.partition("-")[0].lower() == "en" else frozenset()
