from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.shell import run

NOTE = (
    "HPI: A 67-year-old man with COPD has had a cough for three days. He denies fever. He lives alone with two cats.\n"
    "PLAN: Start prednisone."
)
RTF = rb"{\rtf1 Denies fever.\par Has asthma.}"


def test_a_text_is_told_for_people() -> None:
    told = run("summarize", "--max-words", "15", NOTE)

    assert told.stdout.splitlines() == [
        "A 67-year-old man with COPD has had a cough for three days. PLAN: Start prednisone."
    ]


def test_what_could_not_be_kept_is_told_below_it() -> None:
    told = run("summarize", "Denies fever.").stdout.splitlines()

    assert told[0] == "Denies fever."
    assert told[1].startswith("(The note has no more words")


def test_a_summary_is_told_as_json_and_line_by_line() -> None:
    whole = json.loads(run("summarize", "--format", "json", "--max-words", "20", NOTE).stdout)
    lines = run("summarize", "--format", "jsonl", "--max-words", "20", NOTE).stdout.splitlines()

    assert whole["engine"] == "salience"
    assert [json.loads(line) for line in lines] == [{"id": whole["id"], **each} for each in whole["statements"]]


def test_files_are_read_first_and_one_that_cannot_be_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RTF)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 cut")

    told = run("summarize", "--format", "json", str(tmp_path / "a.rtf"), str(tmp_path / "b.pdf"))

    assert told.exit_code == 1
    [summary] = json.loads(told.stdout)
    assert "Has asthma." in summary["summary"]
    assert "unreadable-document" in told.stderr


def test_bounds_that_cross_are_refused() -> None:
    told = run("summarize", "--min-words", "30", "--max-words", "10", NOTE)

    assert told.exit_code == 2
    assert "--max-words" in told.stderr
