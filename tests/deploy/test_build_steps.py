"""The steps of the image, taken without a container engine (nightly: installs from the package index)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY


@pytest.mark.nightly
@pytest.mark.timeout(1200)
def test_a_clean_folder_becomes_a_server_that_answers(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(DEPLOY / "build-steps.sh"), str(tmp_path / "image")],
        capture_output=True, text=True, timeout=1100, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "/predict says ABSENT" in done.stdout
    assert "stopped with 0" in done.stdout
