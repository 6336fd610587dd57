"""The benchmark of patients: which Bundle it takes, when a stream has begun, and what its page says."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from http.client import HTTPResponse
from pathlib import Path
from typing import cast

import pytest
from benchmarks.patients.run import Figures, contents, median_ms, page
from benchmarks.patients.streams import until_event

FIGURES = Figures(
    bundles=3, kilobytes=300.0, parse=20.0, summary=10.0, ips=3.0, theirs=150.0, first_event=12.0, opened=200,
    before=200.0, with_streams=212.0,
)  # fmt: skip


def test_bundles_come_by_size_and_an_index_is_none(tmp_path: Path) -> None:
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(b"x" * 50))
    (tmp_path / "a.json").write_bytes(b"y" * 70)
    (tmp_path / "c.json").write_bytes(b"z" * 10)
    (tmp_path / "index.json").write_bytes(b"[]")

    assert [len(each) for each in contents(tmp_path)] == [10, 50, 70]


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="No Bundle"):
        contents(tmp_path)


def test_a_stream_has_begun_with_its_first_event() -> None:
    stream = io.BytesIO(b": hello\nid: 1\nevent: progress\ndata: {}\n\ndata: {}\n")

    until_event(cast(HTTPResponse, stream))

    assert stream.readline() == b"\n"


def test_a_stream_without_an_event_is_no_stream() -> None:
    with pytest.raises(RuntimeError, match="without an event"):
        until_event(cast(HTTPResponse, io.BytesIO(b": hello\n")))


def test_times_are_of_the_processor() -> None:
    assert median_ms(lambda: None, rounds=3) < 50


def test_the_page_says_what_was_asked_for_and_whether_it_is_kept() -> None:
    lines = "\n".join(page(FIGURES, "did nothing else"))

    assert "| from a record to its summary, by rule | 10 ms | 50 ms | kept |" in lines
    assert "| 200 streams that stay open | +12 MB | +100 MB | kept |" in lines
    assert "| how many of our summaries fit in that, reading included | 5.0 | | |" in lines


def test_the_page_does_not_praise_what_is_too_slow() -> None:
    slow = replace(FIGURES, summary=60.0, opened=150, theirs=None)

    lines = "\n".join(page(slow, "did nothing else"))

    assert "60 ms | 50 ms | not kept on this machine" in lines
    assert "| 150 streams that stay open | +12 MB | +100 MB | not kept on this machine |" in lines
    assert "fhir.resources" not in lines
