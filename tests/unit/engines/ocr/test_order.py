"""The order in which stretches of text are read: lines, cells of a table, columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.media_contracts import Line
from epicrisis.engines.ocr.order import in_reading_order


def stretch(text: str, left: float, top: float, *, width: float = 0.0, height: float = 20.0) -> Line:
    return Line(text, left, top, left + (width or 10.0 * len(text)), top + height, 1.0)


def texts(*found: Line) -> list[str]:
    return [line.text for line in in_reading_order(found)]


def test_the_two_halves_of_a_line_are_one_line_whichever_was_found_first() -> None:
    assert texts(stretch("denies fever.", 120, 3), stretch("The patient", 0, 0), stretch("No cough.", 0, 30)) == [
        "The patient denies fever.",
        "No cough.",
    ]


def test_a_line_has_the_box_around_its_stretches_and_the_score_of_its_letters() -> None:
    found = [Line("No", 0, 2, 20, 22, 0.5), Line("fever..", 25, 0, 95, 20, 0.95)]

    [line] = in_reading_order(found)

    assert (line.left, line.top, line.right, line.bottom) == (0, 0, 95, 22)
    assert round(line.score, 2) == 0.85


def test_a_table_is_read_row_by_row_with_its_cells_apart() -> None:
    rows = [("Sodium", "131", "mmol/L"), ("Potassium", "5.4", "mmol/L"), ("Glucose", "96", "mg/dL")]
    found = [
        stretch(cell, left, 40 * number)
        for left, column in zip((0, 300, 420), zip(*rows, strict=True), strict=True)
        for number, cell in enumerate(column)
    ]

    assert texts(*found) == [
        "Sodium  131  mmol/L",
        "Potassium  5.4  mmol/L",
        "Glucose  96  mg/dL",
    ]


def test_a_table_whose_last_column_is_prose_is_still_a_table() -> None:
    drugs = ["Aspirin", "Metformin", "Lisinopril", "Insulin", "Furosemide"]
    said = "take one by mouth every morning"
    found = [stretch(drug, 0, 30 * at) for at, drug in enumerate(drugs)]
    found += [stretch(said, 250, 30 * at) for at in range(5)]

    assert texts(*found) == [f"{drug}  {said}" for drug in drugs]


def columns(lines: int, *, shift: float = 0.0) -> list[Line]:
    left = [stretch(f"left column, line number {at} of it", 0, 30 * at) for at in range(lines)]
    right = [stretch(f"right column, line number {at} of it", 400, 30 * at + shift) for at in range(lines)]
    return [each for pair in zip(left, right, strict=True) for each in pair]


def test_two_columns_are_read_one_after_the_other() -> None:
    read = texts(*columns(6))

    assert read == sorted(read)
    assert len(read) == 12


def test_columns_whose_lines_do_not_meet_are_read_one_after_the_other_too() -> None:
    read = texts(*columns(6, shift=15))

    assert read == sorted(read)
    assert len(read) == 12


def test_what_stands_across_above_and_below_the_columns_is_read_before_and_after_them() -> None:
    above = stretch("A heading that runs across both of the columns of this page", 0, -60, width=700)
    below = stretch("A closing line that runs across both of the columns of it", 0, 300, width=700)

    read = texts(*columns(6), below, above)

    assert (read[0], read[-1]) == (above.text, below.text)
    assert read[1:-1] == sorted(read[1:-1])


def test_three_columns_are_read_one_after_the_other() -> None:
    third = [stretch(f"third column, line number {at} of it", 800, 30 * at) for at in range(6)]

    read = texts(*columns(6), *third)

    assert read == sorted(read)


def test_lines_that_still_fall_a_little_stay_lines() -> None:
    found = [stretch(f"{line}.{part}", 200 * part, 30 * line + 4 * part) for line in range(5) for part in range(6)]

    read = texts(*found)

    assert read == ["  ".join(f"{line}.{part}" for part in range(6)) for line in range(5)]


def test_nothing_found_is_nothing_read() -> None:
    assert in_reading_order([]) == []


BOXES = st.builds(
    lambda left, top, width, height: Line("x", left, top, left + width, top + height, 1.0),
    *(st.integers(0, 1000), st.integers(0, 1400), st.integers(1, 900), st.integers(1, 80)),
)


@given(st.lists(BOXES, max_size=40))
def test_whatever_was_found_is_read_once_and_within_its_line(found: list[Line]) -> None:
    read = in_reading_order(found)

    assert sum(line.text.count("x") for line in read) == len(found)
    for each in found:
        assert any(
            line.left <= each.left and line.top <= each.top and line.right >= each.right and line.bottom >= each.bottom
            for line in read
        )
