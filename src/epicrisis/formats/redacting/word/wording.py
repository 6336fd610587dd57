"""The words of a part as one text, however many runs they are cut into, and back into those runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from epicrisis.formats.redacting.rewording import spread_between
from epicrisis.formats.redacting.word.markup import DRAWING, MATHS, VML, local, w

if TYPE_CHECKING:
    from epicrisis.formats.redacting.word.markup import Element

_WORDS = frozenset({w("t"), f"{{{MATHS}}}t", f"{{{DRAWING}}}t"})
_SIGNS = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_PARAGRAPHS = frozenset({w("p"), f"{{{DRAWING}}}p"})
_TAB_STOPS = w("tabs")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MEASURE = re.compile(r"[\s\d.+-]*|left|right|center|top|bottom|inside|outside|absolute")
_FIELD = w("instrText")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text with the places its pieces came from; a piece without a place separates two others."""

    pieces: list[str]
    places: list[Place | None]

    @property
    def text(self) -> str:
        """Return the pieces as one text."""
        return "".join(self.pieces)

    def put(self, text: str) -> None:
        """Write ``text`` where the pieces came from."""
        fixed = [place is None for place in self.places]
        for place, piece, was in zip(self.places, spread_between(self.pieces, fixed, text), self.pieces, strict=True):
            if place is not None and piece != was:
                place.write(piece)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text stands: in an element, or in one of its attributes."""

    element: Element
    attribute: str | None = None

    def read(self) -> str:
        """Return the text there."""
        return str((self.element.get(self.attribute) if self.attribute else self.element.text) or "")

    def write(self, text: str) -> None:
        """Put ``text`` there."""
        if self.attribute:
            self.element.set(self.attribute, text)
            return
        self.element.text = text
        if self.element.tag == w("t"):
            self.element.set(_SPACE, "preserve")


def passages(root: Element) -> Iterator[Passage]:
    """Yield the running text of a part as one passage, and then each of the words that stand outside of it."""
    pieces: list[str] = []
    places: list[Place | None] = []
    for place, piece in _running(root):
        pieces.append(piece)
        places.append(place)
    if "".join(pieces).strip():
        yield Passage(pieces, places)
    for place in _aside(root):
        # "%1." numbers a list; it takes a letter to name somebody.
        if any(sign.isalpha() for sign in place.read()):
            yield Passage([place.read()], [place])


def _running(root: Element) -> Iterator[tuple[Place | None, str]]:
    """Yield the pieces in reading order; a paragraph within another (a text box) stands where it is anchored."""
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            if element.tag in _PARAGRAPHS:
                yield None, "\t" if element.getparent().tag == w("tc") else "\n"
            elif element.tag == w("tr"):
                yield None, "\n"
        elif element.tag in _WORDS:
            yield Place(element), element.text or ""
        elif element.tag in _SIGNS and element.getparent().tag != _TAB_STOPS:
            yield None, _SIGNS[element.tag]
        elif element.tag == w("txbxContent"):
            yield None, "\n"


def _aside(root: Element) -> Iterator[Place]:
    """Yield words in attributes (numbered headings, word art, own styles), and text of elements we do not know."""
    for element in root.iter():
        name = local(element.tag)
        if name == "lvlText":
            yield Place(element, w("val"))
        elif element.tag == f"{{{VML}}}textpath":
            yield Place(element, "string")
        elif name in ("name", "aliases") and element.getparent().get(w("customStyle")):
            yield Place(element, w("val"))
        elif element.tag not in _WORDS and element.tag != _FIELD and not _MEASURE.fullmatch(element.text or ""):
            yield Place(element)
