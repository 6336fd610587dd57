"""Where somebody lives or was treated: told more broadly, or by the name of a place that exists nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.privacy.keyed import Keyed
from epicrisis.engines.privacy.numbers import same_form
from epicrisis.text.wordlists import parsed

_LANGUAGES = ("en", "es")
_ZIP = re.compile(r"(?P<first>[0-9]{3})[0-9]{2}(?:[- ]?[0-9]{4})?")
# Areas of fewer than 20,000 people, which Safe Harbor tells as 000: the 17 that HHS lists by the census of 2000
# (guidance of 26 November 2012, section 3.3; 67 FR 53182, 53233 of 2002) and, to be on the safe side, those the census
# of 2010 added. Both say to use the newest census there is.
RESTRICTED_ZIP3 = frozenset(
    "036 059 063 102 203 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893".split()  # noqa: SIM905
)
_STREET = re.compile(
    r"\d|\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|apt|suite|box|highway|calle|c/"
    r"|avda|avenida|plaza|paseo|camino|carretera|travesía|ronda|piso)\b",
    re.IGNORECASE,
)
_CARE = re.compile(
    r"\b(?:hospital|clinic|clinica|clínica|medical|health|salud|infirmary|sanatorio|centro|center|centre|ambulatorio"
    r"|policlínica|nursing|rehab\w*|hospice)\b",
    re.IGNORECASE,
)


def zip_area(text: str, language: str) -> str | None:
    """Return the first digits of a postcode, ``None`` where ``text`` is none: three, or of a Spanish one the province.

    A province of Spain has more people than any three digits of a ZIP code; an area with too few of them reads 000.
    """
    code = _ZIP.fullmatch(text.strip())
    if code is None:
        return None
    if language == "es":
        return code["first"][:2]
    return "000" if code["first"] in RESTRICTED_ZIP3 else code["first"]


def surrogate_place(text: str, kind: IdentifierKind, language: str, keyed: Keyed) -> str:
    """Return an invented place, or organization, of the kind of ``text``."""
    about = " ".join(text.casefold().split())
    choose = keyed.under("place", about)
    lists = _lists(language if language in _LANGUAGES else "en")
    if kind is IdentifierKind.ORGANIZATION or _CARE.search(text):
        return choose.choice(lists["hospitals" if _CARE.search(text) else "organizations"], "organization")
    if _ZIP.fullmatch(text.strip()):
        # Nobody's post: codes 000xx, and in Spain 99xxx, are not given out.
        made = f"99{choose.digits(3, 'code')}" if language == "es" else f"000{choose.digits(2, 'code')}"
        return made + same_form(text.strip()[5:], choose)
    if _STREET.search(text):
        street, number = choose.choice(lists["streets"], "street"), 1 + choose.number("house", below=199)
        return f"{street} {number}" if language == "es" else f"{number} {street}"
    return choose.choice(lists["cities"], "city")


@cache
def _lists(language: str) -> Mapping[str, tuple[str, ...]]:
    name = f"places.{language}.toml"
    content = (files("epicrisis.engines.privacy") / "words" / name).read_text(encoding="utf-8")
    return parsed(name, content)
