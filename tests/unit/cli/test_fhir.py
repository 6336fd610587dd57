from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.signing import key_file, rsa_key
from tests.unit.cli.shell import COMMAND, run


@contextmanager
def served(*options: str) -> Iterator[str]:
    """Run the command, and return the address it prints."""
    command = [*COMMAND, "fhir", "serve-sample", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def got(url: str) -> tuple[int, Any]:
    request = urllib.request.Request(url, headers={"Accept": "application/fhir+json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_two_patients_are_served_in_pages() -> None:
    with served("--page-size", "10") as url:
        statement, patient = got(f"{url}/metadata")[1], got(f"{url}/Patient/prueba-1")[1]
        first = got(f"{url}/Patient/prueba-1/$everything")[1]
        [following] = [each["url"] for each in first["link"] if each["relation"] == "next"]
        second = got(following)[1]
        conditions = got(f"{url}/Condition?patient=prueba-2")[1]
        nobody = got(f"{url}/Patient/nobody")

    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert patient["name"][0]["family"] == "Ruiz Prueba"
    assert len(first["entry"]) == len(second["entry"]) == 10
    assert first["entry"] != second["entry"]
    assert conditions["total"] == len(conditions["entry"]) == 3
    assert (nobody[0], nobody[1]["resourceType"]) == (404, "OperationOutcome")


def test_what_shall_be_wrong_is_wrong_with_what_is_named(tmp_path: Path) -> None:
    with served("--trouble", "500", "--on", "Observation") as url:
        observations, conditions = (got(f"{url}/{kind}?patient=prueba-1")[0] for kind in ("Observation", "Condition"))

    assert (observations, conditions) == (500, 200)


def test_with_keys_nobody_is_let_in_without_a_token(tmp_path: Path) -> None:
    keys = key_file(tmp_path / "keys.json", rsa_key("ours"))
    with served("--jwks", str(keys)) as url:
        status, _ = got(f"{url}/Patient/prueba-1")
        configuration = got(f"{url}/.well-known/smart-configuration")[1]

    assert status == 401
    assert configuration["token_endpoint"] == f"{url}/token"


@pytest.mark.parametrize("options", [["--trouble", "fire"], ["nowhere"], ["--page-size", "0"]])
def test_what_it_cannot_do_is_a_mistake_of_use(options: list[str]) -> None:
    done = run("fhir", "serve-sample", *options)

    assert done.exit_code == 2
