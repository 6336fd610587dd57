"""A tagger learns from a corpus, and reads notes with what it learnt."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from epicrisis.domain.documents import Document
from epicrisis_lab.baselines.entities import Taggers, weights
from epicrisis_lab.cli import app
from epicrisis_lab.corpora.catalogue import DATA_SETTING
from epicrisis_lab.errors import MissingCapability
from tests.unit.lab.files import entity, sentence, write

PROBLEMS = ("fiebre", "tos", "disnea", "dolor torácico")
KINDS = [
    pytest.param("crf", "pycrfsuite", id="crf"),
    pytest.param("bilstm-crf", "torch", id="bilstm-crf"),
]


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data" / "ner_es" / "symptemist"
    folder.mkdir(parents=True)
    rows = [
        sentence(
            f"s{number}-{word}", f"{opening} {word} desde ayer. Sin cambios.", entity(word, "SINTOMA"),
            source="symptemist", lang="es",
        )
        for number, opening in enumerate(("Refiere", "Presenta", "Paciente con", "Acude por"))
        for word in PROBLEMS
    ]  # fmt: skip
    write(folder / "train.jsonl.gz", rows)
    write(folder / "dev.jsonl.gz", rows[:2])
    monkeypatch.setenv(DATA_SETTING, str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize(("kind", "library"), KINDS)
def test_a_tagger_reads_what_it_was_taught(corpora: Path, kind: str, library: str) -> None:
    pytest.importorskip(library, reason="baselines need the bench extra")
    work = corpora / "work"
    more = ["--epochs", "120"] if kind == "bilstm-crf" else []

    done = CliRunner().invoke(app, ["baseline", kind, "symptemist", "--work", str(work), *more])
    note = Document(id="n1", text="Alta.\n\nRefiere disnea desde el lunes.", language="es")
    (named,) = Taggers(kind, "es", work).named([note], ["symptoms", "symptoms_base"])

    assert done.exit_code == 0, done.output
    assert [note.quote(each.span) for each in named["symptoms"]] == ["disnea"]
    assert named["symptoms"] == named["symptoms_base"]


@pytest.mark.parametrize(("kind", "library"), KINDS)
def test_what_is_trained_is_not_trained_again(corpora: Path, kind: str, library: str) -> None:
    pytest.importorskip(library, reason="baselines need the bench extra")
    path = weights(kind, "symptemist", corpora)
    path.parent.mkdir()
    path.write_bytes(b"kept")

    done = CliRunner().invoke(app, ["baseline", kind, "symptemist", "--work", str(corpora)])

    assert done.exit_code == 0
    assert path.read_bytes() == b"kept"


@pytest.mark.parametrize("kind", ["crf", "bilstm-crf"])
def test_weights_that_are_not_there_are_asked_for_by_the_command_that_trains_them(kind: str, tmp_path: Path) -> None:
    note = Document(id="n1", text="Fiebre.", language="es")
    taggers = Taggers(kind, "es", tmp_path)

    with pytest.raises(MissingCapability, match=f"`epicrisis-lab baseline {kind} symptemist` trains them"):
        taggers.named([note], ["symptoms"])
    assert taggers.label_sets == ()


def test_a_baseline_is_scored_beside_an_engine_on_the_same_rows(corpora: Path) -> None:
    pytest.importorskip("pycrfsuite", reason="baselines need the bench extra")
    work, file = str(corpora / "work"), str(corpora / "data" / "ner_es" / "symptemist" / "dev.jsonl.gz")
    CliRunner().invoke(app, ["baseline", "crf", "symptemist", "--work", work])

    done = CliRunner().invoke(
        app, ["evaluate", "entities", file, "--engine", "oracle", "--baseline", "crf", "--work", work, "--json"]
    )

    assert '"engine": "crf"' in done.stdout
    assert '"entities.strict.SINTOMA.f1": 1.0' in done.stdout
    assert "oracle" in done.stderr


def test_a_corpus_that_is_not_here_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pycrfsuite", reason="baselines need the bench extra")
    monkeypatch.setenv(DATA_SETTING, str(tmp_path / "gone"))

    done = CliRunner().invoke(app, ["baseline", "crf", "symptemist", "--work", str(tmp_path)])

    assert done.exit_code == 1
    assert "No train part of symptemist here; set EPICRISIS_CORPORA" in done.stderr
