from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.cli import rows
from epicrisis.cli.rows import BATCH_ROWS, BadRow, Row, batches
from epicrisis.domain.spans import Span


def read(data: bytes, max_chars: int = 1000) -> list[Row | BadRow]:
    return [row for batch in batches(io.BytesIO(data), max_chars) for row in batch]


def test_reads_objects_and_plain_lines_and_numbers_what_has_no_id() -> None:
    lines = [b'{"id": "a", "text": "Denies fever.", "language": "en"}', b"No cough.\r", b"", b' {"text": "Gout."}']

    assert read(b"\n".join([*lines, b'{"id": 7, "text": "x"}'])) == [
        Row(1, "a", "Denies fever.", "en"),
        Row(2, "2", "No cough."),
        Row(4, "4", "Gout."),
        Row(5, "7", "x"),
    ]


def test_reads_targets() -> None:
    [row] = read(b'{"text": "No fever.", "targets": [{"start": 3, "end": 8}]}')

    assert isinstance(row, Row)
    assert row.targets == (Span(3, 8),)


NO_TEXT = "Line 2 has no text; send a string in the field 'text'."
NO_ID = "Line 2: the id is neither a string nor a whole number."
NO_TARGETS = 'Line 2: the targets are not a list of {"start", "end"} objects.'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"text": "x"', "Line 2 is not JSON from column 13 on."),
        (b'{"id": "r"}', NO_TEXT),
        (b'{"id": "r", "text": 5}', NO_TEXT),
        (b'{"id": ["r"], "text": "x"}', NO_ID),
        (b'{"id": true, "text": "x"}', NO_ID),
        (b'{"id": "\\ud800", "text": "x"}', "Line 2: the id has a lone surrogate, which no file can hold."),
        (b'{"text": "", "language": 5}', "Line 2: the language is not a string; send a code like 'en', or none."),
        (b'{"text": "x", "targets": 5}', NO_TARGETS),
        (b'{"text": "x", "targets": [{"start": "0", "end": 1}]}', NO_TARGETS),
        (b"\xff\xfe\xfd", "Line 2 is not UTF-8 (byte 0); convert the file first."),
        (b'{"a":' * 3000, "Line 2 nests too deeply; send an object with a text."),
    ],
)
def test_tells_what_is_wrong_with_a_row_and_reads_on(line: bytes, message: str) -> None:
    before, bad, after = read(b"No cough.\n" + line + b"\nNo fever.\n")

    assert before == Row(1, "1", "No cough.")
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.failure.code, bad.failure.message) == (2, "invalid-row", message)
    assert after == Row(3, "3", "No fever.")


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"[" * 100_000, "text-too-long"), (b'{"text": "x", "targets": [{"start": 2, "end": 1}]}', "invalid-span")],
)
def test_tells_with_its_own_code_what_has_one(line: bytes, code: str) -> None:
    [bad] = read(line)

    assert isinstance(bad, BadRow)
    assert bad.failure.code == code


def test_a_row_that_fails_keeps_its_id_where_it_has_one() -> None:
    [bad] = read(b'{"id": "visit-1"}')

    assert isinstance(bad, BadRow)
    assert bad.failure.id == "visit-1"


def test_forgets_the_byte_order_mark_of_the_first_line() -> None:
    assert read("\ufeffNo cough.\n".encode()) == [Row(1, "1", "No cough.")]


def test_never_holds_more_of_an_endless_line_than_a_row_can_be() -> None:
    class Endless(io.RawIOBase):
        """A gigabyte without a line break, then a good row."""

        left = 1 << 30

        def read1(self, size: int) -> bytes:
            if self.left <= 0:
                self.left, done = -1, self.left
                return b"\nNo fever.\n" if done == 0 else b""
            self.left -= size
            return bytes(size)

    found = [row for batch in batches(Endless(), 1000) for row in batch]  # type: ignore[arg-type]

    assert [type(row) for row in found] == [BadRow, Row]


def test_batches_are_full_where_all_rows_are_there() -> None:
    data = b"No cough.\n" * (2 * BATCH_ROWS + 1)

    assert [len(batch) for batch in batches(io.BytesIO(data), 1000)] == [BATCH_ROWS, BATCH_ROWS, 1]


def test_batches_of_long_rows_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH_BYTES", 20)

    assert [len(batch) for batch in batches(io.BytesIO(b"0123456789\n" * 5), 1000)] == [2, 2, 1]


@given(st.lists(st.text(max_size=20)))
def test_every_row_comes_back_once_and_in_order(texts: list[str]) -> None:
    sound = [text for text in texts if text.encode("utf-8", "ignore").decode() == text]
    data = "".join(json.dumps({"text": text}) + "\n" for text in sound).encode()

    assert [row.text for row in read(data) if isinstance(row, Row)] == sound


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_reading(data: bytes) -> None:
    numbers = [row.line for row in read(data)]

    assert numbers == sorted(set(numbers))
