"""Files about somebody, as small as such files can be: what no OpenAPI document can show."""

from __future__ import annotations

import json
import struct
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from xml.sax.saxutils import escape

from epicrisis.canary.bodies import BOUNDARY, PARTS

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LINE_CHARACTERS = 80


def word_document(words: str) -> bytes:
    """Return a Word document of one paragraph (ECMA-376)."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_DOCUMENT}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p>'
        "</w:body></w:document>",
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return packed.getvalue()


def pdf(words: str) -> bytes:
    """Return a PDF of one page (ISO 32000)."""
    lines = " ".join(f"({_in_pdf(line)}) Tj T*" for line in textwrap.wrap(words, _LINE_CHARACTERS))
    drawn = f"BT /F1 10 Tf 14 TL 40 780 Td {lines} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    written, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + head + table + tail


def rich_text(words: str) -> bytes:
    """Return an RTF document of one paragraph."""
    return (
        b"{\\rtf1\\ansi %s\\par}" % "".join(f"\\u{ord(each)}?" if ord(each) > 126 else each for each in words).encode()
    )


def page(words: str) -> bytes:
    """Return an HTML page of one paragraph."""
    return f"<!doctype html><title>Note</title><p>{escape(words)}</p>".encode()


def form(words: str) -> bytes:
    """Return a form in parts with a text file in it, which is named by the words too."""
    head = f'Content-Disposition: form-data; name="file"; filename="{words[:40]}.txt"\r\nContent-Type: text/plain'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n{words}\r\n--{BOUNDARY}--\r\n".encode()


def recording(words: str) -> bytes:
    """Return a second of silence (WAV, 8 kHz, 8 bits) with a comment beside it."""
    sound, told = b"\x80" * 8000, words.encode()
    told += bytes(len(told) % 2)
    comment = b"INFOICMT" + len(told).to_bytes(4, "little") + told
    chunks = (
        b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8),
        b"LIST" + len(comment).to_bytes(4, "little") + comment,
        b"data" + len(sound).to_bytes(4, "little") + sound,
    )
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def bundle(words: str) -> bytes:
    """Return a FHIR Bundle of somebody with one condition."""
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"text": words}]}
    condition = {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": {"text": words}}
    entries = [{"resource": patient}, {"resource": condition}]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


FILES: Mapping[str, Callable[[str], bytes]] = {
    _DOCUMENT: word_document,
    "application/pdf": pdf,
    "application/rtf": rich_text,
    "text/html": page,
    PARTS: form,
    "audio/wav": recording,
    "application/fhir+json": bundle,
}


def _in_pdf(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
