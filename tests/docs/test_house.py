"""The decisions that bind everyone still hold (docs/decisions)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import epicrisis
from tests.docs.pages import ROOT

SOURCE = ROOT / "src" / "epicrisis"
INNERMOST = [SOURCE / "errors.py", *sorted((SOURCE / "domain").glob("*.py"))]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
TOOLS = ROOT / "requirements" / "dev-tools.lock"

_PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


def imported(module: Path) -> set[str]:
    """Return the top-level names ``module`` imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def pins(lock: Path) -> set[tuple[str, str, str]]:
    """Return name, version and marker of each requirement in ``lock``."""
    return set(_PIN.findall(lock.read_text(encoding="utf-8")))


@pytest.mark.parametrize("module", INNERMOST, ids=lambda module: module.stem)
def test_the_innermost_rooms_import_the_standard_library_alone(module: Path) -> None:
    assert imported(module) - {"epicrisis"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_pin_and_hash_everything_and_name_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    requirements = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)

    assert len(requirements) > 20
    assert [each for each in requirements if "==" not in each or "--hash=sha256:" not in each] == []
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_what_runs_is_tested_in_the_same_versions() -> None:
    dev = pins(ROOT / "requirements" / "dev.lock")

    assert len(LOCKS) > 2
    assert [lock.name for lock in LOCKS if lock != TOOLS and not pins(lock) <= dev] == []


@pytest.mark.parametrize("client", ["huggingface-hub", "openvino-telemetry"])
def test_nothing_that_reads_notes_carries_an_internet_client_of_its_own(client: str) -> None:
    assert [
        lock.name for lock in LOCKS if re.search(rf"^{client}==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    ] == []


def test_the_engines_libraries_load_without_their_internet_clients() -> None:
    # Where a developer's own environment has them all the same, they are hidden: None makes an import fail.
    script = """
import sys
sys.modules["huggingface_hub"] = sys.modules["openvino_telemetry"] = None
import openvino, tokenizers
assert "CPU" in openvino.Core().available_devices
assert tokenizers.Tokenizer(tokenizers.models.BPE()).get_vocab_size() == 0
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr


def test_the_installed_package_has_the_version_the_code_says() -> None:
    assert version("epicrisis") == epicrisis.__version__
