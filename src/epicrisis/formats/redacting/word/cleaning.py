"""What a Word document holds beside the words one reads, taken out.

Comments, fields, links and the marks of who edited when go. Tracked changes are resolved as if accepted: what was
inserted stays, what was deleted goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.formats.redacting.word.markup import COMPATIBLE, RELATION, VML, WORD, local, w
from epicrisis.text.boxes import EMPTY, TICKED

if TYPE_CHECKING:
    from epicrisis.formats.redacting.word.markup import Element

_GONE = frozenset(
    {
        "altChunk",
        "annotationRef",
        "attachedTemplate",
        "bookmarkEnd",
        "bookmarkStart",
        "cellDel",
        "cellIns",
        "cellMerge",
        "commentRangeEnd",
        "commentRangeStart",
        "commentReference",
        "contentPart",
        "control",
        "customXmlDelRangeEnd",
        "customXmlDelRangeStart",
        "customXmlInsRangeEnd",
        "customXmlInsRangeStart",
        "customXmlMoveFromRangeEnd",
        "customXmlMoveFromRangeStart",
        "customXmlMoveToRangeEnd",
        "customXmlMoveToRangeStart",
        "customXmlPr",
        "del",
        "docId",
        "docVars",
        "ffData",
        "lastRenderedPageBreak",
        "mailMerge",
        "moveFrom",
        "moveFromRangeEnd",
        "moveFromRangeStart",
        "moveToRangeEnd",
        "moveToRangeStart",
        "numberingChange",
        "object",
        "pPrChange",
        "permEnd",
        "permStart",
        "proofErr",
        "rPrChange",
        "rsids",
        "saveThroughXslt",
        "sdtEndPr",
        "sdtPr",
        "sectPrChange",
        "smartTagPr",
        "subDoc",
        "tblCaption",
        "tblDescription",
        "tblGridChange",
        "tblPrChange",
        "tblPrExChange",
        "tcPrChange",
        "trPrChange",
    }
)
_UNWRAPPED = frozenset({"customXml", "fldSimple", "hyperlink", "ins", "moveTo", "sdt", "sdtContent", "smartTag"})
# Fields whose result changes with the page and not with a person; of these even the switches go.
_SAFE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"})
_TRACES = frozenset({"author", "date", "dateUtc", "initials", "paraId", "textId", "anchorId", "editId"})
_SPOKEN = frozenset({"alt", "descr", "title", "href", "tooltip", "hint"})


def clean(root: Element) -> None:
    """Take out of a part, in place, whatever is not its text and its looks."""
    for row in [mark.getparent().getparent() for mark in root.iterfind(f".//{w('trPr')}/{w('del')}")]:
        row.getparent().remove(row)
    _plain_fields(root)
    for element in list(root.iter()):
        name, space = local(element.tag), element.tag[1:].partition("}")[0]
        if (space == WORD and name in _GONE) or name in ("Fallback", "hlinkClick", "hlinkHover", "svgBlip", "docId"):
            _remove(element)
        elif space == WORD and name in _UNWRAPPED:
            _unwrap(element)
    for element in list(root.iter(f"{{{COMPATIBLE}}}AlternateContent")):
        if len(element) == 0:
            _remove(element)
    for element in root.iter():
        _forget(element)


def cut_links(root: Element, kept: frozenset[str]) -> None:
    """Take out, in place, what points at a part that is not kept; ``kept`` are the ids of the relations that are."""
    for element in list(root.iter()):
        links = [name for name, to in element.attrib.items() if name.startswith(f"{{{RELATION}}}") and to not in kept]
        if not links:
            continue
        if local(element.tag) == "blip":
            for name in links:
                del element.attrib[name]
            continue
        holders = [each for each in element.iterancestors() if each.tag in (w("drawing"), w("pict"))]
        _remove(holders[-1] if holders else element)


def _plain_fields(root: Element) -> None:
    """Leave of each field its result; of those in ``_SAFE_FIELDS`` the name too, so that pages are still counted."""
    open_fields: list[list[Element]] = []
    for element in list(root.iter(w("fldChar"), w("instrText"))):
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            open_fields.append([])
            _write_box(element)
        if not open_fields:
            _remove(element)
            continue
        open_fields[-1].append(element)
        if kind == "end":
            _settle(open_fields.pop())
    for left_open in open_fields:
        _settle(left_open, whole=False)


def _write_box(field: Element) -> None:
    """Write the box of an older form, which Word draws by the state of its field, as a character before it."""
    box = field.find(f"{w('ffData')}/{w('checkBox')}")
    if box is None:
        return
    state = box.find(w("checked"))
    state = box.find(w("default")) if state is None else state
    is_ticked = state is not None and state.get(w("val")) not in ("0", "false", "off")
    text = field.makeelement(w("t"))
    text.text = TICKED if is_ticked else EMPTY
    field.addprevious(text)


def _settle(field: list[Element], *, whole: bool = True) -> None:
    told = [element for element in field if element.tag == w("instrText")]
    name = "".join(element.text or "" for element in told).split()[:1]
    if whole and name and name[0].upper() in _SAFE_FIELDS:
        told[0].text = f" {name[0].upper()} "
        field = told[1:]
    for element in field:
        _remove(element)


def _forget(element: Element) -> None:
    """Take out of an element the attributes that say who, when, and what is seen in a picture."""
    for name in list(element.attrib):
        plain = local(name)
        if plain.startswith("rsid") or plain in _TRACES or (plain in _SPOKEN and not name.startswith(f"{{{WORD}}}")):
            del element.attrib[name]
    if (
        local(element.tag) in ("docPr", "cNvPr", "theme", "clrScheme", "fontScheme", "fmtScheme")
        and "name" in element.attrib
    ):
        element.set("name", local(element.tag))
    if element.tag == f"{{{VML}}}shape":
        element.attrib.pop("id", None)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at + 1, child)
    parent.remove(element)
