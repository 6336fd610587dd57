"""The steps of the image, taken as the Dockerfile says them (the whole: nightly, as root, from the package index)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.deploy.files import DEPLOY, ROOT, instructions

SCRIPT = DEPLOY / "build_steps.py"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def steps() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_steps", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks for its module there.
    sys.modules["build_steps"] = module
    spec.loader.exec_module(module)
    return module


def test_it_reads_every_line_of_the_dockerfile(steps: ModuleType) -> None:
    read = [(name, " ".join(words.split())) for name, words in steps.instructions(DOCKERFILE)]

    assert read == [(name, " ".join(words.split())) for name, words in instructions(DOCKERFILE)]
    assert [name for name, _ in read].count("RUN") == 2


def test_it_takes_or_keeps_every_line_and_stops_at_one_it_does_not_know(steps: ModuleType, tmp_path: Path) -> None:
    stage = steps.Stage(tmp_path, {"PORT": "8080"})
    builder = steps.Builder(tmp_path, {})

    for name, words in steps.instructions(DOCKERFILE.rpartition("FROM ")[2].partition("\n")[2]):
        if name not in {"RUN", "COPY"}:
            builder._step(stage, name, words)

    assert stage.told["EXPOSE"] == stage.env["EPICRISIS_PORT"] == "8080"
    assert stage.env["PATH"] == f"/opt/epicrisis/bin:{steps.BASE_PATH}"
    assert stage.told["USER"] == "10001:10001"
    with pytest.raises(SystemExit, match="ONBUILD"):
        builder._step(stage, "ONBUILD", "RUN true")


def test_what_is_copied_is_what_git_knows_and_the_builder_would_see(steps: ModuleType, tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("the script asks git which files are ours")
    stage = steps.Stage(tmp_path, {}, workdir="/build")
    builder = steps.Builder(tmp_path, {})

    for words in (words for name, words in steps.instructions(DOCKERFILE) if name == "COPY"):
        if not words.startswith("--from") and not words.startswith("src"):
            builder._step(stage, "COPY", words)

    copied = {str(path.relative_to(tmp_path / "build")) for path in tmp_path.rglob("*") if path.is_file()}
    assert copied == {
        "pyproject.toml", "README.md", "LICENSE", "NOTICE", "deploy/install.sh",
        "requirements/server.lock", "requirements/postgres.lock", "requirements/documents.lock",
    }  # fmt: skip
    assert "src/epicrisis/__init__.py" in steps.let_through("src")
    with pytest.raises(SystemExit, match="nothing of tests"):
        builder._step(stage, "COPY", "tests tests")


def test_arguments_of_the_build_are_heard_where_they_are_declared(steps: ModuleType, tmp_path: Path) -> None:
    stage = steps.Stage(tmp_path, {})
    builder = steps.Builder(tmp_path, {"EXTRAS": "postgres documents", "OTHER": "unheard"})

    builder._step(stage, "ARG", 'EXTRAS=""')
    builder._step(stage, "ARG", "UID=10001")

    assert stage.args == {"EXTRAS": "postgres documents", "UID": "10001"}
    assert stage.filled("sh install.sh ${EXTRAS} $UID ${OTHER}") == "sh install.sh postgres documents 10001 "


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs root and unshare")
def test_a_clean_folder_becomes_a_server_that_answers() -> None:
    done = subprocess.run([str(SCRIPT)], capture_output=True, text=True, timeout=1700, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "/predict says ABSENT" in done.stdout
    assert "the health check says yes" in done.stdout
    assert "stopped with 0" in done.stdout
