from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.problems import MEDIA_TYPE
from epicrisis.assembly import Services, serving
from tests.redis_server import running_redis
from tests.serving import CANARY, RULES, UUID, rules_pipeline

REQUEST = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
SAID = {"request_id": REQUEST, "given": "ABSENT", "right": "PRESENT"}
JSON = {"Content-Type": "application/json"}


def counted(client: TestClient) -> dict[str, str]:
    """Return the feedback series of ``/metrics`` by their labels."""
    lines = client.get("/metrics").text.splitlines()
    return dict(
        line.removeprefix("epicrisis_feedback").split() for line in lines if line.startswith("epicrisis_feedback{")
    )


ANSWERS: dict[str, Any] = {
    "/v1/assertions": {"text": "Denies fever."},
    "/v1/annotations": {"documents": [{"text": "Denies fever."}]},
    "/v1/entities": {"text": "Denies fever."},
    "/predict": {"sentence": "Denies fever."},
    "/predict/batch": {"sentences": ["Denies fever."]},
}


def asked(client: TestClient, route: str = "/v1/assertions", *, body: Any = None, request_id: str = REQUEST) -> int:
    """Ask ``route``, under the id the tests speak of, and return the status of its answer."""
    response = client.post(route, json=body or ANSWERS[route], headers={"X-Request-Id": request_id})
    return response.status_code


def kept(client: TestClient, body: Any) -> Any:
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def test_says_what_was_kept_and_whether_the_engine_agreed(client: TestClient) -> None:
    wrong, right = kept(client, SAID), kept(client, {**SAID, "right": "ABSENT", "item": 2, "target": 0})

    assert all(re.fullmatch(UUID, each[name]) for each in (wrong, right) for name in ("id", "request_id"))
    assert (wrong["agreed"], right["agreed"]) == (False, True)
    assert wrong["id"] != right["id"]
    assert (wrong["engine"], wrong["version"]) == ("rules", "1+1")


def test_a_second_opinion_of_the_same_client_replaces_the_first(client: TestClient) -> None:
    first, second = kept(client, SAID), kept(client, {**SAID, "request_id": REQUEST.upper(), "right": "POSSIBLE"})

    assert second["id"] == first["id"]


def test_opinions_that_change_to_and_fro_are_counted_once() -> None:
    client = TestClient(create_app(Services(rules_pipeline()), RULES))
    asked(client)

    for place in range(10):
        kept(client, {**SAID, "right": ("ABSENT", "PRESENT")[place % 2]})

    assert sum(map(float, counted(client).values())) == 1


def test_strangers_do_not_replace_what_each_other_said() -> None:
    app = create_app(Services(rules_pipeline()), RULES)

    here, there = (kept(TestClient(app, client=(address, 5)), SAID) for address in ("127.0.0.1", "127.0.0.2"))

    assert here["id"] != there["id"]


def test_the_feedback_of_earlier_days_is_still_counted_after_a_restart(tmp_path: Path) -> None:
    settings = RULES.model_copy(update={"data": tmp_path})
    with TestClient(create_app(serving(settings), settings)) as before:
        asked(before)
        for place, right in enumerate(("ABSENT", "ABSENT", "PRESENT")):
            kept(before, {**SAID, "target": place, "right": right})
        shown = counted(before)

    with TestClient(create_app(serving(settings), settings)) as after:
        again = counted(after)
        asked(after)
        kept(after, {**SAID, "target": 7, "engine": "rules"})
        more = counted(after)

    right, wrong = (f'{{agreed="{agreed}",engine="rules",label="ABSENT"}}' for agreed in ("true", "false"))
    assert shown == again == {right: "2.0", wrong: "1.0"}
    assert more == {right: "2.0", wrong: "2.0"}


@pytest.mark.parametrize("route", ANSWERS)
def test_an_answer_that_was_given_is_known_and_what_is_said_of_it_counts(route: str) -> None:
    client = TestClient(create_app(Services(rules_pipeline()), RULES))
    assert asked(client, route) == 200

    assert kept(client, SAID)["known"] is True
    assert sum(map(float, counted(client).values())) == 1


@pytest.mark.parametrize("route", [None, "/v1/assertions", "/predict", "/predict/batch"])
def test_what_is_said_of_an_answer_that_never_was_is_told_so_and_not_counted(route: str | None) -> None:
    client = TestClient(create_app(Services(rules_pipeline()), RULES))
    if route is not None:
        # A refusal is no answer.
        assert asked(client, route, body={"text": ""}) >= 400

    assert kept(client, SAID)["known"] is False
    assert counted(client) == {}


def test_after_a_restart_an_earlier_answer_is_not_known_and_what_was_said_of_it_stays_counted(tmp_path: Path) -> None:
    settings = RULES.model_copy(update={"data": tmp_path})
    with TestClient(create_app(serving(settings), settings)) as before:
        asked(before)
        kept(before, SAID)

    with TestClient(create_app(serving(settings), settings)) as after:
        told = kept(after, {**SAID, "right": "ABSENT"})
        shown = counted(after)

    assert told["known"] is False
    assert shown == {'{agreed="false",engine="rules",label="ABSENT"}': "1.0"}


def test_servers_that_share_a_redis_know_each_others_answers_also_after_a_restart(tmp_path: Path) -> None:
    with running_redis() as redis:
        settings = [
            RULES.model_copy(update={"data": tmp_path / name, "redis_url": SecretStr(redis.url)})
            for name in ("here", "there")
        ]
        here, there = (create_app(serving(each), each) for each in settings)
        with TestClient(here) as client:
            asked(client)

        with TestClient(there) as client:
            assert kept(client, SAID)["known"] is True
            assert kept(client, {**SAID, "request_id": REQUEST.replace("0", "1")})["known"] is False


def test_a_server_that_was_told_nothing_keeps_no_file(tmp_path: Path) -> None:
    settings = RULES.model_copy(update={"data": tmp_path / "data"})

    with TestClient(create_app(serving(settings), settings)) as client:
        client.post("/v1/assertions", json={"text": "Denies fever."})

    assert not (tmp_path / "data").exists()


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    settings = RULES.model_copy(update={"data": tmp_path / "data"})

    with TestClient(create_app(serving(settings), settings)) as client:
        response = client.post("/v1/feedback", json=SAID)

    assert (response.status_code, response.json()["code"]) == (503, "storage-error")
    assert str(tmp_path) not in response.text


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        pytest.param({"comment": CANARY}, "invalid-request", "#", id="a comment"),
        pytest.param({CANARY: 1}, "invalid-request", "#", id="unknown field"),
        pytest.param({"request_id": CANARY}, "invalid-request", "#/request_id", id="no UUID"),
        pytest.param({"request_id": 5}, "invalid-request", "#/request_id", id="no string"),
        pytest.param({"given": CANARY}, "invalid-request", "#/given", id="no label"),
        pytest.param({"right": "MIXED"}, "invalid-request", "#/right", id="no status"),
        pytest.param({"right": None}, "invalid-request", "#/right", id="nothing right"),
        pytest.param({"item": -1}, "invalid-request", "#/item", id="before the first"),
        pytest.param({"target": 1.5}, "invalid-request", "#/target", id="half a finding"),
        pytest.param({"engine": CANARY}, "unknown-engine", None, id="unknown engine"),
        pytest.param({"engine": ""}, "invalid-request", "#/engine", id="engine without a name"),
    ],
)
def test_nothing_but_labels_and_numbers_is_taken(
    client: TestClient, changed: dict[str, Any], code: str, pointer: str | None
) -> None:
    response = client.post("/v1/feedback", json={**SAID, **changed})

    document = response.json()
    assert (response.status_code, document["code"]) == (422, code)
    assert [fault["pointer"] for fault in document.get("errors", [])] == ([] if pointer is None else [pointer])
    assert response.headers["content-type"] == MEDIA_TYPE
    assert CANARY not in response.text


@pytest.mark.parametrize("name", ["request_id", "given", "right"])
def test_a_field_that_is_missing_is_named(client: TestClient, name: str) -> None:
    body = {field: value for field, value in SAID.items() if field != name}

    response = client.post("/v1/feedback", json=body)

    assert [fault["pointer"] for fault in response.json()["errors"]] == [f"#/{name}"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", JSON, 400, "malformed-json"),
        (b" " * 3_000_000, JSON, 413, "body-too-large"),
        (json.dumps(SAID).encode(), {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        (b"", JSON, 422, "invalid-request"),
    ],
)
def test_a_bad_body_is_refused(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    response = client.post("/v1/feedback", content=body, headers=headers)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_the_documented_example_is_taken(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()

    [example] = schema["components"]["schemas"]["FeedbackRequest"]["examples"]

    assert kept(client, example)["agreed"] is False
