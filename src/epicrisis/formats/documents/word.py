"""DOCX: headers, text, notes and footers; tables as rows, lists with their numbers, tracked changes as if accepted."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.domain.pages import ReadFile
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.unpacking import unpacked
from epicrisis.formats.documents.flow import Flow
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.word_lists import Lists
from epicrisis.formats.redacting.pictures import check_pixels, pixels_of
from epicrisis.formats.redacting.word.markup import DRAWING, MATHS, w
from epicrisis.formats.redacting.word.package import Package
from epicrisis.text.boxes import CROSS, EMPTY, SIGNS, TICK, TICKED

_WORDS = frozenset({w("t"), f"{{{MATHS}}}t", f"{{{DRAWING}}}t"})
# The boxes and ticks of the fonts that forms are drawn with, by the last two digits of their place.
_DRAWN = {
    "wingdings": {
        **dict.fromkeys(("6F", "71", "72", "A8"), EMPTY),
        **dict.fromkeys(("78", "FD", "FE"), TICKED),
        "FB": CROSS,
        "FC": TICK,
    },
    "wingdings 2": {
        **dict.fromkeys(("2A", "30", "A3"), EMPTY),
        **dict.fromkeys(("51", "52", "53", "54"), TICKED),
        "4F": CROSS,
        "50": TICK,
    },
    "webdings": {"61": TICK, "63": EMPTY, "72": CROSS},
}
_HEX = re.compile(r"[0-9A-F]{4}")
_SIGNS = {w("tab"): "\t", w("ptab"): "\t", w("noBreakHyphen"): "-"}
_SEEN = (w("t"), w("sym"))
_BREAKS = frozenset({w("br"), w("cr")})
_PARAGRAPHS = frozenset({w("p"), f"{{{DRAWING}}}p"})
# What Word puts above its notes.
_NO_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_NOTES = frozenset({w("footnote"), w("endnote")})
_PICTURES = "word/media/"
# In which order the parts are read.
_ORDER = ("header", "document", "footnotes", "endnotes", "footer")


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text of the Word document ``data``.

    Raises:
        UnreadableDocument: it is damaged, protected, larger than the limits, as a picture in it may be, or no Word
            document.
        MissingDependency: lxml is not installed.
    """
    entries = unpacked(data, limits)
    for entry in entries.values():
        check_pixels(pixels_of(entry), limits.pixels)
    parts = Package(entries).parts
    roots = {
        kind: [part.root for part in parts.values() if part.kind == kind] for kind in (*_ORDER, "numbering", "styles")
    }
    lists = Lists(roots["numbering"], roots["styles"])
    # A document has up to three headers a section, most of them the same.
    texts = dict.fromkeys(_text(root, lists) for kind in _ORDER for root in roots[kind])
    pictures = sum(name.startswith(_PICTURES) for name in entries)
    warnings = (f"The document holds {pictures} pictures, which were not read.",) if pictures else ()
    return [Parsed(ReadFile("\n\n".join(text for text in texts if text), Kind.DOCX, warnings=warnings))]


def _text(root: Any, lists: Lists) -> str:
    from lxml import etree

    flow = Flow()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            _end(element, flow)
        elif _is_unseen(element):
            walk.skip_subtree()
        else:
            _begin(element, flow, lists)
    return flow.text


def _begin(element: Any, flow: Flow, lists: Lists) -> None:
    tag = element.tag
    if tag in _WORDS:
        flow.verbatim(element.text or "")
    elif tag in _SIGNS:
        flow.verbatim(_SIGNS[tag])
    elif tag == w("sym"):
        flow.verbatim(_drawn(element))
    elif tag in _BREAKS or tag in (w("txbxContent"), w("tbl")):
        flow.line()
    elif tag in _PARAGRAPHS:
        flow.line()
        if label := lists.label(element):
            flow.verbatim(f"{label} ")
    elif tag == w("tr"):
        flow.row()
    elif tag == w("tc"):
        flow.cell()


def _drawn(symbol: Any) -> str:
    """Return the box or tick that a symbol shows, of a font of pictures or by its own place; nothing of any other."""
    font, char = (symbol.get(w("font")) or "").strip().lower(), (symbol.get(w("char")) or "").upper()
    if font in _DRAWN:
        return _DRAWN[font].get(char[-2:], "")
    shown = chr(int(char, 16)) if _HEX.fullmatch(char) else ""
    return shown if shown in SIGNS else ""


def _end(element: Any, flow: Flow) -> None:
    if element.tag in _PARAGRAPHS:
        # One that is empty is how Word writes a blank line.
        if not any(element.find(f".//{tag}") is not None for tag in _SEEN):
            flow.paragraph()
        flow.line()
    elif element.tag == w("tr"):
        flow.end_row()


def _is_unseen(element: Any) -> bool:
    """Return whether nothing of ``element`` is seen: stops of tabs, notes that are none, hidden runs."""
    tag = element.tag
    if tag == w("tabs"):
        return True
    if tag in _NOTES:
        return element.get(w("type")) in _NO_NOTES
    return tag == w("r") and _is_on(element.find(f"{w('rPr')}/{w('vanish')}"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(w("val")) not in ("0", "false", "off")
