"""Where a model is found, and what is refused before a byte of it is believed."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from epicrisis.engines.assertion.hugging_face.engine import load
from epicrisis.engines.assertion.hugging_face.files import find_model, hub_cache
from epicrisis.errors import CorruptArtifact, MissingArtifact, MissingDependency, UnknownEngine

CONFIG = json.dumps({"id2label": {"0": "PRESENT", "1": "ABSENT"}})
SAFETENSORS = (2).to_bytes(8, "little") + b"{}"
ONNX = b"\x08\x08graph"
PICKLE = pickle.dumps({"weights": [1.0]})
ENGINES = ("model", "rules")


def laid(folder: Path, **files: bytes) -> Path:
    """Write ``config.json`` and ``files`` (a double underscore reads as a dot) to ``folder``."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(CONFIG, encoding="utf-8")
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Look for models of the hub in a cache of this test alone."""
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "hub"


def test_a_folder_is_known_by_its_name_and_the_sha256_of_its_weights(tmp_path: Path) -> None:
    found = find_model(str(laid(tmp_path / "mine", model__safetensors=SAFETENSORS)))

    digest = hashlib.sha256(SAFETENSORS).hexdigest()
    assert (found.name, found.version, found.graph) == ("mine", digest[:12], None)
    assert found.sha256["model.safetensors"] == digest
    assert found.size_bytes == len(SAFETENSORS) + len(CONFIG)


def test_original_weights_go_before_a_graph_and_a_graph_before_a_pickle(tmp_path: Path) -> None:
    both = laid(tmp_path / "both", model__safetensors=SAFETENSORS, model__onnx=ONNX)
    graph = laid(tmp_path / "graph", model__onnx=ONNX, pytorch_model__bin=PICKLE)

    assert find_model(str(both)).graph is None
    assert find_model(str(graph)).graph == graph / "model.onnx"


def test_a_name_of_the_hub_is_looked_up_by_its_revision(own_cache: Path) -> None:
    kept = own_cache / "models--prueba--tiny"
    laid(kept / "snapshots" / "abc123", model__safetensors=SAFETENSORS)
    (kept / "refs" / "pr").mkdir(parents=True)
    (kept / "refs" / "pr" / "1").write_text("abc123\n", encoding="utf-8")

    by_reference, by_commit = find_model("prueba/tiny@pr/1"), find_model("prueba/tiny@abc123")

    assert by_reference == by_commit
    assert (by_commit.name, by_commit.version) == ("prueba/tiny", "abc123")


@pytest.mark.parametrize(
    ("variables", "cache"),
    [
        ({"HF_HUB_CACHE": "/c", "HF_HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/c"),
        ({"HF_HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/h/hub"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/huggingface/hub"),
        ({"HOME": "/u"}, "/u/.cache/huggingface/hub"),
    ],
)
def test_the_cache_is_where_the_hubs_own_tools_keep_it(
    variables: dict[str, str], cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert hub_cache() == Path(cache)


@pytest.mark.parametrize("model", ["oracle", "prueba/tiny", "prueba/tiny@main", "no such folder", "/no/model.onnx"])
def test_an_unknown_name_is_one_error_that_lists_what_is_known(model: str) -> None:
    with pytest.raises(UnknownEngine) as refused:
        find_model(model, engines=ENGINES)

    said = str(refused.value)
    assert repr(model) in said
    assert all(known in said for known in ("folder", "ONNX file", "hub name", str(list(ENGINES)), str(hub_cache())))
    assert "\n" not in said


def test_an_unknown_hub_name_says_how_to_fetch_it() -> None:
    with pytest.raises(UnknownEngine, match="hf download prueba/tiny --revision pr/1"):
        find_model("prueba/tiny@pr/1")


@pytest.mark.parametrize("name", ["pytorch_model__bin", "pytorch_model-00001-of-00002__bin"])
def test_a_pickle_is_refused_with_the_way_out(name: str, tmp_path: Path) -> None:
    folder = laid(tmp_path / "old", **{name: PICKLE})

    with pytest.raises(CorruptArtifact, match=r"are a pickle .*use-a-hugging-face-model\.md"):
        find_model(str(folder))


def test_a_pickle_named_by_itself_is_refused(tmp_path: Path) -> None:
    folder = laid(tmp_path / "old", pytorch_model__bin=PICKLE)

    with pytest.raises(CorruptArtifact, match=r"'pytorch_model.bin' is of a kind we never load"):
        find_model(str(folder / "pytorch_model.bin"))


@pytest.mark.parametrize("name", ["model__safetensors", "model__onnx"])
def test_a_pickle_by_another_name_is_refused(name: str, tmp_path: Path) -> None:
    folder = laid(tmp_path / "renamed", **{name: PICKLE})

    with pytest.raises(CorruptArtifact, match="not what its name says"):
        find_model(str(folder))


def test_a_folder_without_weights_or_without_configuration_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "model.safetensors").write_bytes(SAFETENSORS)

    with pytest.raises(MissingArtifact, match="no weights"):
        find_model(str(laid(tmp_path / "empty")))
    with pytest.raises(MissingArtifact, match=r"no config.json"):
        find_model(str(tmp_path / "bare"))


@pytest.mark.parametrize("content", ["[]", "{", "\u00ff"])
def test_a_configuration_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    folder = laid(tmp_path / "odd", model__safetensors=SAFETENSORS)
    (folder / "config.json").write_text(content, encoding="latin-1")

    with pytest.raises(CorruptArtifact, match=r"config.json of 'odd'"):
        find_model(str(folder))


def test_a_download_that_broke_off_is_refused(own_cache: Path) -> None:
    snapshot = laid(own_cache / "models--prueba--tiny" / "snapshots" / "main")
    (snapshot / "model.safetensors").symlink_to("../../blobs/not-there")

    with pytest.raises(MissingArtifact, match=r"'model.safetensors' cannot be read"):
        find_model("prueba/tiny")


def test_original_weights_without_the_extra_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = laid(tmp_path / "mine", model__safetensors=SAFETENSORS)
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(MissingDependency, match=r"pip install 'epicrisis\[hf\]'"):
        load(str(folder))


def test_a_graph_that_is_none_is_refused(tmp_path: Path) -> None:
    folder = laid(tmp_path / "mine", model__onnx=ONNX, tokenizer__json=b"{}")

    with pytest.raises(CorruptArtifact, match=r"tokenizer.json of 'mine' cannot be read"):
        load(str(folder))


def test_the_command_says_it_in_one_line_and_starts_nothing() -> None:
    environment = os.environ | {"EPICRISIS_ASSERTION__MODEL": "prueba/unknown", "EPICRISIS_READER": "rules"}

    done = subprocess.run(
        [sys.executable, "-m", "epicrisis", "serve", "--port", "0"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "no assertion model 'prueba/unknown'" in done.stderr
    assert "['model', 'rules', 'spanish']" in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_waits_for_pytorch_who_does_not_name_such_a_model() -> None:
    script = """
import sys
import epicrisis.assembly, epicrisis.engines.assertion.hugging_face.engine
print(sorted({"torch", "transformers"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert done.stdout.strip() == "[]", done.stderr


def naming(name: bytes) -> bytes:
    """Return what a graph holds that keeps weights in the file ``name``: an ``external_data`` entry of ONNX."""
    return ONNX + b"\x0a\x08location\x12" + bytes([len(name)]) + name + b"\x6a"


def test_weights_that_lie_beside_the_graph_are_part_of_what_is_loaded(tmp_path: Path) -> None:
    folder = laid(tmp_path / "large", model__onnx=naming(b"model.onnx_data"), model__onnx_data=b"weights")
    before = find_model(str(folder))

    (folder / "model.onnx_data").write_bytes(b"WEIGHTS")

    after = find_model(str(folder))
    assert before.sha256["model.onnx_data"] == hashlib.sha256(b"weights").hexdigest()
    assert after.sha256["model.onnx_data"] == hashlib.sha256(b"WEIGHTS").hexdigest()
    assert before.size_bytes == len(naming(b"model.onnx_data")) + len(b"weights") + len(CONFIG)


def test_weights_that_are_not_there_are_missed_by_name(tmp_path: Path) -> None:
    folder = laid(tmp_path / "large", model__onnx=naming(b"weights.bin"))

    with pytest.raises(MissingArtifact, match=r"weights\.bin"):
        find_model(str(folder))


@pytest.mark.parametrize("name", [b"../weights", b"/etc/passwd", b"a/b", b"", b"x" * 200])
def test_weights_that_lie_elsewhere_are_refused(tmp_path: Path, name: bytes) -> None:
    folder = laid(tmp_path / "large", model__onnx=naming(name))

    with pytest.raises(CorruptArtifact, match="do not lie beside it"):
        find_model(str(folder))


def test_the_word_list_is_part_of_what_is_loaded_where_there_is_no_tokenizer(tmp_path: Path) -> None:
    bare = laid(tmp_path / "bare", model__safetensors=SAFETENSORS, vocab__txt=b"fever\n")
    whole = laid(tmp_path / "whole", model__safetensors=SAFETENSORS, vocab__txt=b"fever\n", tokenizer__json=b"{}")

    assert find_model(str(bare)).sha256["vocab.txt"] == hashlib.sha256(b"fever\n").hexdigest()
    assert find_model(str(whole)).sha256.keys() == {"model.safetensors", "config.json", "tokenizer.json"}
