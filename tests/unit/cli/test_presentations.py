from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from epicrisis.api.routes.differentials import presentation_of
from epicrisis.api.schemas.differentials import DifferentialRequest
from epicrisis.cli.inputs import sources
from epicrisis.cli.presentations import Given, Kind, Presentations
from epicrisis.domain.patients import Sex
from epicrisis.errors import InvalidRow
from epicrisis.services.diagnose import Presentation
from epicrisis.services.outcomes import Failure
from tests.bundles import bundle, condition, note
from tests.serving import RULES, rules_pipeline

ROW: dict[str, Any] = {
    "text": "She has chest pain.", "language": "en", "age": 65, "sex": "FEMALE", "severity": "SEVERE",
    "symptoms": ["cough"], "conditions": ["asthma"], "findings": [{"finding": "fever", "present": False}],
    "results": [{"loinc": "718-7", "value": 9.1, "unit": "g/dL", "low": 12, "high": 16}],
}  # fmt: skip


def reading(language: str | None = None) -> Presentations:
    return Presentations(RULES, rules_pipeline(), language)


def cases(*files: Path, kind: Kind | None = None) -> list[Given]:
    return [each for batch in reading().batches(sources([str(each) for each in files]), kind) for each in batch]


def told(given: Given) -> Presentation:
    assert isinstance(given.told, Presentation), given.told
    return given.told


def test_a_row_is_understood_as_the_route_understands_it() -> None:
    # Every field the route reads, so that a new one is not forgotten here.
    assert DifferentialRequest.model_fields.keys() - ROW.keys() == {"most", "offset_unit"}

    assert reading().asked(ROW) == presentation_of(DifferentialRequest.model_validate(ROW), rules_pipeline())


def test_the_end_of_its_name_tells_what_a_file_holds(tmp_path: Path) -> None:
    files = {
        "visit.txt": "She has chest pain.",
        "rows.jsonl": '{"id": "a", "symptoms": ["cough"]}\nShe has a fever.\n',
        "table.CSV": "id,symptoms\nb,fever\n",
        "chart.json": json.dumps(bundle(condition("Gout"), note("She has chest pain."))),
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    found = cases(*[tmp_path / name for name in files])

    assert [(each.id, each.line) for each in found] == [
        ("visit", None), ("a", 1), ("2", 2), ("b", 2), ("chart", None),
    ]  # fmt: skip
    visit, first, second, table, chart = map(told, found)
    assert visit.note is not None
    assert second.note is not None
    assert (visit.note.text, second.note.text) == ("She has chest pain.", "She has a fever.")
    assert (first.symptoms, table.symptoms) == (("cough",), ("fever",))
    assert (chart.conditions, chart.sex, chart.note and chart.note.text.strip()) == (
        ("Gout",), Sex.FEMALE, "She has chest pain.",
    )  # fmt: skip


def test_what_a_file_holds_may_be_said(tmp_path: Path) -> None:
    (tmp_path / "export.dat").write_text("symptoms\ncough\n")

    [given] = cases(tmp_path / "export.dat", kind=Kind.CSV)

    assert told(given).symptoms == ("cough",)


def test_a_note_that_cannot_be_read_is_left_out_of_its_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "Ana Ruiz Prueba. " * (RULES.max_chars // 16)
    (tmp_path / "chart.json").write_text(json.dumps(bundle(condition("Gout"), note(long))))

    [given] = cases(tmp_path / "chart.json")

    assert (told(given).conditions, told(given).note) == (("Gout",), None)
    said = capsys.readouterr().err
    assert said.startswith("note: chart: its newest note was left out")
    assert "Ruiz" not in said


def test_a_file_that_is_no_record_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "chart.json").write_text('{"colour": "red"}')
    (tmp_path / "visit.txt").write_text("She has chest pain.")

    bad, good = cases(tmp_path / "chart.json", tmp_path / "visit.txt")

    assert isinstance(bad.told, Failure)
    assert bad.told.code == "unreadable-document"
    assert told(good).note is not None


@pytest.mark.parametrize(
    ("symptoms", "named", "language"),
    [
        (["dolor torácico", "fiebre y tos"], None, "es"),
        (["chest pain"], None, "en"),
        (["chest pain"], "es", "es"),
    ],
)
def test_symptoms_tell_their_language_where_it_is_not_named(
    symptoms: list[str], named: str | None, language: str
) -> None:
    assert reading(named).asked({"symptoms": symptoms}).language == language


def test_the_language_of_a_row_counts_before_the_one_for_all() -> None:
    assert reading("es").asked({"symptoms": ["cough"], "language": "en"}).language == "en"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"age": "Ana Ruiz"}, "age: "),
        ({"age": -1}, "age: "),
        ({"sex": "Ana Ruiz"}, "sex: "),
        ({"symptoms": ["Ana Ruiz " * 40]}, "symptoms.0: "),
        ({"results": [{"loinc": "Ana Ruiz", "value": 1}]}, "results.0.loinc: "),
        ({"results": [{"loinc": "718-7", "value": 1, "Ana Ruiz": 1}]}, "field that is not read"),
        ({"Ana Ruiz": 1}, "field that is not read"),
        ({"most": 3}, "--most"),
        ({"offset_unit": "byte"}, "--offset-unit"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_without_what_it_holds(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidRow) as refused:
        reading().asked(ROW | changed)

    assert why in str(refused.value)
    assert "Ruiz" not in str(refused.value)


def test_a_row_that_tells_nothing_is_refused() -> None:
    with pytest.raises(InvalidRow, match="Send text, symptoms"):
        reading().asked({"age": 65, "conditions": ["asthma"]})


def test_a_case_is_what_was_given_and_nothing_more() -> None:
    plain = reading().asked({"symptoms": ["cough"], "age": 0})

    assert plain == replace(Presentation(), symptoms=("cough",), age=0.0)
