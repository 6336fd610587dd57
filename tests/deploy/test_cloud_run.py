"""deploy.sh runs, with programs in place of the cloud's that write down what they were asked."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.files import DEPLOY

SCRIPT = DEPLOY / "cloud-run" / "deploy.sh"
# Each writes its name and words to a file; `gcloud run services replace FILE` also keeps the file it was given.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$ASKED"
case "$*" in
    *"artifacts repositories describe"*) exit "${NO_REPOSITORY:-0}" ;;
    "run services replace"*) cp "$4" "$RENDERED" ;;
esac
"""


@dataclass(frozen=True)
class Deployed:
    """What the script asked for, and the service it made of the template."""

    code: int
    asked: list[str]
    service: Any
    said: str


@pytest.fixture
def deploy(tmp_path: Path) -> Any:
    """Return a function that runs the script with variables of its own."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for program in ("gcloud", "docker"):
        (programs / program).write_text(STAND_IN, encoding="utf-8")
        (programs / program).chmod(0o755)

    def run(**variables: str) -> Deployed:
        asked, rendered = tmp_path / "asked", tmp_path / "service.yaml"
        environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "ASKED": str(asked), "RENDERED": str(rendered),
            "TAG": "v1.2.3",
        }  # fmt: skip
        done = subprocess.run(
            ["bash", str(SCRIPT)], env=environment | variables, capture_output=True, text=True, check=False, timeout=60
        )
        lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
        service = yaml.safe_load(rendered.read_text(encoding="utf-8")) if rendered.exists() else None
        return Deployed(done.returncode, lines, service, done.stdout + done.stderr)

    return run


def test_the_service_has_the_size_the_contract_names(deploy: Any) -> None:
    service = deploy(PROJECT="prueba").service

    template = service["spec"]["template"]
    [container] = template["spec"]["containers"]
    scale = template["metadata"]["annotations"]
    assert container["resources"]["limits"] == {"cpu": "2", "memory": "2Gi"}
    assert scale["autoscaling.knative.dev/minScale"] == "0"
    assert scale["autoscaling.knative.dev/maxScale"] == "5"
    assert container["ports"] == [{"name": "http1", "containerPort": 8080}]
    assert container["startupProbe"]["httpGet"] == {"path": "/ready", "port": 8080}


def test_one_variable_is_enough(deploy: Any) -> None:
    done = deploy(PROJECT="prueba")

    image = "us-central1-docker.pkg.dev/prueba/epicrisis/epicrisis:v1.2.3"
    assert done.code == 0, done.said
    assert done.service["metadata"]["name"] == "epicrisis"
    assert done.service["spec"]["template"]["spec"]["containers"][0]["image"] == image
    assert "serviceAccountName" not in done.service["spec"]["template"]["spec"]
    assert [line.split(" ")[:2] for line in done.asked if line.startswith("docker")] == [
        ["docker", "build"], ["docker", "push"],
    ]  # fmt: skip
    assert not any("allUsers" in line for line in done.asked)


def test_every_variable_of_the_contract_is_heard(deploy: Any) -> None:
    done = deploy(
        PROJECT="prueba", REGION="europe-west1", SERVICE="notes", AR_REPO="images", SERVICE_ACCOUNT="runner@prueba.test"
    )

    spec = done.service["spec"]["template"]["spec"]
    assert done.service["metadata"]["name"] == "notes"
    assert spec["containers"][0]["image"] == "europe-west1-docker.pkg.dev/prueba/images/epicrisis:v1.2.3"
    assert spec["serviceAccountName"] == "runner@prueba.test"
    assert any("run services replace" in line and "--region europe-west1" in line for line in done.asked)


def test_a_repository_that_is_missing_is_made(deploy: Any) -> None:
    there, missing = deploy(PROJECT="prueba"), deploy(PROJECT="prueba", NO_REPOSITORY="1")

    assert not any("repositories create" in line for line in there.asked)
    assert any("repositories create epicrisis" in line for line in missing.asked)


def test_only_who_asks_for_it_opens_the_service_to_anybody(deploy: Any) -> None:
    done = deploy(PROJECT="prueba", ALLOW_UNAUTHENTICATED="true")

    assert any("allUsers" in line and "roles/run.invoker" in line for line in done.asked)


def test_without_a_project_nothing_is_done(deploy: Any) -> None:
    done = deploy()

    assert done.code != 0
    assert "PROJECT=my-project" in done.said
    assert done.asked == []
