from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.similar.demonstration import demonstrations
from epicrisis.formats.cases import NOTICE
from tests.unit.cli.shell import rows, run

NOTE = "John Doe is a 71-year-old man, MRN 00412317. Fever and productive cough. Denies chest pain."
ROWS = [
    {"id": "a", "age": 34, "sex": "FEMALE", "symptoms": ["headache", "photophobia", "no fever"], "outcome": "G43.909"},
    {"id": "Ana Ruiz Prueba", "symptoms": ["cough"], "outcome": "of Ana Ruiz Prueba"},
    {"id": "c", "symptoms": ["cough", "fever"]},
]


@pytest.fixture(autouse=True)
def _word_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("READER", "READER_ES", "ASSERTION"):
        monkeypatch.setenv(f"EPICRISIS_{name}", "rules")
    monkeypatch.setenv("EPICRISIS_SECOND_OPINION", "")
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")


def test_a_case_is_kept_and_found_with_its_reasons() -> None:
    kept = run("cases", "add", NOTE, "--outcome", "J18.9")
    found = run("cases", "search", "-s", "fever", "-s", "productive cough", "-s", "chest pain")

    assert (kept.exit_code, found.exit_code) == (0, 0), kept.stderr + found.stderr
    case = kept.stdout.split()[0]
    assert kept.stdout == f"{case}  Pneumonia, unspecified organism  J18.9  71 years, male\n"
    lines = [line.strip() for line in found.stdout.splitlines()]
    assert re.fullmatch(r"0\.\d\d  Pneumonia, unspecified organism  J18\.9  71 years, male", lines[0])
    assert lines[1:4] == ["both have: fever, productive cough", "told apart by: chest pain", case]
    assert NOTICE["en"] in lines


def test_rows_are_kept_with_their_outcomes_and_a_bad_one_fails_alone(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))

    done = run("cases", "add", str(file), "--json")

    assert done.exit_code == 1
    first, bad, third = rows(done.stdout)
    assert (first["line"], first["outcome"]["code"], first["age"]) == (1, "G43.909", 34)
    assert bad["error"] == {"code": "invalid-row", "message": "outcome: write a code of ICD-10-CM, such as J18.9."}
    assert (third["line"], third["outcome"]) == (3, None)
    assert "of Ana" not in done.stdout


def test_a_search_is_narrowed_and_told_as_json(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    run("cases", "add", str(file))

    def found(*options: str) -> list[str | None]:
        [row] = rows(run("cases", "search", "-s", "fever", *options, "--json").stdout)
        return [each["case"]["outcome"] and each["case"]["outcome"]["code"] for each in row["cases"]]

    assert set(found()) == {None, "G43.909"}
    assert found("--outcome", "G") == ["G43.909"]
    assert found("--among-sex", "female", "--age-from", "30", "--age-below", "40") == ["G43.909"]
    assert found("--among-language", "es") == []
    assert found("--most", "1") == [None]


def test_a_kept_case_is_asked_about_by_its_id() -> None:
    one, other = (run("cases", "add", "-s", "fever", "-s", each).stdout.split()[0] for each in ("cough", "chills"))

    done = run("cases", "search", "--case", one)
    none = run("cases", "search", "--case", "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11")

    assert other in done.stdout
    assert one not in done.stdout
    assert (none.exit_code, "[unknown-record]" in none.stderr) == (1, True)


def test_one_thing_is_asked_for_at_a_time() -> None:
    assert run("cases", "search", "--case", "x", "-s", "fever").exit_code == 2
    assert run("cases", "search", NOTE, "-s", "fever").exit_code == 2


def test_where_nothing_is_kept_it_says_so_in_the_language_of_who_asks() -> None:
    assert "No case is kept" in run("cases", "search", "-s", "fever").stdout
    assert "No hay ningún caso" in run("cases", "search", "-s", "fiebre", "-l", "es").stdout


def test_invented_cases_are_kept_once_and_told_in_both_languages() -> None:
    first, again = (run("cases", "seed", "--most", "2").stdout for _ in range(2))
    spanish = run("cases", "seed", "--most", "2", "--language", "es").stdout

    assert (first, again) == ("2 invented cases kept.\n", "0 invented cases kept; 2 were there already.\n")
    assert spanish == "2 invented cases kept.\n"
    assert run("cases", "seed", "--language", "de").exit_code == 2


def test_every_invented_case_is_of_our_findings_and_conditions() -> None:
    base, found = knowledge_base(), list(demonstrations())

    assert len({each.id for each in found}) == len(found) == 290
    assert {each.finding for one in found for each in one.case.observed} <= base.findings.keys()
    assert {each.outcome for each in found} <= {each.icd10cm for each in base.conditions.values()}
    assert all(each.told("es").count(".") >= len(each.case.observed) for each in found)


def test_an_outcome_is_said_later_and_taken_back_and_a_case_is_forgotten() -> None:
    case = run("cases", "add", NOTE).stdout.split()[0]

    assert "J18.9" in run("cases", "outcome", case, "J18.9").stdout
    assert "J18.9" not in run("cases", "outcome", case).stdout
    assert "[invalid-row]" in run("cases", "outcome", case, "of Ana Ruiz Prueba").stderr
    assert run("cases", "remove", case).stdout == "1 case forgotten.\n"
    gone = run("cases", "remove", case)
    assert gone.exit_code != 0
    assert "error:" in gone.stderr


@pytest.mark.parametrize(
    "note",
    ["A 94-year-old woman with fever and productive cough.", "Mujer de 94 años con fiebre y tos productiva."],
)
def test_who_is_over_89_is_kept_as_90_and_found_by_age(note: str) -> None:
    kept = run("cases", "add", note, "--json")
    [row] = rows(kept.stdout)
    assert row["age"] == 90
    # The number of a case and the moment it was kept may have any digits.
    assert "94" not in json.dumps({name: told for name, told in row.items() if name not in ("id", "created_at")})

    old = run("cases", "search", "-s", "fever", "-s", "productive cough", "--age-from", "90", "--json")
    [found] = rows(old.stdout)
    assert len(found["cases"]) == 1
