from io import BytesIO

import pytest

from epicrisis.errors import InvalidInput, UnprovenRedaction, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.redacting.asking import Options
from epicrisis.formats.redacting.pdf.document import Pdf, extracted
from epicrisis.formats.redacting.proving import prove
from tests.office import WHO, busy_pdf, pdf, renamed

pytest.importorskip("pypdfium2", reason="PDF needs the documents extra")
pytest.importorskip("reportlab", reason="PDF needs the documents extra")
pypdf = pytest.importorskip("pypdf", reason="PDF needs the documents extra")


def rewritten(data: bytes) -> bytes:
    file = Pdf(data, Options())
    return file.written(renamed([question.text for question in file.questions]))


@pytest.fixture(scope="module")
def redacted_pdf() -> bytes:
    return rewritten(busy_pdf())


def test_the_words_stay_and_the_person_goes(redacted_pdf: bytes) -> None:
    first, second = extracted(redacted_pdf)

    assert "Patient: [NAME], seen for asthma." in first
    assert first.count("[NAME]") >= 3  # in the sentence, in the table, in the form
    assert second.strip() == "Second page, nobody named."


def test_nothing_but_pages_is_left(redacted_pdf: bytes) -> None:
    reader = pypdf.PdfReader(BytesIO(redacted_pdf))

    assert set(reader.root_object) == {"/Type", "/Pages", "/PageMode"}
    assert all("/Annots" not in page for page in reader.pages)
    assert reader.metadata.author in (None, "")
    assert reader.metadata.title in (None, "")
    for number in range(1, len(reader.xref[0]) + 1):
        written = reader.get_object(number)
        content = written.get_data() if hasattr(written, "get_data") else repr(written).encode()
        assert b"Ruiz" not in content
        assert b"ruiz" not in content


def test_words_stand_where_they_stood() -> None:
    def table(canvas: object) -> None:
        canvas.setFont("Times-Bold", 14)  # type: ignore[attr-defined]
        canvas.drawString(300, 500, "far right")  # type: ignore[attr-defined]
        canvas.rotate(90)  # type: ignore[attr-defined]
        canvas.drawString(100, -40, "on its side")  # type: ignore[attr-defined]

    [old], [new] = Pdf(pdf(table), Options())._pages, Pdf(rewritten(pdf(table)), Options())._pages

    assert old.text == new.text
    for before, after in zip(old.stretches, new.stretches, strict=True):
        assert (after.x, after.y, after.angle) == pytest.approx((before.x, before.y, before.angle), abs=0.5)
        assert after.width == pytest.approx(before.width, abs=1.5)
        assert after.look == before.look


def test_greek_letters_and_signs_of_measure_are_drawn() -> None:
    assert "β ≥ 3 µg ñ" in Pdf(rewritten(pdf("β ≥ 3 µg ñ with some more words")), Options()).questions[0].text


def test_a_name_over_two_lines_goes_from_both() -> None:
    def over(texts: list[str]) -> list[str]:
        return [text.replace("Ana\nRuiz", "[NAME]") for text in texts]

    file = Pdf(pdf("Seen today with Ana\nRuiz, who coughs."), Options())
    new = extracted(file.written(over([question.text for question in file.questions])))

    assert [" ".join(page.split()) for page in new] == ["Seen today with [NAME] , who coughs."]


def test_a_file_that_still_extracts_a_name_is_refused() -> None:
    with pytest.raises(UnprovenRedaction):
        prove([WHO], allowed=["Patient [NAME]"], found=extracted(pdf(f"Patient {WHO}", title="")))


def test_a_file_with_more_than_pages_of_text_is_refused() -> None:
    with pytest.raises(UnprovenRedaction):
        extracted(busy_pdf())


def scan(canvas: object) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)  # type: ignore[attr-defined]


def stamped_scan(canvas: object) -> None:
    scan(canvas)
    canvas.drawString(60, 20, "page 1 of 1")  # type: ignore[attr-defined]


def lines_only(canvas: object) -> None:
    canvas.rect(10, 10, 100, 100)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", [scan, stamped_scan, lines_only])
def test_a_page_without_a_text_layer_asks_for_ocr(page: object) -> None:
    with pytest.raises(UnreadableDocument, match=r"Page 2 .*OCR"):
        Pdf(pdf("A page of text.", page), Options())  # type: ignore[arg-type]


def test_an_empty_page_stays_empty() -> None:
    assert len(extracted(rewritten(pdf("A page of text.", "")))) == 2


def test_letters_without_a_meaning_are_not_guessed() -> None:
    with pytest.raises(UnreadableDocument, match="script"):
        rewritten(pdf_of_another_script())


def pdf_of_another_script() -> bytes:
    def chinese(canvas: object) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        canvas.setFont("STSong-Light", 12)  # type: ignore[attr-defined]
        canvas.drawString(60, 700, "病人咳嗽三天")  # type: ignore[attr-defined]

    return pdf(chinese)


def test_a_password_is_asked_to_be_taken_off() -> None:
    with pytest.raises(UnreadableDocument, match="without one"):
        Pdf(pdf("Text.", encrypt="secret"), Options())


def test_too_many_pages_and_cut_files_are_refused() -> None:
    whole = pdf("One.", "Two.", "Three.")

    with pytest.raises(UnreadableDocument, match="3 pages; up to 2"):
        Pdf(whole, Options(limits=Limits(pages=2)))
    with pytest.raises(UnreadableDocument):
        Pdf(whole[:80], Options())


def test_a_pdf_takes_no_rules() -> None:
    with pytest.raises(InvalidInput, match="neither"):
        Pdf(pdf("Text."), Options(rules={"a": "keep"}))
