from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.pages import Box, Page, Placed, ReadFile
from epicrisis.domain.spans import Span
from epicrisis.formats.documents.merging import with_lines
from epicrisis.formats.documents.parsed import Parsed, Picture


@dataclass(frozen=True)
class Line:
    text: str
    top: float
    left: float = 100
    score: float = 0.99

    @property
    def right(self) -> float:
        return self.left + 10 * len(self.text)

    @property
    def bottom(self) -> float:
        return self.top + 40


def picture(page: int) -> Picture:
    return Picture(page, 1653, 2339, b"", 0.36)


def document(*pictures: int) -> Parsed:
    """Return a file of four pages, of which the first and the third have a word of text."""
    words = (Placed(Span(0, 5), Box(1, 1, 2, 3, 4)), Placed(Span(7, 12), Box(3, 1, 2, 3, 4)))
    pages = tuple(Page(number, 595, 842) for number in range(1, 5))
    return Parsed(ReadFile("First\n\nThird", "pdf", pages=pages, placed=words), tuple(map(picture, pictures)))


def test_what_was_read_stands_where_its_page_does() -> None:
    lines = {2: [Line("Denies fever.", 100), Line("No cough.", 150), Line("Plan", 300)], 4: [Line("Fourth", 100)]}

    file = with_lines(document(2, 4), lines, engine="seen", version="1")

    assert file.text == "First\n\nDenies fever.\nNo cough.\n\nPlan\n\nThird\n\nFourth"
    assert [file.text[each.span.start : each.span.end] for each in file.placed] == [
        "First", "Denies fever.", "No cough.", "Plan", "Third", "Fourth",
    ]  # fmt: skip
    assert [each.box.page for each in file.placed] == [1, 2, 2, 2, 3, 4]
    assert (file.scanned, file.warnings) == ((2, 4), ())
    assert (file.engine, file.version) == ("seen", "1")


def test_boxes_of_lines_are_in_units_of_the_page() -> None:
    file = with_lines(document(2), {2: [Line("Fever", 100, score=0.95)]}, engine="seen", version="1")

    assert file.placed[1].box == Box(2, 36.0, 36.0, 54.0, 50.4)
    assert file.placed[1].score == 0.95


def test_a_picture_that_nobody_read_is_said_to_be_one() -> None:
    file = with_lines(document(2), {}, engine="seen", version="1")

    assert file.text == "First\n\nThird"
    assert file.scanned == ()
    assert file.engine == ""
    assert file.warnings == ("Page 2 is a picture and was not read; an engine for OCR reads it.",)


def test_doubts_are_told_by_page_and_number_and_without_a_word() -> None:
    lines = {2: [Line("Ana Ruiz", 100, score=0.5), Line("Fever", 150)], 4: []}

    file = with_lines(document(2, 4), lines, engine="seen", version="1")

    assert file.warnings == (
        "Page 2: 1 of 2 lines were hard to read; look at them.",
        "Page 4 is a picture in which no text was found; look at it.",
    )


def test_a_file_without_pictures_is_what_it_was() -> None:
    parsed = document()

    assert with_lines(parsed, {}, engine="seen", version="1") is parsed.file
