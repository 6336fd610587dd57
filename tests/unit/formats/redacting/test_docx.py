import zipfile
from collections.abc import Sequence
from io import BytesIO

import pytest

from epicrisis.errors import InvalidInput, UnprovenRedaction
from epicrisis.formats.redacting.asking import Options
from epicrisis.formats.redacting.word.document import Docx, texts
from tests.office import WHO, busy_docx, docx, paragraph, renamed, run

pytest.importorskip("lxml", reason="DOCX needs the documents extra")


def rewritten(data: bytes) -> bytes:
    file = Docx(data, Options())
    return file.written(renamed([question.text for question in file.questions]))


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def redacted_docx() -> bytes:
    return rewritten(busy_docx())


def test_nobody_is_named_in_any_part(redacted_docx: bytes) -> None:
    for name, part in entries(redacted_docx).items():
        for trace in ("Ana", "Ruiz", "Prueba", "ruiz", "00AB12CD", "77777777", "2020-02-03"):
            assert trace not in part.decode("latin-1"), (name, trace)


def test_comments_properties_macros_and_attachments_are_gone(redacted_docx: bytes) -> None:
    assert sorted(entries(redacted_docx)) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/footer1.xml",
        "word/footnotes.xml",
        "word/header1.xml",
        "word/media/picture.png",
        "word/settings.xml",
    ]


def test_the_picture_that_stands_for_all_others_is_one(redacted_docx: bytes) -> None:
    image = pytest.importorskip("PIL.Image", reason="pictures come with the documents extra")

    with image.open(BytesIO(entries(redacted_docx)["word/media/picture.png"])) as picture:
        picture.load()
        assert picture.size == (1, 1)


def test_text_around_the_body_is_read_too(redacted_docx: bytes) -> None:
    words = "\n".join(texts(redacted_docx))

    for sentence in ("Box of [NAME]", "Header of [NAME]", "Note by [NAME]", "filled in", "letter"):
        assert sentence in words
    assert b'string="Copy for [NAME]"' in entries(redacted_docx)["word/footer1.xml"]


def test_tracked_changes_are_as_accepted(redacted_docx: bytes) -> None:
    document = entries(redacted_docx)["word/document.xml"]

    assert b"Inserted for [NAME]. " in document
    for gone in (b"<w:ins ", b"<w:del", b"delText", b"Gone row"):
        assert gone not in document


def test_a_page_number_still_counts_and_other_fields_are_their_result(redacted_docx: bytes) -> None:
    document = entries(redacted_docx)["word/document.xml"]

    assert document.count(b"<w:instrText") == 1
    assert b"<w:instrText> PAGE </w:instrText>" in document
    assert b">written<" in document


def test_a_name_cut_by_its_looks_is_one_name_and_the_rest_keeps_its_looks() -> None:
    body = paragraph(run("Seen: "), run("Ana", "<w:b/>"), run(" Ruiz Prueba", "<w:i/>"), run(" with asthma.", "<w:u/>"))

    document = entries(rewritten(docx(body)))["word/document.xml"].decode()

    assert '<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">[NAME]</w:t>' in document
    assert '<w:rPr><w:u/></w:rPr><w:t xml:space="preserve"> with asthma.</w:t>' in document


def test_the_text_asked_about_has_the_lines_and_cells_a_reader_sees() -> None:
    cell = "<w:tc>{}</w:tc>".format
    body = paragraph(run("One"), "<w:r><w:br/></w:r>", run("two")) + (
        f"<w:tbl><w:tr>{cell(paragraph(run('Name')))}{cell(paragraph(run(WHO)))}</w:tr></w:tbl>"
    )

    [question] = Docx(docx(body), Options()).questions

    assert question.text == f"One\ntwo\nName\t{WHO}\t\n"


def test_the_same_document_gives_the_same_bytes() -> None:
    assert rewritten(busy_docx()) == rewritten(busy_docx())


def test_a_word_document_takes_no_rules() -> None:
    with pytest.raises(InvalidInput, match="neither"):
        Docx(docx(), Options(rules={"a": "keep"}))


def test_a_file_that_still_names_somebody_is_never_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Docx(docx(paragraph(run(f"Seen: {WHO}"))), Options())
    stale = file._package.written()

    def unchanged() -> bytes:
        return stale

    monkeypatch.setattr(file._package, "written", unchanged)

    with pytest.raises(UnprovenRedaction):
        file.written(renamed([question.text for question in file.questions]))


def test_the_pieces_stay_in_place_when_answers_are_the_same() -> None:
    def same(questions: Sequence[str]) -> list[str]:
        return list(questions)

    file = Docx(busy_docx(), Options())
    new = file.written(same([question.text for question in file.questions]))

    assert f"Header of {WHO}" in "\n".join(texts(new))
