"""The XHTML narrative of a FHIR resource: its words are read as one text, its tags stay and lose their attributes."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from epicrisis.formats.redacting.rewording import spread

_PIECE = re.compile(r"<[^<>]*>|[^<]+|<")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*)[^<>]*?(/?)>")
# Between these, words do not run on; between the others ("<b>A</b>na") they do.
_INLINE = frozenset({"a", "abbr", "b", "big", "code", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"})
_XHTML = ' xmlns="http://www.w3.org/1999/xhtml"'


def reworded(narrative: str, answer: Callable[[str], str]) -> str:
    """Return ``narrative`` with its words as ``answer`` says; pictures, comments and attributes are left out."""
    shapes: list[str | None] = []
    pieces: list[str] = []
    for piece in _PIECE.findall(narrative):
        tag = _TAG.fullmatch(piece)
        if tag is None and piece.startswith("<") and len(piece) > 1:
            continue  # a comment or an instruction
        shapes.append(None if tag is None else _bare(tag))
        pieces.append(unescape(piece) if tag is None else "" if tag[2].lower() in _INLINE else "\n")
    text = "".join(pieces)
    if not text.strip():
        return "".join(shape or "" for shape in shapes)
    written: list[str] = []
    for shape, piece in zip(shapes, spread(pieces, answer(text)), strict=True):
        written.append(escape(piece, quote=False) if shape is None else escape(piece.strip(), quote=False) + shape)
    return "".join(written)


def _bare(tag: re.Match[str]) -> str:
    closing, name, empty = tag.groups()
    if name.lower() == "img":
        return ""
    namespace = _XHTML if name == "div" and "xmlns" in tag[0] else ""
    return f"<{closing}{name}{namespace}{'/' if empty else ''}>"
