"""Each tool that reads the files that deploy us finds what is wrong with them (scripts/check-deploy)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.files import ROOT

SCRIPT = ROOT / "scripts" / "check-deploy"

pytestmark = pytest.mark.skipif(
    not (Path(sys.executable).parent / "hadolint").exists(), reason="needs the tools: make .venv/.tools"
)

FAULTS = {
    "hadolint": ("deploy/Dockerfile", "WORKDIR /data", "WORKDIR data", "DL3000"),
    "shellcheck": ("deploy/cloud-run/deploy.sh", '"$rendered"\' EXIT', "$rendered' EXIT\nrm $rendered", "SC2086"),
    "schemas": ("deploy/compose.yaml", "    mem_limit: 256m", "    memory: 256m", "memory"),
    "yamllint": ("deploy/prometheus/rules.yml", "    rules:", "    name: again\n    rules:", "duplication of key"),
    "zizmor": (
        ".github/workflows/ci.yml", "run: bash .ci/run", "run: echo ${{ github.head_ref }}", "template-injection",
    ),
    "promql": ("deploy/prometheus/rules.yml", "sum by (le)", "sum by le", "epicrisis:latency_seconds:p95"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of what is checked."""
    for name in ("deploy", ".github"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("secrets"))
    return tmp_path


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)], capture_output=True, text=True, check=False, timeout=120
    )


def test_every_tool_finds_what_it_is_there_for(folder: Path) -> None:
    for file, said, wrong, _ in FAULTS.values():
        text = (folder / file).read_text(encoding="utf-8")
        assert said in text, file
        (folder / file).write_text(text.replace(said, wrong, 1), encoding="utf-8")

    done = checked(folder)

    told = dict(part.strip().split("\n", 1) for part in done.stdout.split("FAILED ")[1:])
    assert done.returncode == len(FAULTS), done.stdout
    assert [name for name, (*_, found) in FAULTS.items() if found not in told.get(name, "")] == [], done.stdout


def test_a_step_of_a_workflow_is_read_as_the_shell_it_is(folder: Path) -> None:
    ci = folder / ".github" / "workflows" / "ci.yml"
    ci.write_text(ci.read_text(encoding="utf-8").replace("run: bash .ci/run", "run: cd $HOME/x"), encoding="utf-8")

    done = checked(folder)

    assert "ci.yml, run 1" in done.stdout
    assert "SC2086" in done.stdout


def test_what_we_have_is_as_it_should_be(folder: Path) -> None:
    done = checked(folder)

    assert done.returncode == 0, done.stdout
