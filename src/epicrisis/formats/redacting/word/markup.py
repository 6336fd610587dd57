"""The names WordprocessingML gives its elements, and the one parser all parts are read with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epicrisis.errors import MissingDependency, UnreadableDocument

if TYPE_CHECKING:
    # lxml ships no types; an element is whatever it says it is.
    Element = Any

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MATHS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
VML = "urn:schemas-microsoft-com:vml"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def w(name: str) -> str:
    """Return the full name of the element or attribute ``w:name``."""
    return f"{{{WORD}}}{name}"


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def parsed(part: bytes) -> Element:
    """Return the root of an XML part: no entities, no network, no document type, no comments.

    Raises:
        MissingDependency: lxml is not installed.
        UnreadableDocument: the part is not XML, or declares entities.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingDependency("DOCX needs lxml; run: pip install 'epicrisis[documents]'") from error
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            "A part of the file is not XML as Word writes it; save it again in Word or LibreOffice, and send that."
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("A part of the file declares entities, which Word never writes; it is not read.")
    return root


def written(root: Element) -> bytes:
    """Return a part as bytes."""
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
