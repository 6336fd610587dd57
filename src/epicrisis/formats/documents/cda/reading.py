"""A CDA document as text: who and when, then its sections in order, as their authors wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from epicrisis.domain.pages import ReadFile
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.attached import NOTES, Attached, with_warnings
from epicrisis.formats.documents.cda.entries import write_entries
from epicrisis.formats.documents.cda.markup import attribute, coded, each, first, parsed, person, words
from epicrisis.formats.documents.cda.narrative import narrated
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.sheets.sheet import Sheet
from epicrisis.formats.documents.sheets.stamps import packed_stamp
from epicrisis.formats.documents.sheets.words import language_of

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element

_SEXES = {"F": "female", "M": "male"}
_BASE64 = "B64"


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text of a CDA document and, where its body is a file in base64, what that holds.

    The narrative is what its author signed; entries are told only for a section that has none.

    Raises:
        MissingDependency: lxml is not installed.
        UnreadableDocument: it is no CDA, declares a document type or entities, or is over the limits.
    """
    root = parsed(data)
    sheet = Sheet(limits, language_of(attribute(root, "languageCode", "code")))
    attached = Attached(limits, NOTES)
    _write_head(root, sheet)
    for section in _sections(root):
        _write_section(section, sheet)
    for text in each(root, "component/nonXMLBody/text"):
        _write_body(text, sheet, attached)
    found = [*([Parsed(ReadFile(sheet.text, Kind.CDA))] if sheet.text else []), *attached.parsed]
    if not found:
        raise UnreadableDocument("The document has no section, no body and no patient; export it again, and send that.")
    return with_warnings(found, attached.warnings)


def _write_head(root: Element, sheet: Sheet) -> None:
    patient = first(root, "recordTarget/patientRole/patient")
    if patient is not None:
        sheet.head("patient", person(first(patient, "name")))
        sheet.head("born", packed_stamp(attribute(patient, "birthTime", "value")))
        sex = _SEXES.get(attribute(patient, "administrativeGenderCode", "code"))
        sheet.head("sex", sheet.says(sex) if sex else "")
    title = words(first(root, "title")) or coded(first(root, "code"))
    sheet.head("document", title, packed_stamp(attribute(root, "effectiveTime", "value")))
    sheet.head("author", *map(person, each(root, "author/assignedAuthor/assignedPerson/name")))
    stay = first(root, "componentOf/encompassingEncounter/effectiveTime")
    if stay is not None:
        sheet.head("admitted", packed_stamp(attribute(stay, "low", "value") or str(stay.get("value", ""))))
        sheet.head("discharged", packed_stamp(attribute(stay, "high", "value")))


def _sections(root: Element) -> Iterator[Element]:
    """Yield the sections in order, each before those within it."""
    waiting = [*each(root, "component/structuredBody/component/section")][::-1]
    while waiting:
        section = waiting.pop()
        yield section
        waiting += [*each(section, "component/section")][::-1]


def _write_section(section: Element, sheet: Sheet) -> None:
    title = words(first(section, "title")) or coded(first(section, "code"))
    text = first(section, "text")
    said = "" if text is None else narrated(text)
    if said:
        sheet.block(title, said)
    else:
        write_entries(section, title, sheet)


def _write_body(text: Element, sheet: Sheet, attached: Attached) -> None:
    """Read the body of a document that has no sections: a file in base64, or plain words."""
    if first(text, "reference") is not None:
        attached.elsewhere += 1
    elif str(text.get("representation", "")).upper() == _BASE64:
        attached.base64("".join(text.itertext()), name="nonXMLBody")
    else:
        sheet.block(sheet.says("note"), narrated(text))
