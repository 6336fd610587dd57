"""S16: a model file is data: no kind that can run code is ever read, and what is read is what its card says."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.assertion.hugging_face.files import find_model
from epicrisis.errors import CorruptArtifact

SOURCE = Path(__file__).resolve().parents[2] / "src"
MODELS = SOURCE / "epicrisis" / "models"
SHIPPED = sorted(path for path in MODELS.rglob("*") if path.is_file() and "__pycache__" not in path.parts)

# What reads objects back from bytes by running what the bytes say.
RUNS_WHAT_IT_READS = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "hickle"}
# What a call must say where it says anything: everything else is code from elsewhere.
ONLY = {"trust_remote_code": False, "allow_pickle": False, "weights_only": True}


class Payload:
    """What a pickle can do: make a file where it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def pickled(mark: Path, kind: str) -> bytes:
    if kind != "zipped":
        return pickle.dumps(Payload(mark), protocol=int(kind))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Payload(mark)))
    return stream.getvalue()


KINDS = [*map(str, range(pickle.HIGHEST_PROTOCOL + 1)), "zipped"]


@pytest.mark.parametrize("name", ["encoder.onnx", "head.safetensors", "words.npz", "tokenizer.json"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_pickle_by_another_name_is_refused_although_its_card_says_so(tmp_path: Path, name: str, kind: str) -> None:
    content = pickled(tmp_path / "ran", kind)
    (tmp_path / name).write_bytes(content)
    card = {"name": "small", "version": "1", "summary": "Reads nothing.", "languages": ["en"], "licence": "Apache-2.0"}
    digests = {name: hashlib.sha256(content).hexdigest()}
    (tmp_path / "card.json").write_text(json.dumps({**card, "sha256": digests}), encoding="utf-8")

    with pytest.raises(CorruptArtifact, match=r"is not what its name says, so it is not loaded"):
        Artifact(tmp_path).path(name)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["model.onnx", "model.safetensors", "pytorch_model.bin"])
def test_a_pickle_of_somebody_elses_model_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(pickled(tmp_path / "ran", kind))
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(CorruptArtifact):
        find_model(str(tmp_path))

    assert not (tmp_path / "ran").exists()


def test_a_server_told_to_read_a_pickle_says_so_in_one_line_and_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(pickled(tmp_path / "ran", "4"))
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    told = {
        "EPICRISIS_READER": "rules",
        "EPICRISIS_ASSERTION__MODEL": str(path),
        "EPICRISIS_DATA": str(tmp_path / "data"),
    }

    done = subprocess.run(
        [sys.executable, "-m", "epicrisis", "serve", "--port", "0"],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode != 0
    assert [line for line in lines if "model.onnx" in line] == lines[-1:]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(MODELS)))
def test_every_shipped_file_is_on_its_card_with_its_sha256(path: Path) -> None:
    card = json.loads((path.parent / "card.json").read_text(encoding="utf-8"))

    if path.name != "card.json":
        assert card["sha256"][path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.suffix in {".onnx", ".safetensors", ".gguf", ".json", ".npz", ".toml"}


def test_every_card_names_files_that_are_shipped() -> None:
    cards = [path for path in SHIPPED if path.name == "card.json"]
    named = {path.parent / name for path in cards for name in _card(path)["sha256"]}
    # The weights of what listens come in two packages; their sha256 is on our card all the same.
    brought = {path.parent / name for path in cards for name in _card(path).get("packaged", ())}

    assert named
    assert named - brought == {path for path in SHIPPED if path.name != "card.json"}


@pytest.mark.parametrize("package", ["epicrisis", "epicrisis_lab"])
def test_nothing_in_the_source_reads_code_as_data(package: str) -> None:
    paths = sorted((SOURCE / package).rglob("*.py"))

    found = [f"{path.relative_to(SOURCE)}:{fault}" for path in paths for fault in faults(path.read_text(), package)]

    assert len(paths) > 20
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import shelve as keep",
        "from joblib import load",
        "from torch import load",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "torch.hub.load('a/b', 'c')",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=choice)",
        "AutoModel.from_pretrained(name, trust_remote_code=True)",
        "AutoModel.from_pretrained(name, **{'trust_remote_code': True})",
        "eval(text)",
        "exec(text)",
    ],
)
def test_the_walk_finds_what_it_looks_for(line: str) -> None:
    assert list(faults(line, "epicrisis")) != []


REFUSING = """
import pickle
class Plain(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle_error(module)
"""


def test_a_reader_of_pickles_that_refuses_every_name_is_no_fault_in_the_lab_alone() -> None:
    assert list(faults(REFUSING, "epicrisis_lab")) == []
    assert list(faults(REFUSING, "epicrisis")) != []


@pytest.mark.parametrize(
    "source",
    [
        REFUSING + "from pickle import loads",
        REFUSING + "pickle.loads(data)",
        REFUSING + "import pickle as other",
        REFUSING.replace("raise pickle_error(module)", "return super().find_class(module, name)"),
        REFUSING.replace("raise", "if module: raise"),
        REFUSING.replace("find_class", "find_other"),
    ],
)
def test_a_reader_of_pickles_that_lets_a_name_through_is_found_in_the_lab(source: str) -> None:
    assert list(faults(source, "epicrisis_lab")) != []


def faults(source: str, package: str) -> Iterator[str]:
    """Yield the lines of ``source`` that read code as data; the lab may read tensors it has saved itself."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {str(getattr(node, "module", None) or each.name).partition(".")[0] for each in node.names}
            from_torch = isinstance(node, ast.ImportFrom) and node.module in {"torch", "torch.hub"}
            plain = ast.unparse(node) == "import pickle" and package == "epicrisis_lab" and _runs_nothing(tree)
            if (names & RUNS_WHAT_IT_READS and not plain) or (
                from_torch and any(each.name == "load" for each in node.names)
            ):
                yield f"{node.lineno}: imports {', '.join(sorted(names))}"
        elif isinstance(node, ast.keyword) and node.arg in ONLY and not _says(node.value, ONLY[node.arg]):
            yield f"{node.value.lineno}: {node.arg}"
        elif isinstance(node, ast.Dict) and {key.value for key in node.keys if isinstance(key, ast.Constant)} & set(
            ONLY
        ):
            yield f"{node.lineno}: an option that the walk cannot see"
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            careful = any(each.arg == "weights_only" for each in node.keywords)
            if name in {"eval", "exec", "torch.hub.load"} or (
                name == "torch.load" and (package == "epicrisis" or not careful)
            ):
                yield f"{node.lineno}: {name}"


def _runs_nothing(tree: ast.Module) -> bool:
    """Return whether all that is used of ``pickle`` is its reader, made into one that refuses every name.

    A pickle of plain values names nothing, and one that would run something has to name it (docs.python.org, pickle,
    "Restricting Globals").
    """
    readers = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and [ast.unparse(base) for base in node.bases] == ["pickle.Unpickler"]
    ]
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pickle"]
    return bool(readers) and len(taken) == len(readers) and all(map(_refuses, readers))


def _refuses(reader: ast.ClassDef) -> bool:
    """Return whether the one method of ``reader`` is to find a class, and all it does is to raise."""
    methods = [node for node in reader.body if isinstance(node, ast.FunctionDef)]
    return (
        [each.name for each in methods] == ["find_class"]
        and isinstance(methods[0].body[-1], ast.Raise)
        and not any(isinstance(node, ast.Return | ast.If | ast.Try) for node in ast.walk(methods[0]))
    )


def _says(node: ast.expr, expected: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is expected


def _card(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
