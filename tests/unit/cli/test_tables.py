from __future__ import annotations

import io

import pytest

from epicrisis.cli.rows import BATCH_ROWS, BadRow, RawRow
from epicrisis.cli.tables import table_batches
from epicrisis.errors import InvalidRow

HEADER = "id,age,sex,symptoms,conditions,text\n"


def rows(content: str | bytes, *, max_chars: int = 1000) -> list[RawRow | BadRow]:
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    return [row for batch in table_batches(stream, max_chars) for row in batch]


def test_a_row_has_the_fields_of_a_row_of_json() -> None:
    [row] = rows(HEADER + 'a,65,male,chest pain; no fever ;,"hypertension","Seen, ""again""."\n')

    assert row == RawRow(
        2, "a",
        {
            "age": "65", "sex": "MALE", "symptoms": ["chest pain", "no fever"], "conditions": ["hypertension"],
            "text": 'Seen, "again".',
        },
    )  # fmt: skip


def test_empty_cells_are_not_told_and_the_line_stands_for_an_id() -> None:
    found = rows("\ufeff Symptoms ,Age,ID\ncough,,\n\n,,\nfever\n")

    assert found == [RawRow(2, "2", {"symptoms": ["cough"]}), RawRow(5, "5", {"symptoms": ["fever"]})]


def test_a_cell_may_have_lines() -> None:
    found = rows('text,id\n"Fever.\nCough.",a\nPain.,b\n')

    assert [(row.line, row.id) for row in found if isinstance(row, RawRow)] == [(2, "a"), (4, "b")]


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("c,30,male,cough,,x,y\n", "Line 3 has more cells"),
        ('c,30,male,"cough"s,,\n', "Line 3 is no row"),
        (b"c,30,male,Mu\xf1oz,,\n", "Line 3 is not UTF-8"),
    ],
)
def test_one_bad_row_fails_alone(broken: str | bytes, line: str) -> None:
    middle = broken if isinstance(broken, bytes) else broken.encode()

    first, bad, last = rows(f"{HEADER}a,,,cough,,\n".encode() + middle + b"b,,,fever,,\n")

    assert isinstance(bad, BadRow)
    assert bad.failure.message.startswith(line)
    assert [row.id for row in (first, last) if isinstance(row, RawRow)] == ["a", "b"]


def test_a_quote_left_open_says_what_it_swallowed() -> None:
    *good, bad = rows(HEADER + 'a,,,cough,,\nb,,,"fever\nc,,,pain,,\n')

    assert [row.id for row in good if isinstance(row, RawRow)] == ["a"]
    assert isinstance(bad, BadRow)
    assert "from line 3 to 4" in bad.failure.message


@pytest.mark.parametrize(
    "header",
    ["Ana Ruiz Prueba,cough\n", "id;age;symptoms\n", "id,age\n", "symptoms,symptoms\n", "", '"id'],
    ids=["none", "semicolons", "nothing told", "twice", "empty", "open quote"],
)
def test_what_is_no_header_is_refused_and_not_repeated(header: str) -> None:
    with pytest.raises(InvalidRow, match="The first line of a CSV") as refused:
        rows(header + "a,65,cough\n")

    assert "Ruiz" not in str(refused.value)


def test_many_rows_come_in_batches_and_the_stream_is_left_open() -> None:
    stream = io.BytesIO(("symptoms\n" + "cough\n" * (BATCH_ROWS + 1)).encode())

    sizes = [len(batch) for batch in table_batches(stream, 1000)]

    assert sizes == [BATCH_ROWS, 1]
    assert not stream.closed
