from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from epicrisis.ehr.sample.shelf import SHIPPED
from epicrisis.formats.differentials import NOTICE, differential_from_plain
from tests.bundles import bundle, condition
from tests.unit.cli.shell import COMMAND, rows, run

CASES: list[dict[str, Any]] = [
    {"id": "a", "age": 65, "sex": "MALE", "symptoms": ["chest pain"], "conditions": ["hypertension"]},
    {"id": "Ana Ruiz Prueba", "symptoms": ["cough"], "age": "sixty"},
    {"id": "c", "symptoms": ["cough", "fever"], "results": [{"loinc": "718-7", "value": 9.1, "unit": "g/dL"}]},
]


@pytest.fixture(autouse=True)
def _word_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("READER", "READER_ES", "ASSERTION"):
        monkeypatch.setenv(f"EPICRISIS_{name}", "rules")
    monkeypatch.setenv("EPICRISIS_SECOND_OPINION", "")
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def cases(tmp_path: Path) -> str:
    """Return the name of a file with a case a line, one of them bad."""
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in CASES))
    return str(path)


def test_symptoms_are_ranked_without_a_file() -> None:
    done = run(
        "diagnose", "--symptom", "chest pain", "-s", "no fever", "-s", "blorbing", "--age", "65", "--sex", "male"
    )

    assert done.exit_code == 0
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert {"there: 65 years, male, chest pain", "not there: fever", "not understood: blorbing"} <= {*lines}
    assert NOTICE["en"] in lines
    assert any("chest pain ×" in line for line in lines)
    assert done.stderr == ""


def test_they_are_ranked_in_the_language_they_are_told_in() -> None:
    told = run("diagnose", "-s", "dolor torácico", "-s", "fiebre y tos").stdout

    assert "presente: dolor torácico, fiebre, tos" in told
    assert NOTICE["es"] in told


def test_no_more_are_told_than_wanted_and_each_can_be_read_back() -> None:
    done = run(
        "diagnose", "-s", "chest pain", "--condition", "hypertension", "--severity", "severe", "--most", "3", "--json"
    )

    [row] = rows(done.stdout)
    found = differential_from_plain(row)
    assert row["id"] == "1"
    assert len(found.hypotheses) == 3
    assert (found.case.known, found.case.severity) == (("essential-hypertension",), "SEVERE")
    assert row["notice"] == NOTICE["en"]


def test_one_bad_row_fails_alone_and_the_end_says_how_many(cases: str) -> None:
    done = run("diagnose", cases, "--json")

    assert done.exit_code == 1
    good, bad, last = rows(done.stdout)
    assert [(row["id"], row["line"]) for row in (good, last)] == [("a", 1), ("c", 3)]
    assert bad["error"]["code"] == "invalid-row"
    [alarms] = [bool(good["alarms"]) + bool(last["alarms"])]
    assert done.stderr == f"3 cases: {alarms} with alarms, 1 refused (invalid-row 1)\n"


def test_errors_name_the_line_of_a_row_and_nothing_of_its_patient(cases: str) -> None:
    done = run("diagnose", cases)

    error, report = done.stderr.splitlines()
    assert error.startswith("error: line 2: age: ")
    assert error.endswith("[invalid-row]")
    assert report.startswith("3 cases:")
    assert "Ruiz" not in done.stderr
    assert "sixty" not in done.stderr
    assert done.stdout.count(NOTICE["en"]) == 2


def test_a_finding_that_nobody_knows_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"findings": [{"finding": "Ana Ruiz Prueba"}]}\n')

    done = run("diagnose", str(path))

    assert done.exit_code == 1
    assert "[invalid-input]" in done.stderr
    assert "Ruiz" not in done.stderr


def test_a_table_is_ranked_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("id,age,sex,symptoms,conditions,text\na,65,male,chest pain; no fever,hypertension,\nb,1,,cough,,\n")

    first, second = rows(run("diagnose", str(path), "--json", "--most", "1").stdout)

    assert [(each["finding"], each["present"]) for each in first["case"]["findings"]][:2] == [
        ("chest-pain", True), ("fever", False),
    ]  # fmt: skip
    assert (second["id"], second["case"]["age"], len(second["hypotheses"])) == ("b", 1.0, 1)


def test_a_record_is_ranked(tmp_path: Path) -> None:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(bundle(condition("Essential hypertension"))))

    [row] = rows(run("diagnose", str(path), "--json").stdout)

    assert (row["id"], row["case"]["known_conditions"]) == ("chart", ["essential-hypertension"])
    assert row["hypotheses"][0]["is_known"]


@pytest.mark.parametrize("name", ["prueba-1", "prueba-2"])
def test_the_sample_records_are_ranked_with_their_notes(name: str) -> None:
    done = run("diagnose", str(SHIPPED / f"{name}.json"), "--json")

    [row] = rows(done.stdout)
    sources = {each["source"].partition("/")[0] for each in row["case"]["findings"]}
    assert sources == {"conditions", "loinc", "note"}
    assert done.stderr == ""


def test_a_note_is_ranked_and_quoted() -> None:
    text = "A 65-year-old man has chest pain. He denies fever."

    [row] = rows(run("diagnose", "-", "--json", stdin=text).stdout)

    found = {each["finding"]: (each["present"], each["span"]) for each in row["case"]["findings"]}
    assert row["case"]["age"] == 65.0
    for finding, present, words in (("chest-pain", True, "chest pain"), ("fever", False, "fever")):
        assert found[finding] == (
            present,
            {"start": text.index(words), "end": text.index(words) + len(words), "text": words},
        )


def test_standard_input_may_hold_rows() -> None:
    done = run("diagnose", "-", "--as", "rows", "--json", stdin='{"id": "a", "symptoms": ["cough"]}\n')

    assert [row["id"] for row in rows(done.stdout)] == ["a"]


def test_a_row_is_answered_before_the_next_one_is_sent() -> None:
    command = [*COMMAND, "diagnose", "-", "--as", "rows", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for name in ("a", "b"):
            program.stdin.write(json.dumps({"id": name, "symptoms": ["cough"]}).encode() + b"\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["id"] == name
        program.stdin.close()
        assert program.wait(timeout=60) == 0


def test_how_far_it_is_is_shown_to_whoever_waits_at_a_terminal(cases: str) -> None:
    ours, theirs = os.openpty()
    command = [*COMMAND, "diagnose", cases, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=dict(os.environ)) as program:
        os.close(theirs)
        # A terminal that nobody reads is full after some turns of the bar, and the program would wait for ever.
        reading = Thread(target=_read_all, args=(ours, shown := bytearray()))
        reading.start()
        out, _ = program.communicate()
    reading.join(timeout=10)
    os.close(ours)

    assert len(rows(out)) == 3
    bar, _, report = bytes(shown).partition(b"3 cases: ")
    assert b"cases" in bar
    assert b"1 refused (invalid-row 1)" in report


def _read_all(terminal: int, into: bytearray) -> None:
    # Linux ends the reading of a terminal that everybody left with an error.
    with suppress(OSError):
        while piece := os.read(terminal, 1 << 12):
            into += piece


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cases.jsonl", "--age", "65"], "--symptom"),
        (["-s", "cough", "--most", "0"], "--most"),
        (["-s", "cough", "--age", "-1"], "--age"),
        (["-s", "cough", "--sex", "knight"], "--sex"),
        (["cases.jsonl", "--as", "song"], "--as"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str) -> None:
    done = run("diagnose", *arguments)

    assert done.exit_code == 2
    assert said in done.stderr


def test_who_and_no_symptom_is_refused() -> None:
    done = run("diagnose", "--age", "0")

    assert done.exit_code == 1
    assert "[invalid-row]" in done.stderr


def test_sex_and_severity_may_be_written_small_in_a_row_as_in_a_table(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"symptoms": ["cough"], "sex": "male", "severity": "Mild"}\n')

    [row] = rows(run("diagnose", str(path), "--json").stdout)

    assert (row["case"]["sex"], row["case"]["severity"]) == ("MALE", "MILD")


def test_the_patient_meant_is_named_in_a_record_of_several(tmp_path: Path) -> None:
    coded = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J44.9"}]}
    active = {"coding": [{"code": "active"}]}
    several = [
        {"resourceType": "Patient", "id": "ana", "gender": "female"},
        {"resourceType": "Patient", "id": "juan", "gender": "male"},
        {
            "resourceType": "Condition", "id": "c1", "code": coded,
            "clinicalStatus": active, "subject": {"reference": "Patient/juan"},
        },
    ]  # fmt: skip
    path = tmp_path / "several.json"
    path.write_text(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": x} for x in several]})
    )

    assert "[invalid-input]" in run("diagnose", str(path)).stderr
    [row] = rows(run("diagnose", str(path), "--patient", "juan", "--json").stdout)
    assert row["case"]["sex"] == "MALE"
    assert row["case"]["known_conditions"] == ["chronic-obstructive-pulmonary-disease"]


def test_an_engine_that_ranks_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"findings": [{"finding": "E_91"}]}\n')

    [row] = rows(run("diagnose", str(path), "-e", "ddxplus", "--json").stdout)

    assert row["engine"] == "ddxplus"
