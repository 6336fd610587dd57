import sys
from collections.abc import Sequence

import pytest

from epicrisis.errors import InvalidInput, MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.redacting.asking import Options
from epicrisis.formats.redacting.opening import opened
from epicrisis.formats.redacting.sniffing import FileKind, ending_of, kind_of, likely_kind
from tests.asked import redacted
from tests.office import WHO, busy_docx, docx, paragraph, pdf, renamed, run, zipped


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        pytest.param(b"%PDF-1.4 ...", "note", FileKind.PDF, id="pdf"),
        pytest.param(b"PAR1...", "note", FileKind.PARQUET, id="parquet"),
        pytest.param(zipped({"word/document.xml": ""}), "note", FileKind.DOCX, id="docx"),
        pytest.param(b' \n{"a": 1}', "note", FileKind.JSON, id="json"),
        pytest.param(b"\xef\xbb\xbf[1]", "note", FileKind.JSON, id="json with a mark"),
        pytest.param(b"a,b", "note.csv", FileKind.CSV, id="csv"),
        pytest.param(b"[1] first finding", "note.txt", FileKind.TEXT, id="text that begins like JSON"),
        pytest.param("año".encode("utf-16"), "note", FileKind.TEXT, id="text"),
    ],
)
def test_the_bytes_tell_what_a_file_is(data: bytes, name: str, kind: FileKind) -> None:
    assert kind_of(data, kind=None, name=name) is kind


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        pytest.param(b"%PDF-1.4", "note.docx", "said to be docx, and holds pdf", id="a PDF named docx"),
        pytest.param(
            zipped({"word/document.xml": ""}), "note.pdf", "said to be pdf, and holds docx", id="a docx named PDF"
        ),
        pytest.param(b"just words", "note.pdf", "said to be pdf, and holds text", id="text named PDF"),
        pytest.param(zipped({"xl/workbook.xml": ""}), "a.xlsx", "a sheet as CSV", id="a workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "a.docx", "without one", id="old, or with a password"),
        pytest.param(b"{\\rtf1 }", "a.rtf", "save it as .docx", id="rtf"),
        pytest.param(b"\x89PNG\r\n", "a.png", "OCR", id="a picture"),
        pytest.param(b"\x1f\x8b\x08", "a.gz", "unpack it", id="gzip"),
        pytest.param(b"\0" * 128 + b"DICM", "a.dcm", "DICOM", id="dicom"),
        pytest.param(b"\1\0\2", "a", "not read here", id="anything else"),
        pytest.param(b"", "a.txt", "empty", id="nothing"),
    ],
)
def test_what_is_not_read_is_said_with_what_to_do(data: bytes, name: str, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        kind_of(data, kind=None, name=name)


@pytest.mark.parametrize(
    ("beginning", "name", "kind", "ending"),
    [
        pytest.param(b"%PDF-1.4", "scan", FileKind.PDF, ".pdf", id="a PDF without an ending"),
        pytest.param(b"\n%PDF-1.4", "note.txt", FileKind.PDF, ".pdf", id="a PDF named text"),
        pytest.param(b"PK\x03\x04", "a.DOCX", FileKind.DOCX, ".docx", id="docx"),
        pytest.param(b"PAR1", "a.parquet", FileKind.PARQUET, ".parquet", id="parquet"),
        pytest.param(b"a\tb", "a.TSV", FileKind.CSV, ".tsv", id="tabs"),
        pytest.param(b"{}", "a.ndjson", FileKind.JSON, ".ndjson", id="lines"),
        pytest.param(b"[1] first finding", "note", FileKind.TEXT, ".txt", id="a note"),
        pytest.param(b"", "", FileKind.TEXT, ".txt", id="nothing"),
    ],
)
def test_a_look_says_what_a_file_is_likely_to_be(beginning: bytes, name: str, kind: FileKind, ending: str) -> None:
    assert likely_kind(beginning, name=name) is kind
    assert ending_of(kind, name=name) == ending


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="'fhir', 'csv'"):
        kind_of(b"x", kind="xml", name="x")


def test_a_file_goes_through_its_own_process_and_comes_back() -> None:
    new = redacted(docx(paragraph(run(f"Seen: {WHO}"))), name="note.docx", redacts=renamed)

    assert kind_of(new, kind="docx", name="") is FileKind.DOCX


def test_what_stands_in_a_file_twice_is_asked_once_and_answered_alike() -> None:
    asked: list[str] = []

    def once(texts: Sequence[str]) -> list[str]:
        asked.extend(texts)
        return [f"{len(asked)}" for _ in texts]

    new = redacted(b"a,a\nb,a\n", name="x.csv", redacts=once)

    assert asked == ["a", "b"]
    assert new == b"2,2\n2,2\n"


def test_where_the_answers_fail_nothing_is_written() -> None:
    def failing(texts: Sequence[str]) -> list[str]:
        raise UnreadableDocument("Too long.")

    with pytest.raises(UnreadableDocument, match=r"Too long\."):
        redacted(busy_docx(), name="note.docx", redacts=failing)


@pytest.mark.parametrize(
    "limits", [pytest.param(Limits(seconds=0), id="no time"), pytest.param(Limits(memory=1), id="no memory")]
)
def test_a_file_that_takes_too_much_is_one_error(limits: Limits) -> None:
    with pytest.raises(UnreadableDocument, match="takes more"):
        redacted(pdf("Text. " * 20), name="x.pdf", redacts=renamed, options=Options(limits=limits))


def test_a_file_over_the_size_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(UnreadableDocument, match="up to 10 bytes are read"):
        redacted(b"x" * 11, name="x", redacts=renamed, options=Options(limits=Limits(file_bytes=10)))


@pytest.mark.parametrize(
    ("kind", "module", "data"),
    [(FileKind.DOCX, "lxml", docx()), (FileKind.PDF, "pypdfium2", b""), (FileKind.PARQUET, "pyarrow", b"")],
)
def test_a_missing_library_names_the_command_that_installs_it(
    kind: FileKind, module: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingDependency, match=r"epicrisis\[documents\]"):
        opened(kind, data, Options())
