from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.pdf.document import read
from tests.office import busy_pdf, pdf

for library in ("pypdfium2", "reportlab", "PIL"):
    pytest.importorskip(library, reason="files need the documents extra")

NOTE = "Patient denies chest pain.\nTakes metoprolol 25 mg, twice a day."


def parsed(data: bytes, limits: Limits | None = None) -> Parsed:
    [only] = read(data, limits or Limits())
    return only


def turned(data: bytes, degrees: int) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for page in PdfReader(BytesIO(data)).pages:
        writer.add_page(page.rotate(degrees))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def scan(text: str = "") -> Callable[[Any], None]:
    """Draw a page that is a picture, with ``text`` stamped on it."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def draw(canvas: Any) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (400, 560), 200)), 0, 0, width=595, height=842)
        canvas.drawString(60, 780, text)

    return draw


def test_every_box_is_that_of_the_word_it_is_said_to_be() -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    drawn: list[tuple[str, float, float, float]] = []

    def page(canvas: Any) -> None:
        for number, line in enumerate(NOTE.splitlines()):
            x, y = 60.0, 780.0 - 16 * number
            canvas.drawString(x, y, line)
            for word in line.split():
                width = stringWidth(word, "Helvetica", 12)
                drawn.append((word, x, x + width, 842 - y))
                x += width + stringWidth(" ", "Helvetica", 12)

    file = parsed(pdf(page, page)).file

    assert file.text == f"{NOTE}\n\n{NOTE}"
    assert [file.text[each.span.start : each.span.end] for each in file.placed] == [word for word, *_ in drawn]
    for each, (_, left, right, base) in zip(file.placed, drawn, strict=True):
        assert each.box.left == pytest.approx(left, abs=0.5)
        assert each.box.right == pytest.approx(right, abs=0.5)
        assert each.box.top < base - 8 < base < each.box.bottom
    assert [each.box.page for each in file.placed] == [1] * 11 + [2] * 11
    assert [(page.number, page.width, page.height) for page in file.pages] == [(1, 595, 842), (2, 595, 842)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_and_measured_as_it_is_seen(degrees: int) -> None:
    def sideways(canvas: Any) -> None:
        canvas.translate(297.5, 421)
        canvas.rotate(degrees)
        canvas.drawString(-100, 10, "Denies fever.")
        canvas.drawString(-100, -10, "No cough.")

    file = parsed(turned(pdf(sideways), degrees)).file

    assert file.text == "Denies fever.\nNo cough."
    width, height = (842, 595) if degrees in (90, 270) else (595, 842)
    assert (file.pages[0].width, file.pages[0].height) == (width, height)
    assert file.placed[0].box.left == pytest.approx(width / 2 - 100, abs=1)
    assert file.placed[0].box.top < height / 2 - 10 < file.placed[0].box.bottom


def test_two_columns_are_read_one_after_the_other_and_a_table_is_not() -> None:
    def page(canvas: Any) -> None:
        for number in range(8):
            # As programs write: line by line over both columns.
            canvas.drawString(60, 780 - 14 * number, f"L{number} the patient denies having any fever")
            canvas.drawString(320, 780 - 14 * number, f"R{number} the lungs are clear on both sides")
        for number in range(5):
            for x, cell in ((60, f"Sodium{number}"), (220, "138"), (320, "mmol/L")):
                canvas.drawString(x, 600 - 14 * number, cell)

    lines = parsed(pdf(page)).file.text.replace("\n\n", "\n").split("\n")

    assert [line[:2] for line in lines[:16]] == [f"{side}{n}" for side in "LR" for n in range(8)]
    assert lines[16:] == [f"Sodium{n}\t138\tmmol/L" for n in range(5)]


def test_a_word_that_is_cut_at_the_end_of_a_line_is_one() -> None:
    assert parsed(pdf("The pneumo-\nthorax is gone, or so it seems to all.")).file.text.startswith(
        "The pneumothorax is gone"
    )


def test_what_is_filled_in_is_read_and_what_nobody_sees_is_not() -> None:
    text = parsed(busy_pdf()).file.text

    assert text.count("Ana Ruiz Prueba") == 3  # in a sentence, beside its name, in a field
    assert "alert" not in text


def test_words_beside_the_page_are_not_on_it() -> None:
    def page(canvas: Any) -> None:
        canvas.drawString(60, 700, "Denies fever, cough, and pain in the chest.")
        canvas.drawString(900, 700, "outside")

    assert "outside" not in parsed(pdf(page)).file.text


def test_a_page_without_text_becomes_a_picture_of_200_dots_to_the_inch() -> None:
    both = parsed(pdf(NOTE, scan("Copy 1"), "Third page, with words of its own."))

    [picture] = both.pictures
    assert (picture.page, picture.width, picture.height) == (2, 1653, 2339)
    assert len(picture.grey) == picture.width * picture.height
    assert picture.scale == pytest.approx(72 / 200)
    # The picture shows the stamp, and the text does not say it twice.
    assert "Copy" not in both.file.text
    assert both.file.text.endswith("Third page, with words of its own.")
    assert picture.grey[picture.width * 2000 + 800] == 200


def test_an_empty_page_is_neither_text_nor_picture() -> None:
    empty = parsed(pdf(lambda canvas: None))

    assert (empty.file.text, empty.pictures, len(empty.file.pages)) == ("", (), 1)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        pytest.param(Limits(pages=1), "up to 1 are read", id="pages"),
        pytest.param(Limits(letters=10), "more letters", id="letters"),
        pytest.param(Limits(scans=1_000_000), "Page 2 is a picture", id="scans"),
    ],
)
def test_a_pdf_over_the_limits_is_refused(limits: Limits, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        parsed(pdf(NOTE, scan()), limits)


def test_a_password_is_said_to_be_one() -> None:
    with pytest.raises(UnreadableDocument, match="password"):
        parsed(pdf(NOTE, encrypt="secret"))
