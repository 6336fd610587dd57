"""A model of the hub is loaded from a folder, an ONNX file or by its name, without network, or one error says why."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.hugging_face.engine import load
from epicrisis.errors import CorruptArtifact
from tests.conftest import ROOT
from tests.hub.conftest import COMMIT, REPOSITORY

NOTE = Document(id="n1", text="The patient denies chest pain.")
FINDING = Span(19, 29)


@pytest.mark.usefixtures("no_network")
def test_by_folder(folder: Path) -> None:
    engine = load(str(folder))

    [assertion] = engine.assess(NOTE, [FINDING])
    assert assertion.status is Status.ABSENT
    assert engine.card.name == "tiny-assertion-bert"
    assert engine.card.version == engine.card.sha256["model.safetensors"][:12]
    assert "PRESENT, ABSENT, POSSIBLE" in engine.card.summary
    assert engine.make.longest == 64
    assert "Calibration unknown" in engine.card.limits[0]
    assert engine.card.languages == ("en",)


@pytest.mark.usefixtures("no_network")
def test_by_onnx_file_with_the_same_answers(folder: Path, graph: Path) -> None:
    engine = load(str(graph))

    [expected] = load(str(folder)).assess(NOTE, [FINDING])
    [assertion] = engine.assess(NOTE, [FINDING])
    assert assertion.status is expected.status
    # Processors with bfloat16 round more.
    assert dict(assertion.scores) == pytest.approx(dict(expected.scores), abs=0.02)
    assert engine.card.sha256.keys() == {"model.onnx", "config.json", "tokenizer.json"}


@pytest.mark.usefixtures("no_network")
def test_by_a_folder_that_holds_the_graph_one_below(graph: Path, tmp_path: Path) -> None:
    repository = tmp_path / "exported"
    (repository / "onnx").mkdir(parents=True)
    shutil.copy(graph, repository / "onnx")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(graph.parent / name, repository)

    by_folder, by_file = load(str(repository)), load(str(repository / "onnx" / "model.onnx"))

    assert by_folder.assess(NOTE, [FINDING]) == by_file.assess(NOTE, [FINDING])


@pytest.mark.parametrize("name", [REPOSITORY, f"{REPOSITORY}@main", f"{REPOSITORY}@{COMMIT}"])
@pytest.mark.usefixtures("hub_home", "no_network")
def test_by_the_name_it_has_on_the_hub(name: str) -> None:
    engine = load(name)

    [assertion] = engine.assess(NOTE, [FINDING])
    assert assertion.status is Status.ABSENT
    assert (engine.card.name, engine.card.version) == (REPOSITORY, COMMIT)


def test_an_onnx_file_needs_no_pytorch(graph: Path) -> None:
    script = """
import sys
sys.modules["torch"] = sys.modules["transformers"] = sys.modules["huggingface_hub"] = None
from epicrisis.engines.assertion.hugging_face.engine import load
print([sentence.label.value for sentence in load(sys.argv[1]).sentence_labels(["He denies fever."])])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(graph)], capture_output=True, text=True, timeout=120, check=False
    )

    assert done.stdout.strip() == "['ABSENT']", done.stderr


def test_a_word_list_alone_makes_a_tokenizer(folder: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    (older / "tokenizer.json").unlink()

    assert load(str(older)).assess(NOTE, [FINDING]) == load(str(folder)).assess(NOTE, [FINDING])


def test_a_body_without_its_head_is_refused(folder: Path, tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification

    headless = tmp_path / "headless"
    shutil.copytree(folder, headless)
    BertForSequenceClassification.from_pretrained(folder, local_files_only=True).bert.save_pretrained(headless)
    shutil.copy(folder / "config.json", headless)

    with pytest.raises(CorruptArtifact, match=r"lack \['classifier.bias', 'classifier.weight'\]"):
        load(str(headless))


@pytest.mark.parametrize("kind", ["folder", "graph"])
def test_more_labels_than_answers_are_refused(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    given: Path = request.getfixturevalue(kind)
    copied = tmp_path / "mislabelled"
    shutil.copytree(given if given.is_dir() else given.parent, copied)
    config = json.loads((copied / "config.json").read_text(encoding="utf-8"))
    config["id2label"] |= {"3": "CONDITIONAL"}
    (copied / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(CorruptArtifact, match="mislabelled"):
        load(str(copied))


def test_code_of_the_model_is_never_run(folder: Path, tmp_path: Path) -> None:
    tricked = tmp_path / "tricked"
    shutil.copytree(folder, tricked)
    (tricked / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    config = json.loads((tricked / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoModelForSequenceClassification": "own.Own"}}
    (tricked / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(CorruptArtifact, match="tricked"):
        load(str(tricked))

    assert not (tmp_path / "ran").exists()


def test_a_pickle_is_converted_as_the_page_shows(folder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    pickled = tmp_path / "pickled"
    shutil.copytree(folder, pickled)
    torch.save(load_file(folder / "model.safetensors"), pickled / "pytorch_model.bin")
    (pickled / "model.safetensors").unlink()
    page = (ROOT / "docs" / "how-to" / "use-a-hugging-face-model.md").read_text(encoding="utf-8")
    shown = page.partition("```py\n")[2].partition("```")[0]
    code = shown.replace("bvanaken/clinical-assertion-negation-bert", str(pickled))

    with pytest.raises(CorruptArtifact, match="pickle"):
        load(str(pickled))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert load(str(tmp_path / "assertion-bert")).assess(NOTE, [FINDING]) == load(str(folder)).assess(NOTE, [FINDING])
