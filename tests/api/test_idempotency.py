"""Requests with an ``Idempotency-Key``: what is one, whose it is, and which answers are told again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.idempotency.replays import Replays
from epicrisis.assembly import Services
from epicrisis.errors import StorageError
from epicrisis.services import idempotency as limits
from epicrisis.services.access import Scope
from epicrisis.services.audit import Audit
from epicrisis.services.idempotency import Claim
from epicrisis.storage.memory import MemoryAudit, MemoryClaims, MemorySecret
from tests.keyring import bearing, done, issued, ring
from tests.serving import RULES, a_ring, app_with, rules_pipeline

NOTE = {"text": "Patient John Doe, SSN 123-45-6789."}
PATH = "/v1/redactions"


class Kept:
    """An app whose audit log and claims can be looked at."""

    def __init__(self, **services: Any) -> None:
        self.log = MemoryAudit()
        secret = MemorySecret()
        self.keys = ring()
        self.services = Services(
            rules_pipeline(), keys=self.keys, audit=Audit(self.log, secret), secret=secret, seals=a_ring(), **services
        )
        self.client = TestClient(create_app(self.services, RULES), raise_server_exceptions=False)

    def post(self, key: str | None, body: Any = NOTE, *, path: str = PATH, **headers: str) -> Any:
        keyed = {} if key is None else {"Idempotency-Key": key}
        return self.client.post(path, json=body, headers={**keyed, **headers})

    def recorded(self) -> list[dict[str, Any]]:
        from epicrisis.services.audit import AuditEntry

        entries = [AuditEntry.of(row.entry) for row in done(self.log.rows())]
        return [{"action": entry.action, "subject": entry.subject, "id": entry.request_id} for entry in entries]


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_a_request_without_a_key_is_done_as_often_as_it_comes(kept: Kept) -> None:
    answers = [kept.post(None) for _ in range(2)]

    assert len({answer.json()["request_id"] for answer in answers}) == 2
    assert [entry["action"] for entry in kept.recorded()] == ["redact", "redact"]


def test_a_replay_is_the_first_answer_and_leaves_a_row_of_its_own(kept: Kept) -> None:
    first, second = kept.post("one"), kept.post("one")

    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert kept.recorded() == [
        {"action": "redact", "subject": "safe-harbor", "id": first.headers["x-request-id"]},
        {"action": "replay", "subject": first.headers["x-request-id"], "id": second.headers["x-request-id"]},
    ]


def test_feedback_is_told_again_with_its_status(kept: Kept) -> None:
    said = {"request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", "given": "ABSENT", "right": "PRESENT"}

    first, second = (kept.post("one", said, path="/v1/feedback") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content


@pytest.mark.parametrize("path", ["/phi/scrub", "/api/phi/scrub"])
def test_contract_h_takes_keys_too(kept: Kept, path: str) -> None:
    first, second = (kept.post("one", path=path) for _ in range(2))

    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


def test_a_key_belongs_to_whoever_sent_it(kept: Kept) -> None:
    mine, yours = (bearing(issued(kept.keys, Scope.READ).credential) for _ in range(2))

    answers = [kept.post("one", **mine), kept.post("one", **yours), kept.post("one", {"text": "Fever."})]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any("idempotent-replayed" in answer.headers for answer in answers)
    assert kept.post("one", **mine).headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "path"),
    [({"text": "Patient Jane Roe."}, PATH), ({**NOTE, "policy": "gdpr"}, PATH), (NOTE, "/phi/scrub")],
    ids=["another text", "another policy", "another route"],
)
def test_a_key_with_another_request_is_422_and_leaves_the_first_as_it_was(kept: Kept, body: Any, path: str) -> None:
    first = kept.post("one")

    other = kept.post("one", body, path=path)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert kept.post("one").content == first.content


def test_what_was_refused_is_tried_anew(kept: Kept) -> None:
    refused = kept.post("one", {"text": ""})

    mended = kept.post("one")

    assert (refused.status_code, mended.status_code) == (422, 200)
    assert "idempotent-replayed" not in mended.headers


def test_what_failed_on_our_side_is_tried_anew() -> None:
    class Down(MemoryAudit):
        down = True

        async def append(self, grow: Any) -> Any:
            if self.down:
                raise StorageError
            return await super().append(grow)

    kept = Kept()
    log = Down()
    kept.services.audit.store = log
    failed = kept.post("one")
    log.down = False

    assert (failed.status_code, kept.post("one").status_code) == (503, 200)


def test_a_replay_that_cannot_be_recorded_is_not_told(kept: Kept) -> None:
    class Down(MemoryAudit):
        async def append(self, grow: Any) -> Any:
            raise StorageError

    kept.post("one")
    kept.services.audit.store = Down()

    assert kept.post("one").status_code == 503


def test_what_cannot_be_kept_is_answered_all_the_same() -> None:
    class Full(MemoryClaims):
        async def finish(self, mark: str, claim: Claim) -> bool:
            raise StorageError

    assert Kept(claims=Full()).post("one").status_code == 200


def test_a_store_that_is_down_refuses_requests_with_a_key_alone() -> None:
    class Down(MemoryClaims):
        async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
            raise StorageError

    kept = Kept(claims=Down())
    refused = kept.post("one")

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert kept.post(None).status_code == 200


def test_an_answer_that_is_too_long_is_not_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ANSWER_BYTES", 10)

    answers = [kept.post("one") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "idempotent-replayed" not in answers[1].headers


def test_more_bodies_than_can_be_held_wait_outside() -> None:
    app = app_with()
    [place] = [number for number, each in enumerate(app.user_middleware) if each.cls is Replays]  # type: ignore[comparison-overlap]
    app.user_middleware[place] = Middleware(Replays, most_held=100, **app.user_middleware[place].kwargs)
    client = TestClient(app)

    answers = [
        client.post(PATH, json={"text": text}, headers={"Idempotency-Key": f"{len(text)}"})
        for text in ("Fever. " * 100, "Fever and cough.", "No fever.")
    ]

    assert [answer.status_code for answer in answers] == [503, 200, 200]


@pytest.mark.parametrize("key", ["", '""', '"open', "two words", "a" * 256, "ñ", '"a"; b=1', "a\x7f"])
def test_what_is_no_key_is_told(kept: Kept, key: str) -> None:
    answer = kept.client.post(PATH, json=NOTE, headers={b"Idempotency-Key": key.encode("latin-1")})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-idempotency-key")


def test_two_keys_are_none(kept: Kept) -> None:
    answer = kept.client.post(PATH, json=NOTE, headers=[("Idempotency-Key", "one"), ("Idempotency-Key", "two")])

    assert answer.json()["code"] == "invalid-idempotency-key"


@pytest.fixture
def plain() -> Iterator[TestClient]:
    with TestClient(app_with()) as client:
        yield client


def test_a_route_that_only_answers_takes_no_notice(plain: TestClient) -> None:
    answers = [
        plain.post("/v1/annotations", json={"text": "Fever."}, headers={"Idempotency-Key": key})
        for key in ("one", "one", "")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any("idempotent-replayed" in answer.headers for answer in answers)
