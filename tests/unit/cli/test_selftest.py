from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis.canary.identities import Kind
from epicrisis.canary.inquiry import Hit, Row, Surface
from epicrisis.canary.privacy import Report
from epicrisis.cli.selftest import tell
from tests.unit.cli.shell import run

CLEAN = Report(
    rows=[Row(Surface.LOG, 1_234_567, 0, True)],
    hits=[],
    uncovered=[],
    requests=836,
    operations=30,
    crashes=22,
    folder=None,
)
HIT = Hit(Surface.DATA, "data/debug.bin", "POST /predict", "answered", Kind.MRN, "in base64")


def test_a_clean_report_is_a_table_and_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    tell(CLEAN, as_json=False)

    printed, said = capfd.readouterr()
    assert "1,234,567" in printed
    assert "836 requests to 30 operations" in printed
    assert said == ""
    assert CLEAN.clean


def test_what_was_found_is_told_a_line_each(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    report = Report(
        rows=[Row(Surface.DATA, 10, 1, True), Row(Surface.METRICS, 10, 0, False)],
        hits=[HIT], uncovered=["POST /new: no good request is known"], requests=1, operations=1, crashes=1,
        folder=tmp_path,
    )  # fmt: skip

    tell(report, as_json=False)

    assert capfd.readouterr().err.splitlines() == [
        "error: files of the data folder: data/debug.bin holds the MRN sent to POST /predict (answered), in base64 "
        "[patient-words]",
        "error: metrics: what was planted there was not found [not-searched]",
        "error: POST /new: no good request is known [not-covered]",
        f"The folder of the run: {tmp_path}",
    ]
    assert not report.clean


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(Report([], [HIT], [], 1, 1, 1, None), id="a hit"),
        pytest.param(Report([], [], ["POST /new"], 1, 1, 1, None), id="a route nobody covered"),
        pytest.param(Report([Row(Surface.LOG, 1, 0, False)], [], [], 1, 1, 1, None), id="a surface nobody searched"),
    ],
)
def test_a_report_with_anything_wrong_is_not_clean(report: Report) -> None:
    assert not report.clean


def test_for_programs_it_is_json(capfd: pytest.CaptureFixture[str]) -> None:
    tell(CLEAN, as_json=True)

    told = json.loads(capfd.readouterr().out)
    assert told["clean"]
    assert told["surfaces"] == [{"surface": Surface.LOG.value, "bytes": 1_234_567, "hits": 0, "proven": True}]


def test_the_verb_says_what_it_does() -> None:
    result = run("selftest", "privacy", "--help")

    assert result.exit_code == 0
    assert "--route" in result.stdout
