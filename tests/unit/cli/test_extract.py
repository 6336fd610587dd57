from __future__ import annotations

import csv
import io
import json
import wave
import zipfile
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


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    """Return the paths of two notes of one name, and of one that records nothing."""
    written = {"p1/note.txt": "Denies fever.", "p2/note.txt": "Has asthma.", "none.txt": "Hello."}
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path / name) for name in written]


def test_several_bundles_are_one_a_line(two: list[str]) -> None:
    told = run("extract", "--as", "fhir", *two).stdout

    bundles = [Bundle.model_validate_json(line) for line in told.splitlines()]
    assert len({bundle.id for bundle in bundles}) == len(two) == 3


def test_the_columns_of_several_notes_are_named_once(two: list[str]) -> None:
    told = list(csv.DictReader(io.StringIO(run("extract", "--as", "csv", *two).stdout)))

    assert [row["name"] for row in told] == ["fever", "asthma"]
    assert [row["document"] for row in told] == two[:2]


@pytest.mark.parametrize(("form", "ids"), [("jsonl", [None, None]), ("omop", [1, 2])])
def test_a_note_that_records_nothing_has_no_line(two: list[str], form: str, ids: list[int | None]) -> None:
    told = [json.loads(line) for line in run("extract", "--as", form, two[2], *two[:2]).stdout.splitlines()]

    assert len(told) == 2
    assert [row.get("note_nlp_id") for row in told] == ids


def test_notes_of_one_name_in_an_archive_are_told_apart(two: list[str], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for path in two[:2]:
            archive.write(path, "/".join(Path(path).parts[-2:]))

    told = json.loads(run("extract", "--as", "json", str(tmp_path / "t.zip")).stdout)

    assert [record["id"] for record in told] == ["t-p1/note.txt", "t-p2/note.txt"]


def test_a_recording_in_which_nobody_speaks_says_so(tmp_path: Path) -> None:
    for package in ("codecpod", "ctranslate2"):
        pytest.importorskip(package, reason="recordings need the speech extra")
    with wave.open(str(tmp_path / "silence.wav"), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(16_000)
        recording.writeframes(bytes(2 * 16_000))

    made = run("extract", "--audio", str(tmp_path / "silence.wav"))
    written = run("transcribe", str(tmp_path / "silence.wav"))

    assert (made.exit_code, written.exit_code) == (1, 0)
    assert "No speech was heard" in made.stderr
    assert "empty-text" in made.stderr
    assert "warning: silence: No speech was heard" in written.stderr
    assert written.stdout == ""


def test_a_text_is_no_recording() -> None:
    assert run("extract", "--audio", NOTE).exit_code == 2
