"""What a head leaves out of a Spanish note, found by what stands around it, under the labels of MEDDOCAN.

Each is added where the head read nothing at all, and was counted on the training part of the corpus as the rules of
``conventions`` were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.conventions import DAY, INSTITUTION, LAND, LINKS, NAME, TERRITORY, organization, place
from epicrisis.engines.privacy.mending import Taken, closed

_DOCTOR = "NOMBRE_PERSONAL_SANITARIO"
# What lies between two places of an address is one (183 of 189): "33405 Salinas. Castrillón. Asturias".
_BETWEEN = re.compile(rf"[.,]{{0,2}} (?P<name>{NAME}(?:[ -]{LINKS}{NAME}){{0,3}})[.,;]? ?\(?")
# Who makes a drug stands behind its mark (17 of 23): "(Edemox®, Chiesi)".
_MAKER = re.compile(
    r"[®™],? ?(?P<name>[A-ZÁÉÍÓÚÑ][\w&-]{1,30}(?: [A-ZÁÉÍÓÚÑ&][\w&-]{0,30}){0,3}(?:,? S\.[AL]\.?)?)(?=[,;)\]])"
)
# Who signs works there (447 of 497): "Remitido por: Dra. Ana Prueba".
_SIGNS = re.compile(
    r"(?:remitido por|responsable cl[ií]nico|m[ée]dico) {0,3}:? {0,3}(?:dra?\.? {0,3})?$", re.IGNORECASE
)
_BACK = 40


def with_left_out(
    text: str, found: Sequence[Identifier], patterns: Iterable[Identifier], found_by: str
) -> list[Identifier]:
    """Return ``found`` with what was left out: what the ``patterns`` know, makers, and places between places."""
    known = (replace(closed(text, one), sub=sub) for one in patterns if (sub := _label(text, one)) is not None)
    makers = list(_makers(text, found_by))
    made = Taken(makers)
    # A place that goes on behind the maker stays, or the rest of it would be told by nobody.
    kept = [one for one in found if not (_is_unknown_place(text, one) and _within(one, made.touching(one.span)))]
    all_found = _added(_added(kept, known), makers)
    return _added(all_found, _between(text, all_found))


def _added(found: Sequence[Identifier], others: Iterable[Identifier]) -> list[Identifier]:
    """Return ``found`` and those of ``others`` that touch none of them and none before them, in order."""
    taken, end, new = Taken(found), 0, list[Identifier]()
    for other in sorted(others, key=lambda one: (one.span.start, -one.span.end)):
        if other.span.start >= end and not taken.touching(other.span):
            new.append(other)
            end = other.span.end
    return sorted([*found, *new], key=lambda one: one.span)


def _is_unknown_place(text: str, one: Identifier) -> bool:
    return one.sub == TERRITORY and place(text[one.span.start : one.span.end]) is None


def _within(one: Identifier, others: Iterable[Identifier]) -> bool:
    return any(other.span.contains(one.span) for other in others)


def _label(text: str, one: Identifier) -> str | None:
    """Return what the guidelines call ``one``, which a pattern found, or ``None`` where the head knows better."""
    said = text[one.span.start : one.span.end]
    match one.found_by.rpartition(":")[2]:
        case "date-named":
            return DAY
        case "town":
            return place(said)
        case "label-name" if _SIGNS.search(text, max(0, one.span.start - _BACK), one.span.start):
            return _DOCTOR
        case "organization" | "hospital":
            return organization(said)
        case _:
            return None


def _makers(text: str, found_by: str) -> Iterator[Identifier]:
    for match in _MAKER.finditer(text):
        span, why = Span(*match.span("name")), "a name behind the mark of a drug"
        yield Identifier(span, IdentifierKind.ORGANIZATION, 0.8, f"{found_by}:maker", why, INSTITUTION)


def _between(text: str, found: Sequence[Identifier]) -> Iterator[Identifier]:
    for one, other in pairwise(found):
        if one.sub == TERRITORY and other.sub in (TERRITORY, LAND):
            name = _BETWEEN.fullmatch(text, one.span.end, other.span.start)
            if name is not None:
                why = "a name between two places of an address"
                yield replace(one, span=Span(*name.span("name")), score=min(one.score, other.score), why=why)
