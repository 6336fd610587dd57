from __future__ import annotations

import gzip
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from epicrisis.engines.differential.knowledge.reading import tables
from epicrisis.engines.differential.likeness import SHIPPED
from epicrisis_lab.cli import app
from epicrisis_lab.corpora.catalogue import DATA_SETTING, data_root
from epicrisis_lab.knowledge import comparing

HEAD = "condition,finding,chance,a,b,sources\n"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("COLUMNS", "160")
    return CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(str(tables()), tmp_path / "tables"))


def knowledge(run: CliRunner, *arguments: str) -> Result:
    return run.invoke(app, ["knowledge", *arguments])


def test_the_tables_that_ship_break_no_rule(run: CliRunner) -> None:
    done = knowledge(run, "check")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1].endswith(" chances; 0 faults.")
    assert ("not checked" in done.stderr) == (find_spec("simple_icd_10_cm") is None)


def test_a_row_that_breaks_a_rule_is_named(run: CliRunner, folder: Path) -> None:
    file = folder / "chances" / "eye.csv"
    file.write_text(f"{file.read_text(encoding='utf-8')}cataract,hiccup-of-dragons,0.5,,,a\n", encoding="utf-8")

    done = knowledge(run, "check", str(folder))

    assert done.exit_code == 1
    assert "chance of hiccup-of-dragons in cataract: one of the two is unknown" in done.stdout.splitlines()
    assert "Traceback" not in done.output


def test_a_table_that_cannot_be_read_is_refused(run: CliRunner, folder: Path) -> None:
    (folder / "conditions" / "eye.toml").write_text("[cataract]\nen = 3", encoding="utf-8")

    done = knowledge(run, "check", str(folder))

    assert (done.exit_code, done.stdout) == (1, "")
    assert "These tables cannot be read: eye.toml: cataract" in done.stderr


def test_disagreements_are_shown_and_written(run: CliRunner, folder: Path, tmp_path: Path) -> None:
    head, apart, alike = HEAD, "cataract,vision-loss,0.5,0.9,0.1,a b\n", "cataract,red-eye,0.2,0.2,0.2,a b\n"
    for file in (folder / "chances").iterdir():
        file.write_text(head + apart + alike if file.stem == "eye" else head, encoding="utf-8")
    out = tmp_path / "out.csv"

    done = knowledge(run, "disagreements", str(folder), "--least", "2", "--out", str(out))

    assert done.exit_code == 0
    assert "vision-loss" in done.stdout
    assert "red-eye" not in done.stdout
    assert out.read_text(encoding="utf-8").splitlines()[1:] == ["cataract,vision-loss,eye,0.9,0.1,0.5,4.39"]


def test_weights_of_others_are_compared_with_ours(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / comparing.FILE
    file.parent.mkdir(parents=True)
    symptoms = ["wheezing", "cough", "shortness of breath", "fever", "headache"]
    rows = [f"asthma,{each},{0.9 - place / 10}" for place, each in enumerate(symptoms)]
    file.write_bytes(gzip.compress("\n".join(["disease,symptom,noisy_or_weight", *rows]).encode()))
    monkeypatch.setenv(DATA_SETTING, str(tmp_path))

    done = knowledge(run, "compare")

    assert done.exit_code == 0
    assert "1 of 1 diseases and 5 of 5 symptoms have our names." in done.stdout


@pytest.mark.parametrize("command", ["compare", "case-reports"])
def test_without_the_corpora_the_setting_is_named(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv(DATA_SETTING, str(tmp_path / "gone"))
    nowhere = knowledge(run, command)
    monkeypatch.setenv(DATA_SETTING, str(tmp_path))
    empty = knowledge(run, command)

    assert (nowhere.exit_code, empty.exit_code) == (1, 1)
    assert "set EPICRISIS_CORPORA" in nowhere.stderr
    assert "cannot be read as" in empty.stderr


def test_clauses_are_taught_of_languages_that_have_some(run: CliRunner, tmp_path: Path) -> None:
    done = knowledge(run, "teach", "fr", "--out", str(tmp_path / "model"))

    assert done.exit_code == 1
    assert done.stderr == "There are no clauses in 'fr'; try one of en, es.\n"
    assert not (tmp_path / "model").exists()


def test_what_ships_is_measured_as_its_card_says(run: CliRunner) -> None:
    done = knowledge(run, "measure", "es")

    told = dict(line.split() for line in done.stdout.splitlines())
    # Without the corpora what was written is measured alone, and that is said.
    scores = {
        name: value
        for name, value in SHIPPED["es"].card.scores.items()
        if name.startswith("held_out.") or data_root() is not None
    }
    assert set(told) == set(scores)
    assert [float(value) for value in told.values()] == pytest.approx([scores[name] for name in told], abs=0.01)
    assert ("set EPICRISIS_CORPORA" in done.stderr) is (data_root() is None)
