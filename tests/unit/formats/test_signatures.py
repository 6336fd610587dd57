from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from epicrisis.formats.signatures import Signature, is_word, signature_of
from tests.office import docx, zipped


@pytest.mark.parametrize(
    ("data", "signature"),
    [
        pytest.param(b"\n junk %PDF-1.4", Signature.PDF, id="a PDF behind a few bytes"),
        pytest.param(b" " * 2_000 + b"%PDF-1.4", None, id="a text that speaks of PDF"),
        pytest.param(b"PARE" + bytes(8), Signature.SEALED_PARQUET, id="sealed parquet"),
        pytest.param(b"PARESIS of the left arm", None, id="a word"),
        pytest.param(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", Signature.BMP, id="bmp"),
        pytest.param(b"BMI 24.5 kg/m2", None, id="a measure"),
        pytest.param(b"PK\x05\x06" + bytes(18), Signature.ZIP, id="an empty archive"),
        pytest.param(b"PKU: negative", None, id="a test"),
        pytest.param(bytes(128) + b"DICM", Signature.DICOM, id="dicom"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_a_format_is_told_by_how_its_files_begin(data: bytes, signature: Signature | None) -> None:
    assert signature_of(data) is signature


def test_a_word_document_is_an_archive_that_holds_one() -> None:
    assert is_word(docx())
    assert not is_word(zipped({"note.txt": "Denies fever."}))


@pytest.mark.parametrize("inner", ["word", "pdf"])
def test_what_an_archive_holds_unpacked_is_not_what_it_is(inner: str) -> None:
    held = docx() if inner == "word" else b"%PDF-1.7 cut"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"a.{inner}", held)
        archive.writestr("b.txt", "Denies fever.")

    assert signature_of(packed.getvalue()) is Signature.ZIP
    assert not is_word(packed.getvalue())


def test_a_document_that_is_cut_off_still_shows_what_it_was() -> None:
    whole = docx()

    assert is_word(whole[: len(whole) // 2])
