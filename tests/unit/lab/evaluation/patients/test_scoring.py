"""Summaries of epicrisis against invented Bundles, and that the check stands on its own feet."""

from __future__ import annotations

import ast
import gzip
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

import epicrisis_lab.evaluation.patients as package
from epicrisis_lab.errors import MissingCapability, NothingToScore, UnreadableFile
from epicrisis_lab.evaluation.patients.report import show_bundles
from epicrisis_lab.evaluation.patients.scoring import RULE, Patients, bundles
from tests.unit.lab.evaluation.patients.bundles import (
    allergy,
    bundle,
    condition,
    everything,
    order,
    patient,
    result,
    visit,
)

ASKS_US = "ours.py"
JUDGED = ("epicrisis.formats.patients", "epicrisis.engines.patients", "epicrisis.engines.summary")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bundles")
    visits = [visit(f"v{year}", f"{year}-05-03T08:00:00Z", f"{year}-05-03T09:00:00Z") for year in range(2015, 2021)]
    ana = bundle(
        patient(),
        *visits,
        condition("c1", "Asthma", "195967001", "2017-05-03T08:00:00Z"),
        condition("c2", "Viral sinusitis", "444814009", "2019-05-03T08:00:00Z", "2019-05-20T08:00:00Z"),
        order("m1", "Metformin 500 MG Oral Tablet", "860975", "2018-05-03T08:00:00Z"),
        allergy("a1", "Allergy to fish", "417532002", "2016-05-03T08:00:00Z"),
        result("o1", "Potassium", "6298-4", 5.94, "mmol/L", "2020-05-03T08:00:00Z"),
    )
    (made / "ana.json").write_text(json.dumps(ana), encoding="utf-8")
    nobody = json.dumps(bundle(patient(id="q"), visits[0])).encode()
    (made / "nobody.json.gz").write_bytes(gzip.compress(nobody))
    (made / "index.json").write_text("[]", encoding="utf-8")
    return made


def test_a_rule_summary_tells_all_and_invents_nothing(folder: Path) -> None:
    patients = Patients([folder])

    evaluation = patients.evaluate(RULE)

    figures = evaluation.metrics
    assert [figures[f"told.{group}"] for group in ("problems", "medications", "allergies", "labs")] == [1.0] * 4
    assert [figures[f"told.{group}.support"] for group in ("problems", "medications", "allergies", "labs")] == [1] * 4
    assert figures["changes.told"] == 1.0
    assert (figures["changes.made_up"], figures["changes.twice"]) == (0, 0)
    assert [each.text for each in evaluation.mistakes] == []


def test_a_record_with_a_little_of_everything_is_told_without_a_fault(tmp_path: Path) -> None:
    (tmp_path / "everything.json").write_text(json.dumps(everything()), encoding="utf-8")

    evaluation = Patients([tmp_path]).evaluate(RULE)

    assert [(each.kind, each.text) for each in evaluation.mistakes] == []
    assert [evaluation.metrics[f"told.{group}.support"] for group in ("problems", "medications", "labs")] == [4, 3, 5]
    assert evaluation.metrics["changes.told.support"] > 10


def test_each_bundle_has_its_line(folder: Path) -> None:
    patients = Patients([folder])
    patients.evaluate(RULE)
    page = io.StringIO()

    show_bundles(Console(width=200, file=page), patients)

    assert [each.file for each in patients.checked] == ["ana.json", "nobody.json.gz"]
    lines = page.getvalue().splitlines()
    for each in patients.checked:
        [line] = [line for line in lines if each.file in line]
        assert f"{each.told['problems']}/{each.facts['problems']}" in line


def test_a_mode_that_is_not_measured_is_refused(folder: Path) -> None:
    with pytest.raises(MissingCapability, match="oracle"):
        Patients([folder]).evaluate("oracle")


def test_a_folder_without_bundles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToScore):
        bundles([tmp_path])


@pytest.mark.parametrize("content", ["{", '{"entry": [{}]}', "[]"])
def test_a_file_that_is_no_bundle_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableFile, match=r"bad\.json"):
        Patients([tmp_path / "bad.json"])


def test_the_check_knows_nothing_of_how_epicrisis_reads() -> None:
    [folder] = package.__path__
    imported = {
        (file.name, module)
        for file in Path(folder).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for module in [node.module or ""]
        if module.startswith(JUDGED)
    }

    assert {file for file, _ in imported} == {ASKS_US}
