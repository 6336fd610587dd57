from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.unit.cli.shell import run

NOTE = "A 67-year-old man with COPD denies fever. Aspirin 81 mg p.o. daily."
RTF = rb"{\rtf1 Denies fever.\par Has asthma.}"


def test_a_text_is_told_for_people() -> None:
    told = run("extract", NOTE).stdout

    assert "67-year-old, male" in told
    assert "COPD  [J44.9" in told
    assert "Aspirin 81 mg p.o. daily, taken" in told
    assert told.index("Denied") < told.index("fever")


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        (
            "en",
            "FAMILY HISTORY: Mother has no diabetes. Father denies heart disease. Aunt had gout.",
            ["no diabetes (Mother)", "no heart disease (Father)", "gout (Aunt)"],
        ),
        ("en", "No family history of sudden cardiac death.", ["no sudden cardiac death"]),
        ("en", "FAMILY HISTORY: Possible lupus in an aunt.", ["lupus (aunt), possible"]),
        (
            "es",
            "ANTECEDENTES FAMILIARES: Madre sin diabetes. No antecedentes familiares de muerte súbita.",
            ["no diabetes (Madre)", "no muerte súbita"],
        ),
    ],
)
def test_what_is_denied_of_the_family_is_told_as_denied(language: str, text: str, told: list[str]) -> None:
    lines = run("extract", "--language", language, text).stdout.splitlines()

    assert [line.strip() for line in lines[lines.index("Family") + 1 :]] == told


@pytest.mark.parametrize("form", ["json", "fhir", "csv", "jsonl", "omop"])
def test_a_record_is_told_in_every_form(form: str) -> None:
    told = run("extract", "--as", form, NOTE)

    assert told.exit_code == 0
    if form == "json":
        assert [each["name"]["text"] for each in json.loads(told.stdout)["medications"]] == ["Aspirin"]
    elif form == "fhir":
        Bundle.model_validate_json(told.stdout)
    elif form == "csv":
        assert {row["kind"] for row in csv.DictReader(io.StringIO(told.stdout))} == {"problem", "medication"}
    else:
        rows = map(json.loads, told.stdout.splitlines())
        assert {"COPD", "fever", "Aspirin"} <= {str(cell) for row in rows for cell in row.values()}


def test_a_cell_that_a_spreadsheet_would_run_does_not_begin_as_one() -> None:
    told = run("extract", "--as", "csv", "Has =HYPERLINK(1) pain and -fever. @asthma.").stdout

    cells = [cell for row in csv.reader(io.StringIO(told)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "@")]


def test_files_are_read_first_and_one_that_cannot_be_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RTF)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 cut")

    told = run("extract", "--as", "json", str(tmp_path / "a.rtf"), str(tmp_path / "b.pdf"))

    assert told.exit_code == 1
    [record] = json.loads(told.stdout)
    assert [each["name"]["text"] for each in record["problems"]] == ["asthma"]
    assert "unreadable-document" in told.stderr


def test_each_record_gets_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RTF)

    run("extract", "--as", "fhir", "--out", str(tmp_path / "out"), str(tmp_path / "a.rtf"))

    Bundle.model_validate_json((tmp_path / "out" / "a.fhir.json").read_text(encoding="utf-8"))


def test_a_text_is_no_recording() -> None:
    assert run("extract", "--audio", NOTE).exit_code == 2
