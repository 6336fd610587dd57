"""The bill of materials holds what the lock pins, and a licence we may not ship stops the build."""

from __future__ import annotations

import json
import re
import runpy
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import ROOT

SBOM: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "sbom"), run_name="sbom")
LOCK = (ROOT / "requirements" / "server.lock").read_text(encoding="utf-8")


def test_every_pin_is_a_component_with_its_hashes(tmp_path: Path) -> None:
    code = SBOM["main"]([str(tmp_path / "build" / "sbom.json")])

    bill = json.loads((tmp_path / "build" / "sbom.json").read_text(encoding="utf-8"))
    pins = re.findall(r"^([a-z0-9.-]+)==([^\s;\\]+)", LOCK, re.MULTILINE)
    assert code == 0
    assert bill["bomFormat"] == "CycloneDX"
    assert [(component["name"], component["version"]) for component in bill["components"]] == pins
    hashes = [entry["value"] for component in bill["components"] for entry in component["properties"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))


def test_what_the_server_runs_on_names_its_licence() -> None:
    packages = {package.name: package for package in SBOM["pinned"](LOCK)}

    assert packages["fastapi"].licence == "MIT"
    assert packages["openvino"].licence == "Apache-2.0"
    assert [package.fault for package in packages.values() if package.fault] == []


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "GNU General Public License v2 (GPLv2)",
        "GNU Affero General Public License v3",
        "MIT AND GPL-2.0-only",
    ],
)
def test_a_licence_that_binds_the_whole_program_is_refused(licence: str) -> None:
    [package] = SBOM["pinned"]("strict==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    strict = type(package)(package.name, package.version, package.hashes, licence)

    assert SBOM["refused"](licence)
    assert licence in strict.fault


@pytest.mark.parametrize(
    "licence",
    ["MIT", "LGPL-2.1-only", "GNU Lesser General Public License v3 (LGPLv3)", "GPL-2.0-only OR MIT", "Apache-2.0"],
)
def test_others_are_not(licence: str) -> None:
    assert not SBOM["refused"](licence)


def test_a_package_that_names_no_licence_is_a_fault() -> None:
    told = Message()
    told["Classifier"] = "Programming Language :: Python"

    assert SBOM["licence_in"](told) == ""
