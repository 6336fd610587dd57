from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis.ehr.sample.weather import Trouble
from tests.bundles import bundle, condition, note
from tests.ehr_server import ANA, a_sample_ehr
from tests.unit.cli.shell import run

HEADINGS = [
    "## Clinical Assessment", "## Key Trends & Changes",
    "## Plan & Suggested Actions", "## Direct Guidance for Physician",
]  # fmt: skip


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a file with a record, in a place where the word lists read."""
    for name in ("READER", "READER_ES", "ASSERTION"):
        monkeypatch.setenv(f"EPICRISIS_{name}", "rules")
    monkeypatch.setenv("EPICRISIS_SECOND_OPINION", "")
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle(condition("Essential hypertension"), note("Assessment: Pneumonia."))))
    return str(path)


def test_a_file_is_told_in_four_parts(record: str) -> None:
    done = run("patient", record)

    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if line.startswith("#")] == HEADINGS
    assert "Essential hypertension" in done.stdout
    assert "Pneumonia" in done.stdout
    assert "Ruiz" not in done.stdout


def test_notes_may_stay_unread(record: str) -> None:
    assert "Pneumonia" not in run("patient", record, "--no-notes").stdout


def test_it_is_told_in_spanish_as_json_and_as_fhir(record: str) -> None:
    plain = json.loads(run("patient", record, "--format", "json", "--language", "es").stdout)
    Bundle.model_validate_json(run("patient", record, "--format", "ips").stdout)

    assert (plain["language"], plain["mode"]) == ("es", "rule")
    assert plain["sections"][0]["statements"][0]["sources"]


def test_it_says_how_far_it_is_where_it_is_asked_to(record: str) -> None:
    silent, told = run("patient", record), run("patient", record, "--stream")

    assert silent.stderr == ""
    stages = [line.split(" % ")[1] for line in told.stderr.splitlines()]
    assert stages == ["reading", "notes", "baseline", "writing", "verifying"]
    assert told.stdout == silent.stdout


def test_standard_input_is_read(record: str) -> None:
    done = run("patient", "-", stdin=Path(record).read_bytes())

    assert "Essential hypertension" in done.stdout


def test_a_model_that_is_not_there_is_said_on_stderr(record: str) -> None:
    done = run("patient", record, "--mode", "fast", "--model", "nowhere")

    assert done.exit_code == 0
    assert done.stderr.startswith("note: fast: unknown-model: ")
    assert "Essential hypertension" in done.stdout


def test_a_patient_of_an_ehr_is_fetched(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_sample_ehr() as ehr:
        monkeypatch.setenv("EPICRISIS_EHRS", json.dumps([ehr.setting("main")]))
        done = run("patient", "--ehr", "main", "--patient", ANA, "--no-notes")
        nobody = run("patient", "--ehr", "main", "--patient", "nobody")
        ehr.spoil(Trouble.UNAUTHORIZED)
        refused = run("patient", "--patient", ANA)

    assert "Diabetes mellitus type 2" in done.stdout
    assert (nobody.exit_code, refused.exit_code) == (1, 1)
    assert "[patient-not-found]" in nobody.stderr
    assert "[ehr-refused]" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a file"),
        (["bundle.json", "--ehr", "main"], "name a file"),
        (["--ehr", "main"], "say whose"),
        (["bundle.json", "--mode", "best"], "--mode"),
        (["bundle.json", "--since", "yesterday"], "--since"),
    ],
)
def test_what_cannot_be_meant_is_refused(record: str, arguments: list[str], said: str) -> None:
    done = run("patient", *arguments)

    assert done.exit_code == 2
    assert said in done.stderr


def test_a_file_that_is_no_record_says_what_to_send(record: str) -> None:
    path = Path(record).with_name("note.json")
    path.write_text('{"colour": "red"}')

    done = run("patient", str(path))

    assert done.exit_code == 1
    assert "[unreadable-document]" in done.stderr
