"""Where a place, an age and a street begin and end in Spanish notes, as the guidelines of MEDDOCAN have them annotated.

A head learns these habits only nearly: it takes "Oviedo Asturias" for one place, "raza" for a country, and "9" of
"9 meses" for an age. What is here holds wherever the label is given: before a rule was kept, the training part of the
corpus was asked how often it breaks it, and the numbers stand beside the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.streets import FLAT_ES, HOUSE_ES
from epicrisis.engines.privacy.patterns.words import places
from epicrisis.text.characters import unaccented
from epicrisis.text.wordlists import parsed

AGE, DAY, RELATIVE, STREET = "EDAD_SUJETO_ASISTENCIA", "FECHAS", "FAMILIARES_SUJETO_ASISTENCIA", "CALLE"
TERRITORY, LAND = "TERRITORIO", "PAIS"
HEALTH_CENTRE, INSTITUTION = "CENTRO_SALUD", "INSTITUCION"
_ORGANIZATIONS = frozenset({"HOSPITAL", HEALTH_CENTRE, INSTITUTION})

NAME = r"[A-ZÁÉÍÓÚÑ][\w'’]{1,30}"
LINKS = r"(?:(?:de|del|la|las|los|el|y) ){0,2}"
# Spanish postal codes have five figures, those of other countries four and more: 828 of 831 numbers that are places.
_FEWEST_FIGURES = 4
# "52 añosingresó": the unit ends the age, whatever was typed against it.
_GLUED_AGE = re.compile(r"\d{1,3} ?(?:años|meses)(?=[^\W\d_])", re.IGNORECASE)
# No age stops before its unit: "9 meses".
_UNIT = re.compile(r" (?:años|meses|semanas|días)\b")
# Which brother it is goes with him (21 of 22), and how many there are (17 of 17, but "un" and "una": 1 of 23).
_WHICH = re.compile(r" (?:mayor|menor|gemel|matern|patern|pol[ií]tic)(?:[oa]s?|es)?\b")
_HOW_MANY = re.compile(r"\b(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|\d{1,2}) $")
# The name of a hospital goes on behind a shortened word (6 of 6): "Hospital Univ. La Fe".
_GOES_ON = re.compile(rf"(?<= (?:Univ|Gral))\. {NAME}(?: {LINKS}{NAME}){{0,3}}")
# The letter of the country belongs to its postal code (13 of 16): "E-28015".
_OF_SPAIN = re.compile(r"\bE[- ]$")
_BACK = 12
# Two pieces of these with nothing more between them are one.
_GAPS = {STREET: ("", " ", ", "), DAY: ("", " "), RELATIVE: ("", " ")}


def by_convention(text: str, read: Sequence[Identifier]) -> list[Identifier]:
    """Return what was ``read`` as the guidelines have it, in the order of the text and without overlaps."""
    # Asked once: a note may hold thousands of places.
    typed_small = text == text.lower()
    kept = [one for one in read if not _cannot_be(text, one, typed_small=typed_small)]
    rooms = zip([0, *(one.span.end for one in kept)], kept, [*(one.span.start for one in kept[1:]), len(text)],
                strict=False)  # fmt: skip
    return _whole(text, [each for before, one, after in rooms for each in _ended(text, one, before, after)])


def organization(text: str) -> str | None:
    """Return what the guidelines call an organization of this name, where its first word says it."""
    said = small(text)
    first = said.partition(" ")[0]
    return HEALTH_CENTRE if said.startswith("centro de salud") else _listed().organizations.get(first)


def place(text: str) -> str | None:
    """Return what the guidelines call the place of this name, or ``None`` where it is not known (700 of 701)."""
    said = small(text).replace(".", "")
    if said in places()["countries"]:
        return LAND
    return TERRITORY if said in places()["cities_es"] or said in places()["provinces"] else None


def small(text: str) -> str:
    """Return ``text`` as it stands in the lists."""
    return unaccented(text).casefold()


def _cannot_be(text: str, one: Identifier, *, typed_small: bool) -> bool:
    """Return whether ``one`` is nothing of its label: "raza" or "501" as a place, "jugador" as a sex, "edad" as an age.

    No place of 2,627 begins small. A town that is known stays all the same, and every place of a text without capitals,
    whose author types none in towns either.
    """
    said = text[one.span.start : one.span.end]
    match one.sub:
        case "TERRITORIO" | "PAIS" if said.isdecimal():
            return len(said) < _FEWEST_FIGURES
        case "TERRITORIO" | "PAIS":
            return said in ("E", "E-") or (said[0].islower() and not typed_small and place(said) is None)
        case "SEXO_SUJETO_ASISTENCIA":
            return small(said) not in _listed().sexes
        case "EDAD_SUJETO_ASISTENCIA":
            return small(said) == "edad"
        case _:
            return False


def _ended(text: str, one: Identifier, before: int, after: int) -> Iterator[Identifier]:
    """Yield ``one`` as the guidelines end it; it may grow between ``before`` and ``after``."""
    start, end = one.span.start, one.span.end
    if one.sub in (TERRITORY, LAND):
        yield from _place(text, one)
        return
    if one.sub == AGE:
        glued = _GLUED_AGE.match(text, start, end)
        unit = _UNIT.match(text, end, after) if text[start:end].isdecimal() else None
        end = glued.end() if glued else unit.end() if unit else end
    elif one.sub == RELATIVE:
        which = _WHICH.match(text, end)
        many = _HOW_MANY.search(text, max(before, start - _BACK), start)
        start, end = many.start() if many else start, which.end() if which else end
    elif one.sub == STREET:
        end = _street(text, start, end, after)
    elif one.sub in _ORGANIZATIONS:
        more = _GOES_ON.match(text, end, after)
        end = more.end() if more else end
        one = replace(one, sub=organization(text[start:end]) or one.sub)
    yield one if (start, end) == (one.span.start, one.span.end) else replace(one, span=Span(start, end))


def _place(text: str, one: Identifier) -> Iterator[Identifier]:
    start, end = one.span.start, one.span.end
    said = text[start:end]
    blank = said.rfind(" ")
    town, last = said[: max(0, blank)], said[blank + 1 :]
    if said.isdecimal() and (letter := _OF_SPAIN.search(text, max(0, start - 2), start)):
        yield replace(one, span=Span(letter.start(), end))
    elif town and place(said) is None and place(last) and town.rpartition(" ")[2][:1].isupper():
        # "Oviedo Asturias" are two (51 of 52), "Santa Cruz de Tenerife" is one. What stands before is no country, even
        # where both were read as one: a policy may let countries stand.
        yield replace(one, span=Span(start, start + blank), sub=place(town) or TERRITORY)
        yield replace(one, span=Span(start + blank + 1, end), sub=place(last))
    else:
        yield replace(one, sub=place(said) or one.sub)


def _street(text: str, start: int, end: int, after: int) -> int:
    """Return where the street ends with its house, which no street goes without, and its flat (42 of 42)."""
    if not any(map(str.isdecimal, text[start:end])) and (house := HOUSE_ES.match(text, end, after)):
        end = house.end()
    while (flat := FLAT_ES.match(text, end, after)) is not None:
        end = flat.end()
    return end


def _whole(text: str, found: Iterable[Identifier]) -> list[Identifier]:
    """Return ``found`` without overlaps, the pieces of one thing as one."""
    whole: list[Identifier] = []
    for one in sorted(found, key=lambda one: one.span):
        last = whole[-1] if whole else None
        if last is None or not (last.span.overlaps(one.span) or _is_piece(text, last, one)):
            whole.append(one)
        elif last.span.end < one.span.end and last.sub == one.sub:
            # "hermana" is a finding that may stand, and "Ana" is a name: together they are one that may not.
            kind = IdentifierKind.NAME if one.kind is IdentifierKind.NAME else last.kind
            whole[-1] = replace(last, span=Span(last.span.start, one.span.end), kind=kind)
        elif last.span.end < one.span.end:
            # The letter of a postal code was read as the end of the street before it.
            whole.pop()
            if rest := text[last.span.start : one.span.start].rstrip():
                whole.append(replace(last, span=Span(last.span.start, last.span.start + len(rest))))
            whole.append(one)
    return whole


def _is_piece(text: str, one: Identifier, other: Identifier) -> bool:
    return one.sub == other.sub and text[one.span.end : other.span.start] in _GAPS.get(one.sub or "", ())


@dataclass(frozen=True, slots=True)
class _Listed:
    sexes: frozenset[str]
    organizations: Mapping[str, str]


@cache
def _listed() -> _Listed:
    file = "meddocan.toml"
    table = parsed(file, (files("epicrisis.engines.privacy") / "words" / file).read_text(encoding="utf-8"))
    return _Listed(frozenset(table["sexes"]), {word: label for label in _ORGANIZATIONS for word in table[label]})
