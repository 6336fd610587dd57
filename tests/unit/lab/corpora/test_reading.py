"""Files from anywhere, packed or not, whole or broken."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from epicrisis_lab.corpora.reading import BadRow, load_rows
from epicrisis_lab.errors import UnreadableFile
from tests.unit.lab.files import pair, write

ROWS = [pair("p1", "No fever.", "fever", "ABSENT"), pair("p2", "Possible cough.", "cough", "POSSIBLE")]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_reads_plain_and_packed_files_from_anywhere(tmp_path: Path, name: str) -> None:
    reading = load_rows([write(tmp_path / name, ROWS)])

    assert [row.id for row in reading.rows] == ["p1", "p2"]
    assert reading.bad == ()


def test_a_packed_file_under_a_plain_name_is_read_all_the_same(tmp_path: Path) -> None:
    packed = write(tmp_path / "rows.jsonl.gz", ROWS)

    assert len(load_rows([packed.rename(tmp_path / "rows.jsonl")]).rows) == 2


def test_a_bad_row_is_reported_with_file_line_and_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", [ROWS[0], "", '{"id": "p9", ', {**ROWS[1], "end": 99}, "null", ROWS[1]])

    reading = load_rows([file])

    assert [row.id for row in reading.rows] == ["p1", "p2"]
    assert [(bad.file, bad.line) for bad in reading.bad] == [(str(file), 3), (str(file), 4), (str(file), 5)]
    assert "not JSON at column" in reading.bad[0].reason
    assert "offsets" in reading.bad[1].reason


def test_bytes_that_are_not_utf_8_spoil_one_line_only(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\xff\xfe\n" + json.dumps(ROWS[0]).encode())

    reading = load_rows([file])

    assert reading.bad == (BadRow(str(file), 1, "not UTF-8 at byte 0 of the line"),)
    assert len(reading.rows) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROWS[0]).encode())

    assert len(load_rows([file]).rows) == 1


def test_objects_nested_too_deep_are_one_bad_row(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", ["[" * 100_000, ROWS[0]])

    reading = load_rows([file])

    assert (len(reading.rows), [bad.line for bad in reading.bad]) == (1, [1])


def test_a_packed_file_cut_short_gives_what_came_before_the_cut(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl.gz", ROWS * 500)
    file.write_bytes(file.read_bytes()[:-40])

    reading = load_rows([file])

    assert 0 < len(reading.rows) < 1000
    assert "gzip stream" in reading.bad[-1].reason


def test_one_flipped_byte_inside_a_packed_file_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    data = bytearray(gzip.compress(("\n".join(json.dumps(row) for row in ROWS * 500)).encode()))
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)

    assert load_rows([file]).bad


def test_a_missing_file_is_refused_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nowhere\.jsonl: No such file or directory; name a \.jsonl"):
        load_rows([tmp_path / "nowhere.jsonl"])
