"""The bill of materials holds what the locks pin, and a licence we may not ship stops the build, in any extra."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import ROOT

SBOM: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "sbom"), run_name="sbom")
LOCKS = ROOT / "requirements"
LOCK = (LOCKS / "server.lock").read_text(encoding="utf-8")
OF_EXTRAS = (LOCKS / "extras.lock").read_text(encoding="utf-8")
DECIDED: dict[str, Any] = tomllib.loads((LOCKS / "licences.toml").read_text(encoding="utf-8"))
_PINS = re.compile(r"^([a-z0-9.-]+)==([^\s;\\]+)", re.MULTILINE)


def package(licence: str, *, name: str = "strict", inside: tuple[str, ...] = ()) -> Any:
    """Return a package under ``licence``."""
    [pinned] = SBOM["pinned"](f"{name}==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    return type(pinned)(name, "1.0", pinned.hashes, licence, inside)


def names(lock: str) -> set[str]:
    return {name for name, _ in _PINS.findall(lock)}


def versions_in(lock: Path) -> dict[str, set[str]]:
    """Return the versions in which each package of ``lock`` may be installed."""
    found = dict[str, set[str]]()
    for name, version in _PINS.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def test_every_pin_is_a_component_with_its_hashes(tmp_path: Path) -> None:
    code = SBOM["main"]([str(tmp_path / "build" / "sbom.json")])

    bill = json.loads((tmp_path / "build" / "sbom.json").read_text(encoding="utf-8"))
    pins = _PINS.findall(LOCK)
    assert code == 0
    assert bill["bomFormat"] == "CycloneDX"
    assert [(component["name"], component["version"]) for component in bill["components"]] == pins
    hashes = [entry["value"] for component in bill["components"] for entry in component["properties"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))


def test_an_image_with_extras_has_their_packages_on_its_bill(tmp_path: Path) -> None:
    code = SBOM["main"]([str(tmp_path / "sbom.json"), "postgres", "documents"])

    bill = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    held = [component["name"] for component in bill["components"]]
    assert code == 0
    assert {"psycopg-binary", "pyarrow", "uvloop"} <= set(held)
    pinned = [(component["name"], component["version"]) for component in bill["components"]]
    assert len(pinned) == len(set(pinned))


def test_an_extra_without_a_lock_is_no_part_of_an_image(tmp_path: Path) -> None:
    assert SBOM["main"]([str(tmp_path / "sbom.json"), "hf"]) == 2


def test_what_the_server_runs_on_names_its_licence() -> None:
    packages = {package.name: package for package in SBOM["pinned"](LOCK)}

    assert packages["fastapi"].licence == "MIT"
    assert packages["openvino"].licence == "Apache-2.0"
    assert [package.fault for package in packages.values() if package.fault] == []


def test_every_lock_but_that_of_the_developers_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    code = SBOM["main"](["--check"])

    looked_at = {lock.name for lock in SBOM["shipped"]()}
    assert code == 0, capsys.readouterr().out
    assert looked_at == {path.name for path in LOCKS.glob("*.lock")} - {"dev.lock", "dev-tools.lock"}


def test_every_extra_we_ship_is_in_the_lock_that_is_looked_at() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    # PyTorch comes in the build its user chooses; the others are for developers and the lab, and no part of what
    # runs: what mlflow brings was looked at by hand, docs/decisions/0042-versions-side-by-side.md.
    wanted = [each for extra in extras.keys() - {"hf", "lab", "mlflow", "bench", "dev"} for each in extras[extra]]

    asked = {re.split(r"[\[<>=!~ ]", each)[0] for each in wanted}
    assert {"psycopg", "pyarrow", "opentelemetry-sdk", "httpx2", "onnxruntime", "joserfc"} <= asked
    assert asked - names(OF_EXTRAS) == set()


def test_what_runs_here_is_installed_here_so_that_it_is_looked_at() -> None:
    markers = dict(re.findall(r"^([a-z0-9.-]+)==[^\s;\\]+ ;([^\\\n]*)", OF_EXTRAS, re.MULTILINE))

    unseen = {package.name for package in SBOM["pinned"](OF_EXTRAS) if package.licence is None}
    # Whatever has a marker is for some other machine, or for some other Python.
    assert unseen - set(markers) == set()


def test_the_locks_of_the_image_are_of_one_mind_and_hold_no_library_under_the_gpl() -> None:
    dev, *image = (versions_in(LOCKS / f"{name}.lock") for name in ("dev", "server", "postgres", "documents"))

    # A package may stand there twice, for an older Python and for a newer one.
    assert [name for lock in image for name, told in lock.items() if told != dev[name]] == []
    assert set().union(*image) & set(DECIDED["inside"]) == set()


def test_what_was_decided_on_is_still_there_and_has_its_reason() -> None:
    decided = DECIDED["weak"] | DECIDED["inside"]

    assert set(decided) - names(OF_EXTRAS) == set()
    assert all(len(reason) > 20 for reason in decided.values())


def test_what_has_a_library_under_the_gpl_inside_is_in_nothing_we_ship_and_is_said_in_the_notice() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    extras: dict[str, list[str]] = project["optional-dependencies"]

    for name in DECIDED["inside"]:
        assert not any(each.startswith(name) for each in project["dependencies"])
        [extra] = [extra for extra, needs in extras.items() if any(each.startswith(name) for each in needs)]
        said = notice.partition(f"{name} (extra {extra})")[2].partition("\n\n")[0]
        assert "GNU" in said
        # What to install instead is the rest of the extra.
        rest = [re.split(r"[<>=]", each)[0] for each in extras[extra] if not each.startswith(name)]
        assert [each for each in rest if each not in said] == []


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
    assert SBOM["refused"](licence)
    assert licence in package(licence).fault
    assert licence in package(licence, name="psycopg").fault, "no decision lets it through"


@pytest.mark.parametrize(
    "licence",
    ["MIT", "LGPL-2.1-only", "GNU Lesser General Public License v3 (LGPLv3)", "GPL-2.0-only OR MIT", "Apache-2.0"],
)
def test_others_are_not(licence: str) -> None:
    assert not SBOM["refused"](licence)


@pytest.mark.parametrize("licence", ["LGPL-3.0-only", "Mozilla Public License 2.0 (MPL 2.0)", "A licence of our own"])
def test_what_is_not_simply_permissive_is_decided_on_by_name(licence: str) -> None:
    assert "licences.toml" in package(licence).fault
    assert package(licence, name="psycopg").fault is None


@pytest.mark.parametrize(
    "licence", ["MIT", "BSD License", "LGPL-2.1-only OR MIT", "Apache Software License", "PSF-2.0"]
)
def test_what_is_permissive_needs_no_decision(licence: str) -> None:
    assert package(licence).fault is None


def test_a_library_under_the_gpl_inside_a_wheel_is_found_whatever_the_wheel_says() -> None:
    assert "libreadline" in package("MIT", inside=("libreadline-69c5979f.so.7.0",)).fault
    assert SBOM["_GPL_LIBRARY"].match("libreadline-69c5979f.so.7.0")
    assert not SBOM["_GPL_LIBRARY"].match("libtinfo-3a2cb85b.so.6.1")
    assert not SBOM["_GPL_LIBRARY"].match("libgslcblas-1.so"), "a name that only begins alike"


def test_a_package_that_names_no_licence_is_a_fault() -> None:
    told = Message()
    told["Classifier"] = "Programming Language :: Python"

    assert SBOM["licence_in"](told) == ""
