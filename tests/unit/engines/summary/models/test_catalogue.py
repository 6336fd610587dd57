from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis.engines.summary.models.catalogue import Catalogue
from epicrisis.engines.summary.models.contracts import ModelKind
from epicrisis.engines.summary.models.endpoint import Endpoint
from epicrisis.errors import UnknownModel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.gguf").write_bytes(b"GGUF")
    for name, architecture in (("writer", "LlamaForCausalLM"), ("shortener", "BartForConditionalGeneration")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps({"architectures": [architecture]}))
    (tmp_path / "reader").mkdir()
    (tmp_path / "reader" / "config.json").write_text(json.dumps({"architectures": ["BertForTokenClassification"]}))
    (tmp_path / "notes.txt").write_text("no model")
    return tmp_path


def named(catalogue: Catalogue) -> set[tuple[str, str]]:
    return {(each.name, each.kind.value) for each in catalogue.available() if each.name != "smollm2"}


def test_lists_the_models_of_the_folder_and_the_endpoints_by_name_and_type(folder: Path) -> None:
    catalogue = Catalogue(folder=folder, endpoints=(Endpoint("ward", "http://127.0.0.1:1/v1", "big"),))

    assert named(catalogue) == {
        ("small", "gguf"),
        ("writer", "text-generation"),
        ("shortener", "summarization"),
        ("shortener", "seq2seq"),
        ("ward", "openai"),
    }


def test_the_usual_model_may_be_a_path_that_no_client_can_say(folder: Path) -> None:
    catalogue = Catalogue(model=str(folder / "small.gguf"))

    assert catalogue.chosen().name == "small"
    with pytest.raises(UnknownModel):
        catalogue.chosen(str(folder / "small.gguf"))


def test_a_name_with_two_types_takes_the_one_that_is_asked_for(folder: Path) -> None:
    catalogue = Catalogue(model="shortener", kind="summarization", folder=folder)

    assert catalogue.chosen().kind is ModelKind.SUMMARIZATION
    assert catalogue.chosen("shortener", "seq2seq").kind is ModelKind.SEQ2SEQ


def test_a_type_alone_takes_a_model_of_that_type(folder: Path) -> None:
    assert Catalogue(model="small", folder=folder).chosen(kind="text-generation").name == "writer"


@pytest.mark.parametrize("name", ["../small", "/etc/passwd", "http://169.254.169.254/", "small.gguf", "SMALL"])
def test_any_other_name_is_refused_with_a_list_of_those_there_are(folder: Path, name: str) -> None:
    with pytest.raises(UnknownModel, match="of that name; try one of") as refused:
        Catalogue(folder=folder).chosen(name)

    assert "'small' (gguf)" in str(refused.value)
    assert name not in str(refused.value).replace("'small'", "")


def test_a_type_nobody_knows_is_refused_and_not_repeated(folder: Path) -> None:
    with pytest.raises(UnknownModel, match="of that name of that type; try one of"):
        Catalogue(folder=folder).chosen("small", "pickle")
