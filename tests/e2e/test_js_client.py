"""The JavaScript client, by its own tests, against a server in its own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import running

NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_the_javascript_client_keeps_what_it_says(root: Path) -> None:
    assert NODE is not None
    with running() as (server, _):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EPICRISIS_")}
        done = subprocess.run(
            [NODE, "--test"],
            cwd=root / "clients" / "js",
            env=environment | {"EPICRISIS_URL": f"http://{server.host}:{server.port}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout, done.stdout


def test_it_needs_nothing_and_has_the_version_of_the_server(root: Path) -> None:
    from epicrisis import __version__

    package = json.loads((root / "clients" / "js" / "package.json").read_text(encoding="utf-8"))

    assert package["version"] == __version__
    assert not {"dependencies", "devDependencies", "peerDependencies"} & package.keys()
