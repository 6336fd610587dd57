from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.errors import StorageError
from epicrisis.services.audit import Audit
from epicrisis.storage.memory import MemoryAudit
from tests.chains import FixedSecret, entry, recorded
from tests.keyring import done
from tests.serving import CANARY, EVERYBODY, rules_pipeline


@pytest.fixture
def audit() -> Audit:
    return done(recorded(5))


@pytest.fixture
def client(audit: Audit) -> Iterator[TestClient]:
    app = create_app(Services(rules_pipeline(), audit=audit), EVERYBODY)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def read(client: TestClient, **asked: Any) -> Any:
    response = client.get("/v1/audit", params=asked)
    assert response.status_code == 200, response.text
    return response.json()


def test_tells_who_did_what_and_records_who_looked(client: TestClient) -> None:
    first, second = read(client), read(client)

    assert [row["number"] for row in first["rows"]] == [1, 2, 3, 4, 5]
    assert (first["rows"][0]["who"], first["rows"][0]["action"]) == ("k3v9x0q2m7aa", "redact")
    assert first["next"] is None
    looked = second["rows"][5]
    assert (looked["who"], looked["action"], looked["route"]) == ("anyone", "audit.read", "/v1/audit")
    assert (looked["counts"], looked["request_id"]) == ({"rows": 5}, first["request_id"])


def test_pages_end_although_reading_them_is_recorded(client: TestClient) -> None:
    numbers, answer = [], read(client, limit=2)
    while True:
        numbers += [row["number"] for row in answer["rows"]]
        if answer["next"] is None:
            break
        answer = read(client, limit=2, cursor=answer["next"])

    assert numbers == [1, 2, 3, 4, 5]


def test_answers_with_the_rows_of_a_time(client: TestClient) -> None:
    answer = read(client, since="2031-02-03T04:05:02Z", until="2031-02-03T05:05:04+01:00")

    assert [row["number"] for row in answer["rows"]] == [2, 3]


def test_one_row_is_read_by_its_number(client: TestClient) -> None:
    answer = client.get("/v1/audit/3").json()

    assert (answer["row"]["number"], answer["row"]["counts"]) == (3, {"NAME": 3})
    assert read(client)["rows"][5]["route"] == "/v1/audit/{number}"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/audit/99", 404, "unknown-record"),
        (f"/v1/audit/{CANARY}", 422, "invalid-request"),
        ("/v1/audit/0", 422, "invalid-request"),
        (f"/v1/audit?cursor={CANARY}", 422, "invalid-request"),
        (f"/v1/audit?since={CANARY}", 422, "invalid-request"),
        (f"/v1/audit?{CANARY}={CANARY}", 422, "invalid-request"),
        ("/v1/audit?limit=0", 422, "invalid-request"),
        ("/v1/audit?limit=1001", 422, "invalid-request"),
    ],
)
def test_what_cannot_be_read_so_is_refused_and_not_repeated(
    client: TestClient, path: str, status: int, code: str
) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert CANARY not in response.text


def test_a_damaged_row_is_shown_as_such(audit: Audit, client: TestClient) -> None:
    audit.store._rows[2] = audit.store._rows[2].__class__(2, b"{", b"link")  # type: ignore[attr-defined]

    assert read(client)["rows"][1]["unreadable"] is True


class Full(MemoryAudit):
    """A log nobody can add to."""

    async def append(self, grow: Any) -> Any:
        raise StorageError


def test_what_cannot_be_recorded_is_not_shown() -> None:
    app = create_app(Services(rules_pipeline(), audit=Audit(Full(), FixedSecret())), EVERYBODY)

    response = TestClient(app).get("/v1/audit")

    assert (response.status_code, response.json()["code"]) == (503, "storage-error")
    assert entry(1).who not in response.text
