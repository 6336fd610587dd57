from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest

from epicrisis.errors import InvalidInput, UnreadableDocument
from epicrisis.formats.documents.kinds import Kind, kind_of
from tests.office import docx, zipped

CDA = b'<?xml version="1.0"?>\n<?xml-stylesheet href="x.xsl"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"/>'

LIBRE_OFFICE = b"application/vnd.oasis.opendocument.text"


def stored(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of ``entries`` that shows their bytes."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(b"%PDF-1.7 ...", Kind.PDF, id="pdf"),
        pytest.param(docx(), Kind.DOCX, id="docx"),
        pytest.param(zipped({"a.txt": "x"}), Kind.ZIP, id="zip"),
        pytest.param(stored({"b.txt": b"x", "a.docx": docx()}), Kind.ZIP, id="zip of a Word document, not packed"),
        pytest.param(
            stored({"a.xlsx": stored({"xl/workbook.xml": b""})}), Kind.ZIP, id="zip of a workbook, not packed"
        ),
        pytest.param(stored({"a.odt": stored({"mimetype": LIBRE_OFFICE})}), Kind.ZIP, id="zip of an odt, not packed"),
        pytest.param(stored({"a.pdf": b"%PDF-1.7"}), Kind.ZIP, id="zip of a PDF, not packed"),
        pytest.param(b"{\\rtf1 x}", Kind.RTF, id="rtf"),
        pytest.param(b"\x89PNG\r\n\x1a\n", Kind.PNG, id="png"),
        pytest.param(b"\xff\xd8\xff\xe0", Kind.JPEG, id="jpeg"),
        pytest.param(b"MM\0*", Kind.TIFF, id="tiff"),
        pytest.param(CDA, Kind.CDA, id="cda"),
        pytest.param(b'<n1:ClinicalDocument xmlns:n1="urn:hl7-org:v3">', Kind.CDA, id="cda with a prefix"),
        pytest.param(b"<!-- saved -->\n<!DOCTYPE html>\n<html>", Kind.HTML, id="html behind a comment"),
        pytest.param(b'<?xml version="1.0"?><html xmlns="x">', Kind.HTML, id="xhtml"),
        pytest.param(b"<p>Denies fever.", Kind.HTML, id="a piece of html"),
        pytest.param("<html>".encode("utf-16"), Kind.HTML, id="html in two bytes a letter"),
        pytest.param(b"\x0bMSH|^~\\&|LAB|", Kind.HL7V2, id="hl7 in its frame"),
        pytest.param(b"MSH|^~\\&#|LAB|", Kind.HL7V2, id="hl7 2.7"),
        pytest.param(b' {"a": 1, "resourceType": "Bundle"}', Kind.FHIR, id="fhir"),
        pytest.param(b"BHS: behavioral health, denies fever.", Kind.TEXT, id="text that begins like hl7"),
        pytest.param(b"<5 mg/dl", Kind.TEXT, id="text that begins like a tag"),
        pytest.param(b"PARESTHESIA of both hands", Kind.TEXT, id="text that begins like parquet"),
        pytest.param(b"PKU screening negative", Kind.TEXT, id="text that begins like a zip"),
        pytest.param(b"BMI 31", Kind.TEXT, id="text that begins like a picture"),
        pytest.param("año".encode("utf-16-le"), Kind.TEXT, id="text in two bytes a letter"),
    ],
)
def test_the_bytes_tell_what_a_file_is(data: bytes, kind: Kind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", r"\.docx without one", id="old Word"),
        pytest.param(b"\x1f\x8b\x08", "unpack it first", id="gzip"),
        pytest.param(b"GIF89a", "save it as PNG", id="gif"),
        pytest.param(b"BM" + bytes(50), "save it as PNG", id="bmp"),
        pytest.param(b"PAR1", "Parquet", id="parquet"),
        pytest.param(bytes(128) + b"DICM", "report", id="dicom"),
        pytest.param(zipped({"xl/workbook.xml": ""}), "workbook", id="a workbook"),
        pytest.param(zipped({"ppt/presentation.xml": ""}), "slides", id="slides"),
        pytest.param(stored({"mimetype": LIBRE_OFFICE}), "LibreOffice", id="a document of LibreOffice"),
        pytest.param(
            b'<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"/>', "send it as JSON", id="fhir in xml"
        ),
        pytest.param(b'<?xml version="1.0"?><svg/>', "XML of a kind", id="other xml"),
        pytest.param(b"\1\0\2\0\0\0\1", "not read here", id="anything else"),
    ],
)
def test_what_is_not_read_is_said_with_what_is(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says) as refused:
        kind_of(data)

    assert "text, HTML, RTF, DOCX, PDF" in str(refused.value)


def test_an_empty_file_is_said_to_be_one() -> None:
    with pytest.raises(UnreadableDocument, match="empty"):
        kind_of(b"")


@pytest.mark.parametrize(
    ("data", "name", "told", "says"),
    [
        pytest.param(b"%PDF-1.4", "note.docx", None, "said to be docx, and holds pdf", id="a PDF named docx"),
        pytest.param(b"words", "note.pdf", None, "said to be pdf, and holds text", id="text named PDF"),
        pytest.param(b"%PDF-1.4", "note", "image/png", "said to be png, and holds pdf", id="a PDF sent as a picture"),
        pytest.param(b"words", "", "rtf", "said to be rtf, and holds text", id="text told to be RTF"),
        pytest.param(b'{"a": 1}', "a.json", None, "not FHIR", id="JSON that is no FHIR"),
    ],
)
def test_a_name_or_a_type_that_does_not_fit_is_refused(data: bytes, name: str, told: str | None, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        kind_of(data, name=name, told=told)


@pytest.mark.parametrize(
    ("data", "name", "told", "kind"),
    [
        pytest.param(b"words", "note.2024", None, Kind.TEXT, id="an ending that says nothing"),
        pytest.param(b"words", "a.txt", "application/octet-stream", Kind.TEXT, id="a type that says nothing"),
        pytest.param(b"words", "A.TXT", "text/plain; charset=utf-8", Kind.TEXT, id="a type with its encoding"),
        pytest.param(b"{\\rtf1 x}", "letter.doc", "application/msword", Kind.RTF, id="RTF as many systems name it"),
        pytest.param(b"MSH|^~\\&|", "lab.txt", None, Kind.HL7V2, id="hl7 in a text file"),
        pytest.param(CDA, "a.xml", "text/xml", Kind.CDA, id="cda"),
    ],
)
def test_a_name_or_a_type_that_leaves_it_open_is_no_matter(
    data: bytes, name: str, told: str | None, kind: Kind
) -> None:
    assert kind_of(data, name=name, told=told) is kind


def test_a_kind_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="'text', 'html'"):
        kind_of(b"x", told="note")
