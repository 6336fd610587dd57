"""The XML of a CDA document: parsed without entities, document types or network, and asked for by local names.

Systems differ in the namespace they give the same elements; what an element is called tells enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from epicrisis.errors import MissingDependency, UnreadableDocument

if TYPE_CHECKING:
    # lxml ships no types; an element is whatever it says it is.
    Element = Any

TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
"""The attribute that says which data type a value is of."""


def parsed(data: bytes) -> Element:
    """Return the root of a CDA document.

    Raises:
        MissingDependency: lxml is not installed.
        UnreadableDocument: it is no XML, declares a document type, or is no CDA.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingDependency("C-CDA needs lxml; run: pip install 'epicrisis[documents]'") from error
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            "The document is not XML, or is nested deeper than one may be; export it again, and send that."
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(
            "The document declares a document type or entities, which CDA never does; it is not read."
        )
    if local(root) != "ClinicalDocument":
        raise UnreadableDocument("The XML is no CDA document: its root is no ClinicalDocument.")
    return root


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def each(element: Element, path: str) -> Iterator[Element]:
    """Yield the elements at ``path``, local names with slashes between them, of any namespace."""
    yield from element.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))


def first(element: Element, path: str) -> Element | None:
    """Return the first element at ``path``."""
    return next(each(element, path), None)


def attribute(element: Element, path: str, name: str) -> str:
    """Return the attribute ``name`` of the first element at ``path`` that has it, "" where none does."""
    return next((str(found.get(name)) for found in each(element, path) if found.get(name)), "")


def words(element: Element | None) -> str:
    """Return all text within an element, on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def coded(element: Element | None) -> str:
    """Return what a coded value says in words: its display name, the text it was coded from, or a translation."""
    if element is None:
        return ""
    return (
        element.get("displayName")
        or words(first(element, "originalText"))
        or attribute(element, "translation", "displayName")
    )


def person(element: Element | None) -> str:
    """Return a name, in the order in which its parts stand."""
    return words(element) if element is None or not len(element) else " ".join(filter(None, map(words, element)))
