"""``/v1/interactions`` and ``/v1/differentials/feedback``: what is kept of a differential, and what is said of it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services, serving
from epicrisis.errors import StorageError
from epicrisis.services.audit import Audit
from epicrisis.services.interactions import Interactions
from epicrisis.storage.crypto import encryption_keys
from epicrisis.storage.memory import MemoryAudit, MemorySecret
from epicrisis.storage.memory_differentials import MemoryInteractions
from tests.api.diagnosing import DIAGNOSE, SAMPLE
from tests.interactions import kept_in
from tests.logged import logged
from tests.serving import CANARY, EVERYBODY, RULES, UUID, rules_pipeline

DIFFERENTIALS, INTERACTIONS = "/v1/differentials", "/v1/interactions"
FEEDBACK = f"{DIFFERENTIALS}/feedback"
ASKED = {"age": 65, "symptoms": ["chest pain", "sweating"]}


@pytest.fixture
def audit() -> Audit:
    return Audit(MemoryAudit(), MemorySecret())


@pytest.fixture
def interactions(audit: Audit) -> Interactions:
    return kept_in(audit=audit)


@pytest.fixture
def client(audit: Audit, interactions: Interactions) -> Iterator[TestClient]:
    app = create_app(Services(rules_pipeline(), audit=audit, interactions=interactions), EVERYBODY)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def a_key() -> str:
    return secrets.token_hex(32)


def listed(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    response = client.get(INTERACTIONS, params=asked)
    assert response.status_code == 200, response.text
    return response.json()["interactions"]  # type: ignore[no-any-return]


def opened(client: TestClient, number: int = 0) -> dict[str, Any]:
    return client.get(f"{INTERACTIONS}/{listed(client)[number]['id']}").json()  # type: ignore[no-any-return]


def actions(client: TestClient) -> list[tuple[str, str, str]]:
    rows = client.get("/v1/audit").json()["rows"]
    return [(row["action"], row["route"], row["subject"]) for row in rows if row["action"] != "audit.read"]


def test_a_differential_is_kept_as_it_was_asked_and_answered(client: TestClient) -> None:
    answer = client.post(DIFFERENTIALS, json=ASKED).json()

    [row] = listed(client)
    assert (row["route"], row["request_id"], row["owner"]) == (DIFFERENTIALS, answer["request_id"], "anyone")
    assert (row["engine"], row["version"]) == (answer["engine"], answer["version"])
    assert row["codes"] == [each["code"]["code"] for each in answer["hypotheses"]]
    told = opened(client)
    assert told["asked"]["symptoms"] == ASKED["symptoms"]
    assert told["answered"] == answer
    assert told["feedback"] == []


def test_so_is_one_of_contract_d(client: TestClient) -> None:
    answer = client.post(DIAGNOSE, json=SAMPLE).json()

    told = opened(client)
    assert told["interaction"]["route"] == DIAGNOSE
    assert told["interaction"]["codes"][0] == "I21.9"
    assert told["asked"]["preexisting_conditions"] == SAMPLE["preexisting_conditions"]
    assert told["answered"] == answer


def test_what_was_refused_is_not_kept(client: TestClient) -> None:
    client.post(DIFFERENTIALS, json={})
    client.post(DIAGNOSE, json=SAMPLE | {"lab_results": {"x": 1}})

    assert listed(client) == []


def test_what_cannot_be_kept_is_not_answered(audit: Audit) -> None:
    class Full(MemoryInteractions):
        async def keep(self, sealed: object) -> None:
            raise StorageError

    app = create_app(Services(rules_pipeline(), interactions=kept_in(Full(), audit=audit)), EVERYBODY)

    with TestClient(app) as client:
        for path, body in ((DIFFERENTIALS, ASKED), (DIAGNOSE, SAMPLE)):
            response = client.post(path, json=body)
            assert (response.status_code, response.json()["code"]) == (503, "storage-error")


def test_reading_is_recorded_before_it_is_shown(client: TestClient) -> None:
    client.post(DIFFERENTIALS, json=ASKED)
    id_ = listed(client)[0]["id"]

    client.get(f"{INTERACTIONS}/{id_}")

    assert actions(client) == [
        ("interactions.read", INTERACTIONS, ""),
        ("interactions.read", f"{INTERACTIONS}/{{id}}", id_),
    ]


def test_pages_go_on_behind_the_last(client: TestClient) -> None:
    for _ in range(5):
        client.post(DIFFERENTIALS, json=ASKED)

    numbers, page = list[int](), dict[str, Any](next=0)
    while page["next"] is not None:
        page = client.get(INTERACTIONS, params={"limit": 2, "after": page["next"]}).json()
        numbers += [each["number"] for each in page["interactions"]]

    assert len(numbers) == 5
    assert numbers == sorted(numbers)


def test_one_is_found_by_its_request_and_by_its_time(client: TestClient) -> None:
    first, second = (client.post(DIFFERENTIALS, json=ASKED).json()["request_id"] for _ in range(2))

    assert [each["request_id"] for each in listed(client, request=second.upper())] == [second]
    assert listed(client, until="2001-02-03") == []
    assert [each["request_id"] for each in listed(client, since="2001-02-03T04:05:06")] == [first, second]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{INTERACTIONS}/00000000-0000-0000-0000-000000000009", 404, "unknown-record"),
        (f"{INTERACTIONS}/{CANARY}", 422, "invalid-request"),
        (f"{INTERACTIONS}?request={CANARY}", 422, "invalid-request"),
        (f"{INTERACTIONS}?since={CANARY}", 422, "invalid-request"),
        (f"{INTERACTIONS}?{CANARY}=1", 422, "invalid-request"),
        (f"{INTERACTIONS}?limit=0", 422, "invalid-request"),
        (f"{INTERACTIONS}?after=-1", 422, "invalid-request"),
    ],
)
def test_what_cannot_be_read_so_is_refused_and_not_repeated(
    client: TestClient, path: str, status: int, code: str
) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert CANARY not in response.text


def test_a_differential_that_is_sent_again_under_its_key_is_kept_once(client: TestClient) -> None:
    one, other = (client.post(DIFFERENTIALS, json=ASKED, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert one.json() == other.json()
    assert len(listed(client)) == 1


# Feedback.


def said(client: TestClient, **changed: Any) -> Any:
    body = {"condition": "I21.9", "verdict": "RULED_OUT", "final": "I20.0", **changed}
    response = client.post(FEEDBACK, json={name: value for name, value in body.items() if value is not None})
    assert response.status_code == 201, response.text
    return response.json()


def shown(client: TestClient) -> dict[str, float]:
    """Return how many said what of which version, as ``/metrics`` has it."""
    lines = [line.split(" ") for line in client.get("/metrics").text.splitlines() if "differential_feedback{" in line]
    return {",".join(re.findall(r'"([^"]+)"', name)): float(value) for name, value in lines}


def test_a_verdict_is_kept_counted_and_shown_beside_the_answer(client: TestClient) -> None:
    id_ = client.post(DIFFERENTIALS, json=ASKED).json()["request_id"]

    kept = said(client, request_id=id_)

    assert re.fullmatch(UUID, kept["id"])
    assert (kept["known"], kept["engine"], kept["version"]) == (True, "knowledge", "1")
    assert shown(client) == {"knowledge,RULED_OUT,1": 1}
    [judged] = opened(client)["feedback"]
    assert (judged["about"], judged["subject"], judged["verdict"]) == (id_, "I21.9", "RULED_OUT")
    assert (judged["final"], judged["by"]) == ("I20.0", "anyone")


def test_a_second_thought_replaces_the_first(client: TestClient) -> None:
    id_ = client.post(DIFFERENTIALS, json=ASKED).json()["request_id"]
    first = said(client, request_id=id_)

    second = said(client, request_id=id_.upper(), verdict="CONFIRMED", final=None)
    said(client, request_id=id_, condition="K35.80", verdict="MISSED")

    assert second["id"] == first["id"]
    assert shown(client) == {"knowledge,RULED_OUT,1": 0, "knowledge,CONFIRMED,1": 1, "knowledge,MISSED,1": 1}


def test_what_is_said_of_an_answer_that_never_was_is_told_so_and_not_counted(client: TestClient) -> None:
    assert said(client, request_id="0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11")["known"] is False
    assert shown(client) == {}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"request_id": CANARY}, "#/request_id"),
        ({"condition": CANARY}, "#/condition"),
        ({"condition": "acute-myocardial-infarction"}, "#/condition"),
        ({"condition": "I21.9 of Ana"}, "#/condition"),
        ({"final": CANARY}, "#/final"),
        ({"verdict": CANARY}, "#/verdict"),
        ({"verdict": "ACCEPTED"}, "#/verdict"),
        ({"comment": CANARY}, "#"),
    ],
)
def test_nothing_but_codes_is_taken(client: TestClient, changed: dict[str, Any], pointer: str) -> None:
    body = {"request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", "condition": "I21.9", "verdict": "CONFIRMED"}

    response = client.post(FEEDBACK, json={**body, **changed})

    assert (response.status_code, [fault["pointer"] for fault in response.json()["errors"]]) == (422, [pointer])
    assert CANARY not in response.text


# What an installation keeps.


def an_installation(data: Path, **changed: Any) -> TestClient:
    settings = EVERYBODY.model_copy(update={"data": data, **changed})
    return TestClient(create_app(serving(settings), settings))


def kept_files(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("key", "asked_for", "kept"),
    [(True, None, 1), (False, None, 0), (False, True, 1), (True, False, 0)],
    ids=["with a key", "without one", "because it says so", "although there is a key"],
)
def test_differentials_are_kept_where_there_is_a_key_or_the_setting_says_so(
    tmp_path: Path, key: bool, asked_for: bool | None, kept: int
) -> None:
    keys = SecretStr(a_key() if key else "")

    with an_installation(tmp_path, encryption_keys=keys, interactions=asked_for) as client:
        client.post(DIFFERENTIALS, json={"text": f"{CANARY} has chest pain."})
        assert len(listed(client)) == kept

    assert CANARY.encode() not in kept_files(tmp_path)


def test_a_restart_finds_them_and_knows_what_was_said_of_which_version(tmp_path: Path) -> None:
    changed = {"encryption_keys": SecretStr(a_key())}
    with an_installation(tmp_path, **changed) as before:
        id_ = before.post(DIFFERENTIALS, json=ASKED).json()["request_id"]
        said(before, request_id=id_)

    with an_installation(tmp_path, **changed) as after:
        assert opened(after)["asked"]["symptoms"] == ASKED["symptoms"]
        assert said(after, request_id=id_, condition="I20.0", verdict="CONFIRMED")["known"] is True
        assert shown(after) == {"knowledge,RULED_OUT,1": 1, "knowledge,CONFIRMED,1": 1}


def test_old_ones_are_forgotten_by_themselves(tmp_path: Path) -> None:
    with an_installation(tmp_path, interactions=True) as client:
        client.post(DIFFERENTIALS, json=ASKED)
        store = client.app.state.interactions.store  # type: ignore[attr-defined]
        change = "UPDATE interactions SET at = at - 40 * 86400"
        with store.database.transaction() as connection:
            connection.execute(change)

    with logged("info") as log, an_installation(tmp_path, interactions=True, interaction_days=30) as client:
        assert client.get("/live").status_code == 200
        assert listed(client) == []
        assert ("interactions.purge", "retention", "") in actions(client)
    assert "interactions purged" in log.getvalue()


def test_the_key_of_contract_d_seals_them_in_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from epicrisis.settings import load_settings
    from tests.postgres_server import a_postgres_address, administer

    key = a_key()
    with a_postgres_address() as address:
        monkeypatch.setenv("ENCRYPTION_KEY", key)
        monkeypatch.setenv("DATABASE_URL", address)
        monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path))
        names = ("reader", "reader_es", "assertion", "second_opinion", "preload", "anonymous_scopes")
        settings = load_settings(**{name: getattr(EVERYBODY, name) for name in names})
        with TestClient(create_app(serving(settings), settings)) as client:
            client.post(DIAGNOSE, json=SAMPLE)
            told = opened(client)
        [(content,)] = administer("SELECT content FROM interactions")

    assert told["asked"]["symptoms"] == SAMPLE["symptoms"]
    assert content[1:5].hex() == encryption_keys(key)[0].id
    assert b"chest" not in content


@pytest.mark.parametrize(("strict", "status"), [(False, 200), (True, 503)])
def test_with_its_database_away_they_wait_encrypted_in_the_data_folder_or_are_refused(
    tmp_path: Path, strict: bool, status: int
) -> None:
    pytest.importorskip("psycopg")
    away = {"database_url": SecretStr("postgresql://epicrisis@127.0.0.1:9/none"), "strict_audit": strict}

    with an_installation(tmp_path, encryption_keys=SecretStr(a_key()), **away) as client:
        answer = client.post(DIFFERENTIALS, json={"text": f"{CANARY} has chest pain."})

    assert answer.status_code == status
    assert (tmp_path / "interactions.spool").exists() is not strict
    assert CANARY.encode() not in kept_files(tmp_path)


def test_the_answer_of_a_route_that_is_not_kept_is_the_same(client: TestClient) -> None:
    with TestClient(create_app(Services(rules_pipeline()), RULES)) as bare:
        told = [
            json.loads(each.post(DIFFERENTIALS, json=ASKED).content) | {"request_id": ""} for each in (client, bare)
        ]

    assert told[0] == told[1]
