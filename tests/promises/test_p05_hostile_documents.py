"""P5: hostile documents are contained: each is one clear error, in bounded time, and this process does not grow."""

from __future__ import annotations

import resource
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.files import read_file
from epicrisis.formats.redacting.asking import Options
from tests.asked import redacted
from tests.office import WHO, docx, paragraph, part, pdf, relations, renamed, run, zipped

for library in ("lxml", "pypdfium2", "reportlab", "pypdf", "pyarrow"):
    pytest.importorskip(library, reason="files need the documents extra")

# A file may take this much of the clock, and this much more of the memory of whoever handed it in.
LIMITS = Limits()
SECONDS = LIMITS.seconds + 30
GROWTH = 400_000_000

_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else WHO}">' for n in range(10))


def document(xml: str | bytes) -> bytes:
    return docx(more={"word/document.xml": xml})


def bomb(size: int) -> bytes:
    return docx(more={"word/huge.xml": b" " * size})


def flagged_encrypted() -> bytes:
    data = bytearray(docx())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def lying_about_its_size() -> bytes:
    data = bytearray(docx(more={"word/styles.xml": b" " * 5_000_000}))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", data, at + 24, 10)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def twice_named() -> bytes:
    data = BytesIO(docx())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/document.xml", part("document", paragraph(run(WHO))))
    return data.getvalue()


def pdf_of(*objects: str | bytes) -> bytes:
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each.encode() if isinstance(each, str) else each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (
        len(places) + 1, table, len(places) + 1, len(body),
    )  # fmt: skip


def stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)


def page_of(content: bytes, box: str = "[0 0 595 842]") -> bytes:
    return pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R "
        "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        stream(content),
    )


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 60_000, 60_000, 8, 0, 0, 0, 0)
SIZE_OF_JPEG = struct.pack(">HBHH", 17, 8, 60_000, 60_000)
JPEG = b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + bytes(14) + b"\xff\xc0" + SIZE_OF_JPEG
TIFF = b"II*\0" + struct.pack("<IHHHIIHHII", 8, 2, 256, 4, 1, 60_000, 257, 4, 1, 60_000)


def pictured(picture: bytes) -> bytes:
    return docx(paragraph(run(WHO)), more={"word/media/image1": picture})


def flooded_pdf(width: int, height: int) -> bytes:
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 "
    )
    return pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> "
        "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        stream(b"BT /F 12 Tf 10 700 Td (some words on a page) Tj ET q 99 0 0 99 9 9 cm /I Do Q"),
        picture.encode() + stream(bytes(1_000)).removeprefix(b"<< "),
    )


TWO_SHOWN = b"BT /F 12 Tf 10 700 Td (some words on a page) Tj ET "
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    # Archives.
    "a bomb of 210 MB": (".docx", lambda: bomb(210_000_000)),
    "a bomb by its ratio": (".docx", lambda: bomb(20_000_000)),
    "too many entries": (".docx", lambda: docx(more={f"word/{n}.xml": "" for n in range(2_100)})),
    "an entry twice": (".docx", twice_named),
    "zip slip": (".docx", lambda: docx(more={"../../word/evil.xml": WHO})),
    "an absolute entry": (".docx", lambda: docx(more={"/etc/word/evil": WHO})),
    "a Windows path": (".docx", lambda: docx(more={"C:\\word\\evil": WHO})),
    "an encrypted entry": (".docx", flagged_encrypted),
    "a size that lies": (".docx", lying_about_its_size),
    "a cut archive": (".docx", lambda: docx(paragraph(run(WHO)))[:-30]),
    "half an archive": (".docx", lambda: docx(paragraph(run(WHO)))[:200] + b"word/"),
    "a header and nothing": (".docx", lambda: b"PK\x03\x04word/"),
    "a flipped byte": (".docx", lambda: docx(paragraph(run("x" * 500))).replace(b"document.xml", b"document.xmm", 1)),
    # Pictures, which nobody unpacks: what they say of themselves is enough.
    "a pixel flood in PNG": (".docx", lambda: pictured(PNG)),
    "a pixel flood in JPEG": (".docx", lambda: pictured(JPEG)),
    "a pixel flood in GIF": (".docx", lambda: pictured(b"GIF89a" + struct.pack("<HH", 60_000, 60_000))),
    "a pixel flood in BMP": (".docx", lambda: pictured(b"BM" + bytes(16) + struct.pack("<ii", 60_000, -60_000))),
    "a pixel flood in TIFF": (".docx", lambda: pictured(TIFF)),
    "a pixel flood in PDF": (".pdf", lambda: flooded_pdf(60_000, 60_000)),
    # Markup.
    "a billion laughs": (".docx", lambda: document(f"<!DOCTYPE d [{_ENTITIES}]><d>&l9;</d>")),
    "an external entity": (
        ".docx",
        lambda: document('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'),
    ),
    "an external type": (".docx", lambda: document('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d/>')),
    "a type without entities": (".docx", lambda: document("<!DOCTYPE d [<!ELEMENT d ANY>]><d/>")),
    "markup too deep": (".docx", lambda: document("<d>" * 100_000)),
    "not markup": (".docx", lambda: document(f"{WHO} in plain words")),
    "markup cut short": (".docx", lambda: document(part("document", "<w:body>")[:-20])),
    "markup in no encoding": (".docx", lambda: document(b'<?xml version="1.0" encoding="none"?><d/>')),
    "another kind of document": (".docx", lambda: document("<d/>")),
    "no document": (".docx", lambda: docx(more={"_rels/.rels": relations()})),
    "no relations": (".docx", lambda: zipped({"word/document.xml": part("document", "")})),
    "a document outside": (
        ".docx",
        lambda: docx(more={"_rels/.rels": relations(("a", "officeDocument", "../../etc/passwd"))}),
    ),
    "a header that is no markup": (
        ".docx",
        lambda: docx(more={"word/_rels/document.xml.rels": relations(("a", "header", "h.bin")), "word/h.bin": b"\0\1"}),
    ),
    "relations that are no markup": (".docx", lambda: docx(more={"word/_rels/document.xml.rels": b"\0"})),
    # PDF.
    "a cut PDF": (".pdf", lambda: pdf("Words. " * 30)[:90]),
    "a PDF without pages": (".pdf", lambda: pdf_of("<< /Type /Catalog >>")),
    "a header of PDF and noise": (".pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 50),
    "an encrypted PDF": (".pdf", lambda: pdf("Words.", encrypt="secret")),
    "501 pages": (".pdf", lambda: pdf(*["Words."] * 501)),
    "a page of three million letters": (
        ".pdf",
        lambda: page_of(b"BT /F 1 Tf 9 9 Td " + b"(%b) Tj " % (b"words " * 50) * 10_000),
    ),
    "a scan": (".pdf", lambda: page_of(b"0 0 595 842 re f ")),
    # Parquet.
    "a cut Parquet file": (".parquet", lambda: b"PAR1" + b"\0" * 100),
    "a Parquet footer that lies": (".parquet", lambda: b"PAR1" + b"\x15" * 50 + b"\xff\xff\xff\x7fPAR1"),
    "a Parquet footer of noise": (".parquet", lambda: b"PAR1" + bytes(range(200)) + b"\x64\0\0\0PAR1"),
    "an encrypted Parquet file": (".parquet", lambda: b"PARE" + b"\0" * 100 + b"PARE"),
    # Text.
    "JSON too deep": (".json", lambda: b"[" * 200_000),
    "JSON cut short": (".json", lambda: b'{"a": ["b"'),
    "JSON with half a letter": (".json", lambda: b'{"a": "\\ud800"}'),
    "JSON that is not UTF-8": (".json", lambda: b'{"a": "\xff\xfe"}'),
    "a number of JSON that is none": (".json", lambda: b'{"a": NaN}'),
    "a quote never closed": (".csv", lambda: b'a,b\n1,"' + b"x" * 1_000_000),
    "quotes beside quotes": (".csv", lambda: b'"a"b"c",' * 1_000),
    "NUL in a table": (".csv", lambda: b"a,b\n1,\0\n"),
    # Names that do not fit.
    "a PDF named docx": (".docx", lambda: pdf("Words.")),
    "a picture named PDF": (".pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "a workbook named docx": (".docx", lambda: zipped({"xl/workbook.xml": "<x/>"})),
    "an old document named docx": (".docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "nothing": (".pdf", bytes),
}
# Strange, and still read: what counts is that they end, and name nobody.
STRANGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a part that leads to itself": (
        ".docx",
        lambda: docx(more={"word/_rels/document.xml.rels": relations(("a", "header", "document.xml"))}),
    ),
    "pages in a ring": (
        ".pdf",
        lambda: pdf_of("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
    ),
    "a page without an end": (".pdf", lambda: page_of(TWO_SHOWN, "[0 0 99999999 99999999]")),
    "a page that unpacks to 100 MB": (".pdf", lambda: page_of(TWO_SHOWN + b" " * 100_000_000)),
    "a page of many words": (".pdf", lambda: page_of(b"BT /F 1 Tf 9 9 Td " + b"(word ) Tj " * 20_000 + b"ET")),
    "a cut PDF that can be mended": (".pdf", lambda: pdf("Words. " * 30)[:-60]),
    "a number of JSON without an end": (".json", lambda: b'{"a": 1e999999999, "b": ' + b"9" * 5_000 + b"}"),
    "a table of one cell": (".csv", lambda: b"x" * 2_000_000),
    "a table of empty cells": (".csv", lambda: b",;\t|" * 50_000),
}


def attempt(ending: str, data: bytes, limits: Limits = LIMITS) -> UnreadableDocument | None:
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        new = redacted(data, name=f"file{ending}", redacts=renamed, options=Options(limits=limits))
    except UnreadableDocument as error:
        refused: UnreadableDocument | None = error
    else:
        refused = None
        assert WHO.encode() not in new
    assert time.monotonic() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < GROWTH
    return refused


def test_a_picture_within_the_limit_costs_its_file_nothing() -> None:
    small = PNG[:16] + struct.pack(">II", 7_000, 7_000)

    assert attempt(".docx", pictured(small)) is None
    assert attempt(".pdf", flooded_pdf(7_000, 7_000)) is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_clear_error(name: str) -> None:
    ending, made = HOSTILE[name]

    refused = attempt(ending, made())

    assert refused is not None
    assert str(refused).endswith(".")
    assert "Ruiz" not in str(refused)


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_comes_to_an_end(name: str) -> None:
    ending, made = STRANGE[name]

    attempt(ending, made())


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        pytest.param(".csv", b"," * 2_500_000, id="millions of cells"),
        pytest.param(".json", b"[" + b"[]," * 2_500_000 + b"[]]", id="millions of lists"),
    ],
)
def test_a_large_file_of_nothing_takes_its_own_memory_and_no_more(ending: str, data: bytes) -> None:
    refused = attempt(ending, data, Limits(memory=150_000_000))

    assert refused is not None
    assert "more" in str(refused)


# The same for reading, but for what only redacting opens, and for a scan, which reading hands on to OCR.
REDACTED_ONLY = (".parquet", ".json", ".csv")
HOSTILE_TO_READING: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{name: hostile for name, hostile in HOSTILE.items() if hostile[0] not in REDACTED_ONLY and name != "a scan"},
    "an HTML page of noise": (".html", lambda: b"<html>" + bytes(range(256)) * 50),
    "an HTML page of three million letters": (".html", lambda: b"<p>" + b"fever " * 500_000),
    "an HTML page too deep": (".html", lambda: b"<div>" * 500_000),
    "an HTML page of tables in tables": (".html", lambda: b"<table><tr><td>" * 20_000 + b"fever"),
    "RTF too deep": (".rtf", lambda: b"{\\rtf1" + b"{" * 200_000),
    "RTF named Word": (".docx", lambda: b"{\\rtf1 Denies fever.}"),
    "a Word document named RTF": (".rtf", docx),
    "a text named HTML": (".html", lambda: b"Denies fever."),
    "an HTML page named text": (".txt", lambda: b"<html><p>Denies fever."),
    "text with NUL in it": (".txt", lambda: b"Denies\0fever."),
    "a program": ("", lambda: b"\x7fELF" + bytes(200)),
    "a page larger than any paper": (".pdf", lambda: page_of(b"0 0 595 842 re f ", "[0 0 14400 14400]")),
    "a page of a scan of 60,000 dots": (".pdf", lambda: flooded_pdf(60_000, 60_000)),
    "more scans than are read at once": (".pdf", lambda: pdf(*[lambda canvas: canvas.rect(0, 0, 9, 9)] * 200)),
}
STRANGE_TO_READ: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{name: strange for name, strange in STRANGE.items() if strange[0] not in REDACTED_ONLY},
    "an entity outside of an HTML page": (
        ".html",
        lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&x;</p></html>',
    ),
    "entities of an HTML page": (".html", lambda: f"<!DOCTYPE html [{_ENTITIES}]><html>&l9;".encode()),
    "an HTML page of attributes": (".html", lambda: b"<p " + b"a=b " * 500_000 + b">fever"),
    "RTF that owes its letters": (".rtf", lambda: b"{\\rtf1 \\uc999999999 \\u233 fever" + b"\\'e9" * 500_000),
    "RTF with bytes beyond its end": (".rtf", lambda: b"{\\rtf1 fever\\bin999999999 }"),
    "RTF of braces": (".rtf", lambda: b"{\\rtf1 " + b"{}" * 500_000 + b"}"),
    "a page of words at one place": (".pdf", lambda: page_of(b"BT /F 9 Tf 9 9 Td " + b"(word) ' " * 20_000 + b"ET")),
    "a page of steps": (
        ".pdf",
        lambda: page_of(b"BT /F 2 Tf " + b"".join(b"%d -1 Td (a b) Tj " % (n % 90 - 45) for n in range(9_000)) + b"ET"),
    ),
}


def attempt_to_read(ending: str, data: bytes, limits: Limits = LIMITS) -> UnreadableDocument | None:
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        read = read_file(data, name=f"file{ending}", limits=limits)
    except UnreadableDocument as error:
        refused: UnreadableDocument | None = error
    else:
        refused = None
        assert not any("root:" in parsed.file.text for parsed in read)
    assert time.monotonic() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < GROWTH
    return refused


# Of a kind nobody reads here; all others are of one that is read, and broken.
UNSUPPORTED = {
    "a workbook named docx", "an old document named docx", "an HTML page of noise", "text with NUL in it", "a program",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_TO_READING)
def test_a_hostile_file_is_one_clear_error_to_whoever_reads_it(name: str) -> None:
    ending, made = HOSTILE_TO_READING[name]

    refused = attempt_to_read(ending, made())

    assert refused is not None
    assert refused.code == ("unsupported-document" if name in UNSUPPORTED else "unreadable-document")
    assert str(refused).endswith(".")
    assert "Ruiz" not in str(refused)


@pytest.mark.parametrize("name", STRANGE_TO_READ)
def test_a_strange_file_that_is_read_comes_to_an_end(name: str) -> None:
    ending, made = STRANGE_TO_READ[name]

    attempt_to_read(ending, made())


def test_a_page_of_nothing_takes_its_own_memory_and_no_more() -> None:
    refused = attempt_to_read(".html", b"<p>x" * 2_000_000, Limits(memory=150_000_000))

    assert refused is not None
    assert "more" in str(refused)
