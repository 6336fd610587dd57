"""Streets with their houses: a number and a name in English, a kind of street and a name in Spanish; boxes too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.towns import Towns
from epicrisis.engines.privacy.patterns.words import Words

LOCATION = IdentifierKind.LOCATION

_BOX = re.compile(r"\b(?:P\.? ?O\.? Box|PSC|apartado(?: de correos)?|Apdo\.?) \d{1,6}", re.IGNORECASE)
_BOXES = ("box", "psc", "apartado", "apdo")
# What goes on behind a street: a flat, a town, a state and a ZIP code.
_FLAT = re.compile(
    r"[.,]? {0,2}(?:Apt|Apartment|Suite|Ste|Unit|Rm|Room|Floor|Fl|#)\.? ?#?[A-Z0-9-]{1,6}\b", re.IGNORECASE
)
HOUSE_ES = re.compile(
    r"[.,]? {0,2}(?:(?:n[ºo°.]{1,2}|número|numero|num\.?|km\.?) ?)?"
    r"(?:\d{1,4}(?:[.,]\d)?(?: ?[a-zA-Z](?!\w|-\d))?|s/n)"
    r"(?:[ ,.–-]{1,3}(?:\d{1,3}(?:\.? ?[ºª°]|o\b)?(?: ?[a-z](?!\w|-\d)|(?!\w))|bajo(?: (?:[a-d]|izq|der)\b)?"
    r"|izda?\.?|izq\b|izquierda|dcha\.?|der\b|derecha|piso|puerta|pta\.?|esc\.? ?\w|portal|bloque)){0,4}"
    r"[ºª]?(?![\w@])",
    re.IGNORECASE,
)
# A flat and its number, wherever the street before it ended: ", apto. 501".
FLAT_ES = re.compile(
    r"[.,]? {0,2}(?:(?i:apto|apartamento|dpto|depto|departamento|interior|int|local|oficina|despacho|piso|planta"
    r"|puerta|portal|escalera|esc|bloque|torre|bajo)\b\.? {0,2}(?:[\dº]{1,4}|[A-Z])\b[ºª]?"
    r"|(?i:edificio)(?: [A-ZÁÉÍÓÚÑ]\w{1,20}){1,2})"
)
# The most words a street has, the most figures its house, and the most letters a shortened word: "Avda."
_LONGEST, _LONGEST_HOUSE, _LONGEST_SHORTENED = 7, 4, 4


class Streets:
    """Finds addresses with the words of one language."""

    def __init__(self, words: Words, towns: Towns, language: str) -> None:
        self._words = words
        self._towns = towns
        self._spanish = language == "es"

    def found(self, page: Page) -> Iterator[Identifier]:
        """Yield the addresses of a text."""
        for match in page.matches(_BOX, None if page.says(*_BOXES) else ()):
            yield self._extended(page, match.start(), match.end(), "box", "a box of a post office")
        for number in page.where(self._words.phrases["streets"]):
            yield from self._spanish_street(page, number) if self._spanish else self._street(page, number)

    def _street(self, page: Page, number: int) -> Iterator[Identifier]:
        """Yield an address that ends in a word such as "Street", with a house number before its name."""
        if not page.words[number].capital:
            return
        at = number - 1
        while at >= 0 and number - at <= _LONGEST and (page.words[at].capital or page.keys[at] in (".", "of", "the")):
            at -= 1
        house = page.words[at] if at >= 0 else None
        named = any(page.words[each].text[0].isalpha() for each in range(at + 1, number))
        if house is None or not house.text.isdecimal() or not named or len(house.text) > 6 or page.keys[at + 1] == ".":
            return  # "2. Trace" is the second of a list
        yield self._extended(page, house.start, page.words[number].end, "street", "a house number and a street")

    def _extended(self, page: Page, start: int, end: int, name: str, why: str) -> Identifier:
        """Return a street with the flat, town, state and ZIP code behind it."""
        if page.text[end : end + 1] == ".":
            end += 1
        flat = _FLAT.match(page.text, end)
        end = flat.end() if flat else end
        number = next((at for at in range(end, min(end + 4, len(page.text))) if at in page.starting), None)
        if number is not None and page.text[end:number].strip(" ,") == "":
            end = self._towns.behind(page, page.starting[number], end)
        return mark(start, self._towns.zipped(page, end), LOCATION, name, why, score=0.93)

    def _spanish_street(self, page: Page, number: int) -> Iterator[Identifier]:
        after = self._words.follows("streets", page.keys, number)
        if not after or (number and page.keys[number - 1] in ("-", "del")):
            return  # "Hospital Virgen del Camino"
        if page.text[page.words[number].end : page.words[number].end + 1] == ".":
            after += 1
        at = last = after
        while at < len(page.words) and at - after < _LONGEST:
            if "º" in page.keys[at]:
                break  # "NºCol" is the next label
            if page.words[at].text.isdecimal() and len(page.words[at].text) > _LONGEST_HOUSE:
                break  # a postal code
            if page.words[at].capital or page.words[at].text.isdecimal():
                last = at + 1
                if page.words[at].text.isdecimal():
                    break
            elif page.keys[at] == "." and len(page.keys[at - 1]) > _LONGEST_SHORTENED:
                break  # the end of a sentence: "Paseo Prueba. Toledo"
            elif page.keys[at] not in self._words["organization_links"] and page.keys[at] != ".":
                break
            at += 1
        if last <= after or not page.words[number].text[0].isalpha():
            return
        linked = page.keys[after] in self._words["organization_links"]
        if linked and last - after == 2 and page.words[last - 1].text.isdecimal():
            return  # "AV de 6/10" is how well an eye sees
        end = page.words[last - 1].end
        house = HOUSE_ES.match(page.text, page.words[last - 2].end if page.words[last - 1].text.isdecimal() else end)
        if house is None and not page.words[number].capital:
            return
        end = house.end() if house else end
        end -= page.text[end - 1] == "."
        yield mark(page.words[number].start, end, LOCATION, "street", "a kind of street and its name", score=0.92)
