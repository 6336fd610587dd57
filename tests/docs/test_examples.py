"""What README and docs/ show is run, and prints what they say it prints."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, commands, pages

CHECKER = doctest.OutputChecker()
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

WITH_PYTHON = [page for page in pages() if any(block.language == "python" for block in blocks(page))]
WITH_CONSOLE = [page for page in pages() if any(block.language == "console" for block in blocks(page))]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def same(want: str, got: str) -> bool:
    return CHECKER.check_output(want.strip() + "\n", got.strip() + "\n", LENIENT)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lay out a folder like the one a reader works in, with the examples, and no setting but the defaults.

    What a page started there and did not end is ended, so that no other page finds its port taken.
    """
    for variable in [name for name in os.environ if name.startswith("EPICRISIS_")]:
        monkeypatch.delenv(variable)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(process.name) != os.getpid() and (process / "cwd").readlink().is_relative_to(tmp_path):
                os.kill(int(process.name), signal.SIGKILL)


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name)
@pytest.mark.usefixtures("desk")
def test_python_blocks_run_in_order_and_print_what_is_shown(page: Path) -> None:
    namespace: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        if block.language != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * block.line + block.body, str(page), "exec"), namespace)
        if block.output is not None:
            assert same(block.output, printed.getvalue()), f"{name(page)}:{block.line} printed:\n{printed.getvalue()}"


def test_no_two_pages_that_run_ask_for_one_port() -> None:
    ports = Counter(
        port
        for page in WITH_CONSOLE
        for port in {
            port
            for block in blocks(page)
            if block.language == "console"
            for port in re.findall(r"--port ([1-9]\d*)", block.body)
        }
    )

    assert ports
    assert max(ports.values()) == 1, ports


@pytest.mark.parametrize("page", WITH_CONSOLE, ids=name)
def test_console_blocks_run_and_print_what_is_shown(page: Path, desk: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": "120", "NO_COLOR": "1", "PYTHONPATH": str(ROOT / "src")}
    for block in blocks(page):
        for command in commands(block) if block.language == "console" else []:
            done = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command.line],
                cwd=desk,
                env=environment,
                text=True,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=120,
                check=False,
            )
            where = f"{name(page)}:{block.line} $ {command.line}"
            assert done.returncode == 0, f"{where}\n{done.stdout}{done.stderr}"
            assert not command.output or same(command.output, done.stdout), f"{where}\nprinted:\n{done.stdout}"
