"""Versions side by side: begun and ended over the API, seen in answers, metrics and the audit log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services, serving
from epicrisis.engines.registry import Group, card
from epicrisis.errors import InvalidSettings
from epicrisis.services.access import Scope
from epicrisis.services.audit import Audit
from epicrisis.services.audit_chain import AuditRow
from epicrisis.services.keys import Keys
from epicrisis.settings import Settings
from epicrisis.storage.memory import MemoryAudit, MemoryKeys, MemorySecret
from tests.keyring import bearing, done
from tests.logged import logged
from tests.serving import CANARY, EVERYBODY, RULES, rules_pipeline

ASSERTION = "/v1/engines/experiments/assertion"
NAMED = {"text": "Denies fever.", "targets": [{"start": 7, "end": 12}]}
HALF = {"arms": [{"name": "control"}, {"name": "model", "engine": "model"}]}
PATIENTS = [f"patient-{number}" for number in range(24)]


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Services(rules_pipeline()), EVERYBODY)) as client:
        yield client


def begun(client: TestClient, experiment: Any = HALF, where: str = ASSERTION) -> Any:
    response = client.put(where, json=experiment)
    assert response.status_code == 200, response.text
    return response.json()


def engine_of(client: TestClient, patient: str, body: Any = NAMED, route: str = "/v1/assertions") -> str:
    response = client.post(route, json=body, headers={"X-Patient": patient} if patient else {})
    assert response.status_code == 200, response.text
    return str(response.json()["engine"])


def series(client: TestClient, name: str) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    found = (line.removeprefix(name).rpartition(" ") for line in lines if line.startswith(name + "{"))
    return {labels: float(value) for labels, _, value in found}


def awaited(client: TestClient, name: str, times: int) -> dict[str, float]:
    until = time.monotonic() + 20
    while sum((found := series(client, name)).values()) < times and time.monotonic() < until:
        time.sleep(0.02)
    return found


def test_patients_are_shared_out_each_always_to_the_same_engine_which_the_answer_names(client: TestClient) -> None:
    begun(client)

    first = {patient: engine_of(client, patient) for patient in PATIENTS}

    assert set(first.values()) == {"rules", "model"}
    assert {patient: engine_of(client, patient) for patient in reversed(PATIENTS)} == first


def test_in_one_arm_the_same_input_is_the_same_json(client: TestClient) -> None:
    begun(client)
    texts = [{"text": text} for text in ("Denies [entity] fever [entity].", "No [entity] rash [entity] today.")]

    def told(texts: list[Any]) -> list[Any]:
        response = client.post("/v1/assertions", json={"documents": texts}, headers={"X-Patient": PATIENTS[0]})
        return [{**each, "id": ""} for each in response.json()["documents"]]

    together, alone = told(texts), [answer for text in texts for answer in told([text])]

    assert together == alone
    assert len({each["engine"] for each in together}) == 1


def test_a_rollback_holds_from_the_next_request_on(client: TestClient) -> None:
    begun(client, {"arms": [{"name": "model", "engine": "model"}]})
    assert engine_of(client, "") == "model"

    ended = client.delete(ASSERTION)

    assert ended.status_code == 200
    assert ended.json()["arms"] == []
    assert {engine_of(client, patient) for patient in PATIENTS} == {"rules"}


def test_engines_tells_the_arms_their_versions_and_their_shares(client: TestClient) -> None:
    experiment = {
        "arms": [
            {"name": "control", "weight": 90},
            {"name": "new", "engine": "model", "weight": 10},
            {"name": "beside", "engine": "model", "mode": "shadow"},
        ],
        "salt": "spring-2",
    }
    told = begun(client, experiment)
    del told["request_id"]

    assert client.get("/v1/engines").json()["experiments"] == [told]
    model = f"model-{card(Group.ASSERTION, 'model').version}"
    assert [(arm["name"], arm["engines"], arm["share"]) for arm in told["arms"]] == [
        ("control", ["rules-1"], 0.9), ("new", [model], 0.1), ("beside", [model], 0.0),
    ]  # fmt: skip
    assert told["set_by"] == "api"


def test_a_shadow_is_compared_label_by_label_and_counted_under_its_version(client: TestClient) -> None:
    begun(client, {"arms": [{"name": "next", "engine": "model", "mode": "shadow"}]})

    assert engine_of(client, PATIENTS[0]) == "rules"

    [asked] = awaited(client, "epicrisis_shadow_requests_total", 1)
    assert 'outcome="compared"' in asked
    assert f'version="model-{card(Group.ASSERTION, "model").version}"' in asked
    [verdict] = series(client, "epicrisis_shadow_verdicts_total")
    assert 'label="ABSENT"' in verdict
    assert 'agreed="true"' in verdict


def test_requests_their_time_and_what_people_say_of_them_are_counted_by_arm(client: TestClient) -> None:
    begun(client)
    said = {"given": "ABSENT", "right": "PRESENT"}
    for patient in PATIENTS[:6]:
        answer = client.post("/v1/assertions", json=NAMED, headers={"X-Patient": patient}).json()
        about = {name: answer[name] for name in ("request_id", "engine", "version")}
        assert client.post("/v1/feedback", json={**said, **about}).status_code == 201

    requests = series(client, "epicrisis_experiment_requests_total")
    judged = series(client, "epicrisis_experiment_feedback")

    assert sum(requests.values()) == 6
    assert all('outcome="answered"' in labels for labels in requests)
    # What arm, by what version: the same in both.
    assert {labels.replace('outcome="answered",', "") for labels in requests} == {
        labels.replace('agreed="false",', "") for labels in judged
    }
    assert sorted(judged.values()) == sorted(requests.values())
    assert len(series(client, "epicrisis_experiment_seconds_count")) == len(requests)


@pytest.mark.parametrize(
    ("capability", "route", "body", "engine"),
    [
        ("readers", "/v1/annotations", {"text": "Denies fever."}, "model"),
        ("readers", "/v1/assertions", {"text": "Denies fever."}, "model"),
        ("entities", "/v1/entities", {"text": "Denies fever."}, "model"),
        ("extraction", "/v1/extractions", {"text": "Denies fever."}, "rules"),
        ("summaries", "/v1/summaries", {"text": "Denies fever."}, "salience"),
        ("differential", "/v1/differentials", {"symptoms": ["fever"]}, "knowledge"),
    ],
)
def test_every_capability_can_be_compared(
    client: TestClient, capability: str, route: str, body: Any, engine: str
) -> None:
    arms = [{"name": "new", "engine": engine}, {"name": "beside", "engine": engine, "mode": "shadow"}]
    begun(client, {"arms": arms}, f"/v1/engines/experiments/{capability}")

    assert engine_of(client, PATIENTS[0], body, route) == engine

    [answered] = series(client, "epicrisis_experiment_requests_total")
    assert f'capability="{capability}"' in answered
    [compared] = awaited(client, "epicrisis_shadow_requests_total", 1)
    assert 'outcome="compared"' in compared
    # An engine agrees with itself.
    assert all('agreed="true"' in labels for labels in series(client, "epicrisis_shadow_verdicts_total"))


def test_contract_d_names_the_version_of_the_arm(client: TestClient) -> None:
    begun(client, {"arms": [{"name": "new", "engine": "knowledge"}]}, "/v1/engines/experiments/differential")
    body = {"age": 40, "symptoms": ["fever"], "severity": "mild"}

    answer = client.post("/api/v1/diagnose", json=body).json()

    [counted] = series(client, "epicrisis_experiment_requests_total")
    assert f'version="{answer["model_version"]}"' in counted
    assert 'arm="new"' in counted


def test_a_ranker_that_does_not_know_our_findings_is_refused(client: TestClient) -> None:
    response = client.put("/v1/engines/experiments/differential", json={"arms": [{"name": "new", "engine": "ddxplus"}]})

    assert (response.status_code, response.json()["code"]) == (422, "invalid-input")
    assert client.get("/v1/engines").json()["experiments"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"arms": [{"name": "new", "engine": CANARY}]}, 422, "unknown-engine"),
        ({"arms": [{"name": CANARY, "engine": "rules"}]}, 422, "invalid-request"),
        ({"arms": [{"name": "new", "engine": f"/{CANARY}"}]}, 422, "invalid-input"),
        ({"arms": [{"name": "new"}]}, 422, "invalid-input"),
        ({"arms": []}, 422, "invalid-request"),
        ({"arms": [{"name": "control", "weight": -1}]}, 422, "invalid-request"),
        ({"arms": [{"name": "control", "weight": 0}]}, 422, "invalid-input"),
        ({"arms": [{"name": "control"}], "salt": f"{CANARY} 7"}, 422, "invalid-request"),
        ({"arms": [{"name": "control", "colour": "red"}]}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_is_refused_without_what_was_sent_and_changes_nothing(
    client: TestClient, body: Any, status: int, code: str
) -> None:
    response = client.put(ASSERTION, json=body)

    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert CANARY not in response.text
    assert client.get("/v1/engines").json()["experiments"] == []


def test_neither_the_patient_nor_a_word_stays_behind_of_who_answers_and_who_is_asked_beside() -> None:
    with logged("debug") as written, TestClient(create_app(Services(rules_pipeline()), EVERYBODY)) as client:
        begun(client, {"arms": [{"name": "control"}, {"name": "next", "engine": "model", "mode": "shadow"}]})
        text = f"{CANARY} denies [entity] fever of {CANARY} [entity]."
        assert engine_of(client, f"{CANARY} 31/02/1950", {"text": text}) == "rules"
        awaited(client, "epicrisis_shadow_requests_total", 1)
        counted, engines = client.get("/metrics").text, client.get("/v1/engines").text

    assert "epicrisis_shadow_verdicts_total{" in counted
    assert [told for told in (written.getvalue(), counted, engines) if CANARY in told] == []


def test_a_capability_that_is_none_is_refused(client: TestClient) -> None:
    response = client.put(f"/v1/engines/experiments/{CANARY}", json=HALF)

    assert response.status_code == 422
    assert CANARY not in response.text


def actions(rows: list[AuditRow]) -> list[tuple[str, str]]:
    entries = [json.loads(row.entry) for row in rows]
    return [(entry["action"], entry["outcome"]) for entry in entries]


def test_only_an_administrator_of_the_installation_may_and_it_is_recorded() -> None:
    keys, audit = Keys(MemoryKeys(), MemorySecret()), Audit(MemoryAudit(), MemorySecret())
    reader = done(keys.create("reader", scopes=[Scope.READ])).credential
    north = done(keys.create("north", scopes=Scope, tenant="north")).credential
    admin = done(keys.create("admin", scopes=[Scope.ADMIN])).credential
    settings = RULES.model_copy(update={"require_key": True})

    with TestClient(create_app(Services(rules_pipeline(), keys=keys, audit=audit), settings)) as client:
        statuses = [
            client.request(method, ASSERTION, json=HALF, headers=bearing(key)).status_code
            for key in (reader, north, admin)
            for method in ("PUT", "DELETE")
        ]

    assert statuses == [403, 403, 403, 403, 200, 200]
    rows = list(done(audit.store.rows()))
    assert actions(rows) == [("experiments.set", "done"), ("experiments.end", "done")]
    assert json.loads(rows[0].entry)["subject"] == "assertion"


def test_another_process_of_the_installation_follows_within_seconds_and_a_restart_goes_on(tmp_path: Path) -> None:
    settings = EVERYBODY.model_copy(update={"data": tmp_path})
    apps = [create_app(serving(settings), settings) for _ in range(2)]
    with TestClient(apps[0]) as here, TestClient(apps[1]) as there:
        assert engine_of(there, PATIENTS[0]) == "rules"
        begun(here)
        arms = {patient: engine_of(here, patient) for patient in PATIENTS}
        until = time.monotonic() + 5
        while {patient: engine_of(there, patient) for patient in PATIENTS} != arms:
            assert time.monotonic() < until
            time.sleep(0.1)
    with TestClient(create_app(serving(settings), settings)) as later:
        assert {patient: engine_of(later, patient) for patient in PATIENTS} == arms
        later.delete(ASSERTION)
    with TestClient(create_app(serving(settings), settings)) as last:
        assert {engine_of(last, patient) for patient in PATIENTS} == {"rules"}


def settings_with(experiments: Any, **settings: Any) -> Settings:
    told = Settings.model_validate({"experiments": experiments}).experiments
    return EVERYBODY.model_copy(update={"experiments": told, **settings})


def test_the_settings_begin_an_experiment_and_a_delete_ends_it() -> None:
    settings = settings_with([{"capability": "assertion", "arms": [{"name": "model", "engine": "model"}]}])

    with TestClient(create_app(Services(rules_pipeline()), settings)) as client:
        assert client.get("/v1/engines").json()["experiments"][0]["set_by"] == "settings"
        assert engine_of(client, PATIENTS[0]) == "model"
        client.delete(ASSERTION)
        assert engine_of(client, PATIENTS[0]) == "rules"
        assert client.get("/v1/engines").json()["experiments"][0]["arms"] == []


@pytest.mark.parametrize(
    "experiments",
    [
        [{"capability": "assertion", "arms": [{"name": "new", "engine": "oracle"}]}],
        [{"capability": "assertion", "arms": [{"name": "new"}]}],
        [{"capability": "assertion", "arms": [{"name": "control"}]}] * 2,
    ],
    ids=["an engine that is not here", "an arm of nothing", "two for one capability"],
)
def test_a_server_with_an_experiment_that_cannot_be_does_not_start(experiments: Any) -> None:
    with pytest.raises(InvalidSettings, match="EPICRISIS_EXPERIMENTS"):
        create_app(Services(rules_pipeline()), settings_with(experiments))


def test_without_a_secret_to_choose_arms_with_it_does_not_start_either(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    settings = settings_with(
        [{"capability": "assertion", "arms": [{"name": "control"}]}], data=tmp_path / "data" / "below"
    )

    with pytest.raises(InvalidSettings, match="EPICRISIS_SECRET_KEY"):
        create_app(serving(settings), settings)
