"""What deploys the server says what our contracts and settings say; no container engine is needed to see that."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from epicrisis.api.contracts.spanish_ner.models import CLASSES
from epicrisis.settings import Settings, load_settings, variables_of
from tests.deploy.files import DEPLOY, ROOT, WORKFLOWS, YAMLS, instructions, parsed, triggers

SECRETS = {
    "GCP_PROJECT_ID", "GCP_REGION", "GCP_SERVICE_ACCOUNT", "GCP_SA_KEY", "CLOUD_RUN_SERVICE", "AR_REPOSITORY",
}  # fmt: skip
VARIABLES = {variable for name in Settings.model_fields for variable in variables_of(name)}
TEXTS = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.suffix not in (".json", ".pyc")]

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def final_stage() -> list[tuple[str, str]]:
    """Return the instructions of the image itself, after the last FROM."""
    found = instructions(DOCKERFILE)
    last = max(number for number, (instruction, _) in enumerate(found) if instruction == "FROM")
    return found[last:]


def environment() -> dict[str, str]:
    """Return the variables the image sets."""
    words = next(words for instruction, words in final_stage() if instruction == "ENV")
    return dict(pair.split("=", 1) for pair in words.split())


@pytest.mark.parametrize("path", YAMLS, ids=name)
def test_every_yaml_can_be_read(path: Path) -> None:
    assert parsed(path)


@pytest.mark.parametrize("path", [*TEXTS, *WORKFLOWS.glob("*.yml")], ids=name)
def test_every_setting_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bEPICRISIS_[A-Z_]+\b", path.read_text(encoding="utf-8")))

    # The key a client shows is none of the server's settings.
    assert named - VARIABLES - {"EPICRISIS_KEY"} == set()


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.sh")), ids=name)
def test_every_script_can_be_read_by_its_shell_and_stops_at_the_first_failure(path: Path) -> None:
    shell = "bash" if path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash") else "sh"

    done = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert re.search(r"^set -eu", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_image_runs_as_nobody_special_without_network_and_says_how_it_is() -> None:
    stage = dict(final_stage())

    assert "ARG UID=10001" in DOCKERFILE
    assert stage["USER"] == "${UID}:${UID}"
    assert stage["EXPOSE"] == "${PORT}"
    assert "ARG PORT=8080" in DOCKERFILE
    assert stage["VOLUME"] == "/data"
    assert "/ready" in stage["HEALTHCHECK"]
    assert json.loads(stage["ENTRYPOINT"]) + json.loads(stage["CMD"]) == ["epicrisis", "serve"]
    assert environment()["HF_HUB_OFFLINE"] == "1"
    assert environment()["EPICRISIS_REQUIRE_KEY"] == "true"
    assert environment()["EPICRISIS_DATA"] == "/data"


def test_the_health_check_is_python_that_compiles() -> None:
    words = dict(final_stage())["HEALTHCHECK"]
    command = json.loads(words[words.index("[") :])

    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")


def test_what_the_image_copies_is_there_and_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source
        for instruction, words in instructions(DOCKERFILE)
        if instruction == "COPY" and not words.startswith("--from")
        for source in words.split()[:-1]
    }

    assert copied == let_through
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert "*" in ignored, "what is not named is left out"


def test_the_environment_of_the_server_has_no_tools_that_built_it() -> None:
    install = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    lock = (ROOT / "requirements" / "server.lock").read_text(encoding="utf-8")
    # Whoever asked for a package stands below it, beside the lock that fixed its version.
    askers: dict[str, set[str]] = {}
    for line in lock.splitlines():
        if pin := re.match(r"([a-z0-9.-]+)==", line):
            askers[pin[1]] = set()
        elif asker := re.fullmatch(r" +#(?: via)? +([a-z0-9.-]+)", line):
            askers[next(reversed(askers))].add(asker[1])
    only_for_building = [package for package, asked in askers.items() if asked - {"via"} == {"hatchling"}]

    removed = re.search(r"uninstall --quiet --yes (.+)$", install, re.MULTILINE)

    assert removed is not None
    assert set(removed[1].split()) == {"hatchling", *only_for_building}


def test_the_extras_of_an_image_are_those_that_have_a_lock() -> None:
    install = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    copied = {
        Path(source).stem for name, words in instructions(DOCKERFILE) if name == "COPY" for source in words.split()
    }
    taken = re.search(r"^ +([a-z| ]+)\) ;;$", install, re.MULTILINE)

    assert taken is not None
    extras = set(taken[1].split(" | "))
    assert {"postgres", "documents"} == extras
    assert extras | {"server"} <= copied & {lock.stem for lock in (ROOT / "requirements").glob("*.lock")}
    assert 'ARG EXTRAS=""' in DOCKERFILE
    assert set(parsed(DEPLOY / "compose.yaml")["services"]["epicrisis"]["build"]["args"]["EXTRAS"].split()) <= extras


def test_an_extra_nobody_knows_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", str(DEPLOY / "install.sh"), str(tmp_path / "server"), "hf"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "postgres" in done.stderr
    assert not (tmp_path / "server").exists()


def test_every_container_is_confined() -> None:
    for service in parsed(DEPLOY / "compose.yaml")["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service.get("privileged") is None
        assert service["pids_limit"] > 0
        assert not service["image"].endswith(":latest")
        assert "healthcheck" in service or "build" in service


def test_compose_serves_this_machine_alone_and_keeps_the_rest_inside() -> None:
    said = parsed(DEPLOY / "compose.yaml")
    services = said["services"]

    assert set(services) == {"epicrisis", "redis", "postgres"}
    assert services["postgres"]["image"].startswith("pgvector/pgvector:")
    assert {port for service in services.values() for port in service.get("ports", [])} == {"127.0.0.1:8080:8080"}
    assert said["networks"]["back"] == {"internal": True}
    assert services["redis"]["networks"] == services["postgres"]["networks"] == ["back"]
    assert services["epicrisis"]["environment"]["REDIS_URL"].startswith("redis://redis:")
    # The address of the database has its password in it.
    assert services["epicrisis"]["env_file"] == ["secrets/epicrisis.env"]
    assert set(services["epicrisis"]["depends_on"]) == {"redis", "postgres"}
    assert (ROOT / "deploy" / services["epicrisis"]["build"]["context"]).resolve() == ROOT


def test_one_container_stands_in_for_the_ten_and_ten_for_whoever_cannot_change_addresses() -> None:
    services = parsed(DEPLOY / "compose.ner.yaml")["services"]
    one, ten = services.pop("ner"), services

    assert "NER_MODEL" not in one["environment"]
    assert {service["environment"]["NER_MODEL"] for service in ten.values()} == set(CLASSES)
    assert all(name == service["environment"]["NER_MODEL"].replace("_", "-") for name, service in ten.items())
    assert all(service["profiles"] == ["ten"] for service in ten.values())
    ports = [port for service in (one, *ten.values()) for port in service["ports"]]
    assert ports == [f"127.0.0.1:{port}:5000" for port in range(5000, 5011)]


@pytest.mark.parametrize("service", parsed(DEPLOY / "compose.ner.yaml")["services"].values())
def test_every_container_that_stands_in_listens_as_the_others_did(
    service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = environment() | service["environment"]
    for variable in VARIABLES & said.keys():
        monkeypatch.setenv(variable, said[variable].replace("${PORT}", "8080"))

    settings = load_settings()

    assert (settings.host, settings.port) == ("0.0.0.0", 5000)
    assert (settings.require_key, settings.allow_anonymous_network, settings.rate_limit_per_minute) == (False, True, 0)
    assert (settings.ner_model, settings.loaded_at_start) == (service["environment"].get("NER_MODEL", ""), ("es",))
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["stop_grace_period"].removesuffix("s")) > settings.drain_seconds


def test_no_secret_lies_in_what_deploys() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()

    assert "deploy/secrets/" in ignored
    for path in [*TEXTS, *YAMLS]:
        assert not re.search(r"(?i)(password|secret_key|token): [\"']?[\w-]{8,}", path.read_text(encoding="utf-8")), (
            path
        )


def test_ci_checks_every_pull_request_and_cd_follows_main_and_versions() -> None:
    ci, cd = parsed(WORKFLOWS / "ci.yml"), parsed(WORKFLOWS / "cd.yml")

    assert "pull_request" in triggers(ci)
    assert {"run": "bash .ci/run"} in ci["jobs"]["check"]["steps"]
    assert triggers(cd) == {"push": {"branches": ["main"], "tags": ["v*.*.*"]}}
    assert cd["jobs"]["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert cd["jobs"]["cloud-run"]["needs"] == "ci"


def test_cd_asks_for_the_secrets_of_the_contract_and_hands_them_to_the_script() -> None:
    text = (WORKFLOWS / "cd.yml").read_text(encoding="utf-8")
    job = parsed(WORKFLOWS / "cd.yml")["jobs"]["cloud-run"]
    script = (DEPLOY / "cloud-run" / "deploy.sh").read_text(encoding="utf-8")

    assert set(re.findall(r"secrets\.([A-Z_]+)", text)) == SECRETS
    assert job["steps"][-1]["run"] == "deploy/cloud-run/deploy.sh"
    assert [variable for variable in job["env"] if f"${{{variable}" not in script] == []


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=name)
def test_workflows_hold_no_more_rights_than_they_need(path: Path) -> None:
    workflow = parsed(path)

    assert workflow["permissions"] == {"contents": "read"}
    jobs: dict[str, Any] = workflow["jobs"]
    assert [job for job in jobs.values() if "uses" not in job and "timeout-minutes" not in job] == []


def test_the_unit_stops_later_than_the_server_drains() -> None:
    unit = (DEPLOY / "systemd" / "epicrisis.service").read_text(encoding="utf-8")
    grace = parsed(DEPLOY / "compose.yaml")["services"]["epicrisis"]["stop_grace_period"]

    drain = Settings.model_fields["drain_seconds"].default
    told = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert told is not None
    assert int(told[1]) > drain
    assert int(grace.removesuffix("s")) > drain
