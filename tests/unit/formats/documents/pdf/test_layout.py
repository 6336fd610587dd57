from __future__ import annotations

from epicrisis.formats.documents.pdf.layout import Line, reading_order
from epicrisis.formats.documents.pdf.words import Word

HEIGHT, LETTER = 10.0, 5.0


def drawn(*lines: tuple[float, float, str]) -> list[Word]:
    """Return the words of lines that begin at left and top."""
    words: list[Word] = []
    for left, top, text in lines:
        for word in text.split():
            right = left + LETTER * len(word)
            words.append(Word(word, left, top, right, top + HEIGHT, len(words)))
            left = right + LETTER
    return words


def text_of(lines: list[Line]) -> str:
    text = ""
    for line in lines:
        text += ("\n\n" if line.apart else "\n") if text else ""
        text += "".join(between + word.text for between, word in line.pieces())
    return text


def column(left: float, name: str, *, lines: int = 6, top: float = 100) -> list[tuple[float, float, str]]:
    return [(left, top + 12 * number, f"{name}{number} denies fever today") for number in range(lines)]


def test_words_are_read_from_left_to_right_and_from_top_to_bottom() -> None:
    words = drawn((10, 30, "second line"), (10, 10, "first"), (42, 11, "one"))

    assert text_of(reading_order(words)) == "first one\nsecond line"


def test_two_columns_are_read_one_after_the_other() -> None:
    words = drawn((10, 80, "A heading that runs over both of the columns below"), *column(10, "a"), *column(160, "b"))

    lines = text_of(reading_order(words)).replace("\n\n", "\n").split("\n")

    assert [line.split()[0] for line in lines] == ["A", *(f"a{n}" for n in range(6)), *(f"b{n}" for n in range(6))]


def test_columns_that_do_not_stand_on_one_height_are_columns_too() -> None:
    words = drawn(*column(10, "a"), *column(160, "b", lines=5, top=106))

    lines = text_of(reading_order(words)).replace("\n\n", "\n").split("\n")

    assert [line.split()[0] for line in lines] == [*(f"a{n}" for n in range(6)), *(f"b{n}" for n in range(5))]


def test_three_columns_are_read_one_after_the_other() -> None:
    words = drawn(*column(10, "a"), *column(160, "b"), *column(310, "c"))

    lines = text_of(reading_order(words)).replace("\n\n", "\n").split("\n")

    assert [line[0] for line in lines] == [*"aaaaaa", *"bbbbbb", *"cccccc"]


def test_a_table_is_read_row_by_row_with_tabs() -> None:
    rows = [("Sodium", "138 mmol/L", "135 - 145"), ("Potassium", "4.1 mmol/L", "3.5 - 5.0")] * 3
    words = drawn(
        *((x, 12.0 * n, cell) for n, row in enumerate(rows) for x, cell in zip((10, 120, 240), row, strict=True))
    )

    assert text_of(reading_order(words)).split("\n") == ["\t".join(row) for row in rows]


def test_names_and_what_is_said_of_them_stay_together() -> None:
    words = drawn(
        *((10, 12.0 * n, "Lungs:") for n in range(6)), *((120, 12.0 * n, f"clear on both sides {n}") for n in range(6))
    )

    assert text_of(reading_order(words)).split("\n")[0] == "Lungs:\tclear on both sides 0"


def test_a_wide_gap_begins_a_paragraph_and_a_wide_pitch_alone_does_not() -> None:
    near = drawn(*((10, 12.0 * n + (12 if n > 2 else 0), "denies fever") for n in range(6)))
    wide = drawn(*((10, 24.0 * n, "denies fever") for n in range(6)))

    assert text_of(reading_order(near)).count("\n\n") == 1
    assert "\n\n" not in text_of(reading_order(wide))


def test_a_superscript_stays_on_its_line() -> None:
    words = [*drawn((10, 20, "weighs 80 kg/m")), Word("2", 80.5, 17, 83, 23, 3, spaced=False), *drawn((10, 40, "next"))]

    assert text_of(reading_order(words)) == "weighs 80 kg/m2\nnext"


def test_what_runs_up_the_side_comes_last() -> None:
    aside = [Word("COPY", 2, 300, 9, 330, 0, upright=False), Word("TWO", 2, 270, 9, 295, 1, upright=False)]

    assert text_of(reading_order([*aside, *drawn((10, 20, "Denies fever."))])) == "Denies fever.\n\nCOPY TWO"


def test_a_page_without_words_has_no_lines() -> None:
    assert reading_order([]) == []
