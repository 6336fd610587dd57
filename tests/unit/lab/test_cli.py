"""The lab on the command line: what goes to standard output, what goes aside, and what it exits with."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from epicrisis_lab.cli import app
from epicrisis_lab.corpora.catalogue import DATA_SETTING
from tests.unit.lab.files import entity, pair, sentence, write

ENGINE = ["--engine", "tests.unit.lab.twins:build"]
BATCHES = ["--engine", "tests.unit.lab.twins:build_batches"]
# By where it is written and not by name, so that these tests run from a checkout that is not installed.
RULES = "epicrisis.engines.assertion.rules:build"
ROWS = [pair("p1", "No fever.", "fever", "ABSENT"), pair("p2", "Denies cough.", "cough", "ABSENT")]
SENTENCE = {**sentence("s1", "No fever.", entity("fever", "PROBLEM", "ABSENT")), "sentence_label": "ABSENT"}
CUE = {**SENTENCE, "cues": [{"start": 0, "end": 2, "kind": "NEG"}]}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("COLUMNS", "160")
    return CliRunner()


@pytest.fixture
def pairs(tmp_path: Path) -> str:
    return str(write(tmp_path / "dev.jsonl.gz", ROWS))


@pytest.mark.parametrize(
    ("task", "row", "metric"),
    [
        ("entities", SENTENCE, "entities.strict.f1"),
        ("assertion", SENTENCE, "status.accuracy"),
        ("cues", CUE, "cues.strict.f1"),
        ("sentences", SENTENCE, "sentence.accuracy"),
    ],
)
def test_json_is_one_object_and_nothing_else(
    run: CliRunner, tmp_path: Path, task: str, row: dict[str, object], metric: str
) -> None:
    file = str(write(tmp_path / "rows.jsonl", [row]))

    done = run.invoke(app, ["evaluate", task, file, *BATCHES, "--json"])

    figures = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (figures["task"], figures["files"], figures["rows"], figures["skipped"]) == (task, [file], 1, 0)
    assert figures["metrics"][metric] == 1.0
    assert figures["intervals"][metric] == [1.0, 1.0]


@pytest.mark.parametrize("task", ["assertion", "cues", "sentences"])
def test_the_rules_that_ship_are_measured_on_sentences_of_our_own(run: CliRunner, tmp_path: Path, task: str) -> None:
    denied = sentence("s1", "Denies chest pain.", entity("chest pain", "PROBLEM", "ABSENT"), sentence_label="ABSENT")
    held = sentence("s2", "Possible pneumonia.", entity("pneumonia", "PROBLEM", "POSSIBLE"), sentence_label="POSSIBLE")
    cues = [{"start": 0, "end": 6, "kind": "NEG"}], [{"start": 0, "end": 8, "kind": "UNC"}]
    file = write(tmp_path / "ward.jsonl", [{**denied, "cues": cues[0]}, {**held, "cues": cues[1]}])

    done = run.invoke(app, ["evaluate", task, str(file), "--engine", RULES, "--json", "--bootstrap", "0"])

    figures = json.loads(done.stdout)
    headline = {"assertion": "status.accuracy", "cues": "cues.strict.f1", "sentences": "sentence.accuracy"}[task]
    assert (figures["engine"], figures["rows"], figures["intervals"]) == (RULES, 2, {})
    assert figures["metrics"][headline] == 1.0


def test_two_engines_are_two_lines(run: CliRunner, pairs: str) -> None:
    done = run.invoke(app, ["evaluate", "assertion", pairs, *ENGINE, *BATCHES, "--json"])

    assert [json.loads(line)["engine"].partition(":")[2] for line in done.stdout.splitlines()] == [
        "build",
        "build_batches",
    ]


def test_without_json_the_figures_and_the_confusion_are_shown(run: CliRunner, pairs: str) -> None:
    done = run.invoke(app, ["evaluate", "assertion", pairs, *ENGINE, "--reliability", "--errors", "1"])

    assert done.exit_code == 0
    assert "status.macro_f1" in done.stdout
    assert "status.confusion" in done.stdout
    assert "reliability" in done.stdout
    assert "Denies [[cough|ABSENT -> PRESENT]]." in done.stdout


def test_bad_rows_are_reported_aside_and_counted_and_the_rest_is_scored(run: CliRunner, tmp_path: Path) -> None:
    file = str(write(tmp_path / "rows.jsonl", [ROWS[0], {**ROWS[1], "end": 900}, "Ana Ruiz Prueba", ROWS[1]]))

    done = run.invoke(app, ["evaluate", "assertion", file, *ENGINE, "--json"])

    assert json.loads(done.stdout)["skipped"] == 2
    assert json.loads(done.stdout)["rows"] == 2
    assert f"skipped {file}:2: target: offsets" in done.stderr
    assert f"skipped {file}:3: not JSON" in done.stderr
    assert "Ana" not in done.output


def test_wrong_cases_go_aside_where_the_output_is_json(run: CliRunner, pairs: str) -> None:
    done = run.invoke(app, ["evaluate", "assertion", pairs, *ENGINE, "--json", "--errors", "3"])

    assert json.loads(done.stdout)
    assert "ABSENT -> PRESENT" in done.stderr


def test_wrong_cases_are_written_as_json_lines(run: CliRunner, pairs: str, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"

    run.invoke(app, ["evaluate", "assertion", pairs, *ENGINE, "--errors-file", str(cases)])

    (case,) = map(json.loads, cases.read_text(encoding="utf-8").splitlines())
    assert (case["kind"], case["id"], case["text"]) == ("ABSENT -> PRESENT", "p2", "Denies cough.")
    assert case["gold"] == {"start": 7, "end": 12, "label": "ABSENT"}


def test_the_reliability_bins_are_in_the_json_where_asked_for(run: CliRunner, pairs: str) -> None:
    done = run.invoke(app, ["evaluate", "assertion", pairs, *ENGINE, "--json", "--reliability"])

    assert sum(each["count"] for each in json.loads(done.stdout)["reliability"]["status"]) == 2


def test_one_engine_that_fails_does_not_silence_the_other(run: CliRunner, pairs: str) -> None:
    done = run.invoke(app, ["evaluate", "assertion", pairs, "--engine", "oracle", *ENGINE, "--json"])

    assert done.exit_code == 1
    assert json.loads(done.stdout)["metrics"]["status.accuracy"] == 0.5
    assert "oracle" in done.stderr


@pytest.mark.parametrize("task", ["entities", "cues", "sentences"])
def test_a_file_the_task_cannot_use_is_refused_with_a_reason(run: CliRunner, pairs: str, task: str) -> None:
    done = run.invoke(app, ["evaluate", task, pairs, *BATCHES, "--json"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert "No row of these files has " in done.stderr


def test_a_missing_file_is_refused_without_a_traceback(run: CliRunner, tmp_path: Path) -> None:
    done = run.invoke(app, ["evaluate", "assertion", str(tmp_path / "gone.jsonl"), *ENGINE])

    assert done.exit_code == 1
    assert "name a .jsonl or .jsonl.gz file" in done.stderr
    assert "Traceback" not in done.output


def test_without_torch_training_says_how_to_get_it_and_measuring_still_works(
    run: CliRunner, pairs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None in this table makes the import fail, as it does where torch is missing.
    monkeypatch.setitem(sys.modules, "epicrisis_lab.training.commands", None)

    refused = run.invoke(app, ["train", "english"])
    measured = run.invoke(app, ["evaluate", "assertion", pairs, *ENGINE, "--json"])

    assert refused.exit_code == 1
    assert "pip install epicrisis[lab]" in refused.stderr
    assert measured.exit_code == 0


@pytest.mark.parametrize("verb", ["train", "export"])
def test_training_gets_its_words_as_they_were_typed(run: CliRunner, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    training = typer.Typer()

    @training.command("train")
    @training.command("export")
    def heard(context: typer.Context, name: str, seed: int = 0) -> None:
        typer.echo(f"{context.info_name} {name} with seed {seed}")

    commands = ModuleType("epicrisis_lab.training.commands")
    commands.__dict__["app"] = training
    monkeypatch.setitem(sys.modules, commands.__name__, commands)

    done = run.invoke(app, [verb, "english", "--seed", "7"])

    assert (done.exit_code, done.stdout) == (0, f"{verb} english with seed 7\n")
    assert "--seed" in run.invoke(app, [verb, "--help"]).stdout


def test_data_check_says_where_the_data_is_not_and_what_to_do(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_SETTING, str(tmp_path / "gone"))

    done = run.invoke(app, ["data", "check"])

    assert done.exit_code == 0
    assert "Set EPICRISIS_CORPORA to the folder" in done.stdout


def test_data_check_counts_rows_and_fails_on_faults(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "assertion" / "negex"
    folder.mkdir(parents=True)
    good = {**ROWS[0], "source": "negex"}
    write(folder / "dev.jsonl.gz", [good])
    monkeypatch.setenv(DATA_SETTING, str(tmp_path))

    well = run.invoke(app, ["data", "check"])
    write(folder / "train.jsonl.gz", [good, {**good, "end": 99}])
    ill = run.invoke(app, ["data", "check"])

    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert "1 rows in 1 files, 0 faults." in well.stdout
    assert "train.jsonl.gz:2: target: offsets" in ill.stderr


def test_data_list_shows_the_terms_of_each_corpus(run: CliRunner) -> None:
    done = run.invoke(app, ["data", "list"])

    assert "mtsamples_status" in done.stdout
    assert "CC BY-NC" in done.stdout


def test_rows_are_read_by_the_engine_of_their_language_where_none_is_named(run: CliRunner, tmp_path: Path) -> None:
    spanish = str(write(tmp_path / "es.jsonl", [{**SENTENCE, "lang": "es"}]))
    french = str(write(tmp_path / "fr.jsonl", [{**SENTENCE, "lang": "fr"}]))

    answers = [
        run.invoke(app, ["evaluate", "entities", file, "--json", "--bootstrap", "0"]) for file in (spanish, french)
    ]

    assert all("Traceback" not in answer.output for answer in answers)
    assert ["spanish" in answer.output for answer in answers] == [True, False]


def test_records_are_scored_list_by_list_beside_the_plain_reader(run: CliRunner) -> None:
    file = str(Path(__file__).parents[2] / "golden" / "records" / "001.json")

    done = run.invoke(app, ["evaluate", "records", file, "--baseline", "plain", "--bootstrap", "0", "--json"])

    rules, plain = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 0
    assert (rules["engine"], plain["engine"], rules["rows"]) == ("rules", "plain", 1)
    assert rules["metrics"]["records.demographics.f1"] == 1.0
    assert rules["metrics"]["records.problems.f1"] > 0.85
    assert plain["metrics"]["records.follow-up.f1"] == 0.0
