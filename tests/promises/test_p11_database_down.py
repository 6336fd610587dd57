"""P11: with the database down what needs none goes on, no record is lost, and the server finds it again by itself."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

pytest.importorskip("alembic")
pytest.importorskip("psycopg")

from epicrisis.api.app import create_app
from epicrisis.assembly import key_ring, serving
from epicrisis.errors import StorageError
from epicrisis.services.access import Scope
from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.services.keys import REMEMBERED_SECONDS
from epicrisis.services.recent import LOOKING_UP_SECONDS
from epicrisis.services.spooling import SpoolingAudit
from epicrisis.storage.crypto import KeyRing
from epicrisis.storage.memory import MemorySecret
from epicrisis.storage.postgres.audit import PostgresAudit
from epicrisis.storage.spool import FileSpool
from tests.keyring import bearing, done
from tests.postgres_server import a_postgres_address, a_postgres_database, administer, kill, shared_server
from tests.serving import RULES, Server, running
from tests.sockets import soon

pytestmark = pytest.mark.anyio

RECOVERED_WITHIN = 10.0
REFUSED_WITHIN = 2.0
LONGEST_MEMORY = REMEMBERED_SECONDS + LOOKING_UP_SECONDS


@pytest.fixture
def address() -> Iterator[str]:
    with a_postgres_address() as address:
        try:
            yield address
        finally:
            shared_server().ensured()


def posted(server: Server, path: str, body: Any) -> tuple[int, float]:
    """Return the status of the answer, and how long it took."""
    sent = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    started = time.monotonic()
    # The first case has the tables read that cases are compared by.
    answer = server.send(head.encode() + sent, seconds=60)
    assert answer is not None
    return answer.status, time.monotonic() - started


def read(server: Server) -> tuple[int, float]:
    return posted(server, "/predict", {"sentence": "The patient denies chest pain."})


def kept(server: Server, number: int) -> tuple[int, float]:
    said = {"request_id": f"0b8f4f0e-6f0e-4e2c-9d0b-{number:012d}", "given": "ABSENT", "right": "PRESENT"}
    return posted(server, "/v1/feedback", said)


def scrubbed(server: Server) -> tuple[int, float]:
    return posted(server, "/phi/scrub", {"text": "Patient John Doe, SSN 123-45-6789, diagnosed with diabetes."})


def searched(server: Server) -> tuple[int, float]:
    return posted(server, "/v1/cases/search", {"findings": [{"finding": "fever", "present": True}]})


def added(server: Server) -> tuple[int, float]:
    return posted(server, "/v1/cases", {"findings": [{"finding": "cough", "present": True}]})


def health(server: Server) -> tuple[int, str]:
    answer = server.send(b"GET /ready HTTP/1.1\r\nHost: here\r\n\r\n")
    assert answer is not None
    return answer.status, answer.json().get("status")


@pytest.mark.alone
def test_a_server_goes_on_while_its_database_is_dead_and_finds_it_again(address: str) -> None:
    data, strictly = Path(mkdtemp(prefix="ep11")), {"EPICRISIS_STRICT_AUDIT": "true"}
    with (
        running(EPICRISIS_DATABASE_URL=address, EPICRISIS_DATA=str(data)) as (server, log),
        running(EPICRISIS_DATABASE_URL=address, **strictly) as (strict, _),
    ):
        assert kept(server, 0)[0] == 201
        assert (added(server)[0], searched(server)[0]) == (201, 200)
        assert [scrubbed(each)[0] for each in (server, strict)] == [200, 200]
        statuses, stop = list[int](), Event()

        def load() -> None:
            while not stop.is_set():
                statuses.append(read(server)[0])

        under_load = [Thread(target=load) for _ in range(2)]
        for thread in under_load:
            thread.start()
        try:
            kill(shared_server().cluster)
            refused = [kept(server, number) for number in range(1, 6)]
            hidden = [scrubbed(server)[0] for _ in range(3)]
            refused += [scrubbed(strict), added(server), searched(server)]
            degraded = health(server)
            aside = {file.stem for file in (*data.glob("*.spool"), *data.glob("*.draining"))}
            answered = len(statuses)
            shared_server().ensured()
            started = time.monotonic()
            for _ in soon("opinions are kept again", within=RECOVERED_WITHIN):
                if kept(server, 6)[0] == 201:
                    break
            recovered = time.monotonic() - started
            for _ in soon("the server reads under load", within=20):
                if len(statuses) > answered:
                    break
        finally:
            stop.set()
            for thread in under_load:
                thread.join(20)

        assert set(statuses) == {200}
        assert {status for status, _ in refused} == {503}
        assert max(waited for _, waited in refused) < REFUSED_WITHIN
        assert degraded == (200, "degraded")
        assert recovered < RECOVERED_WITHIN
        assert health(server) == (200, "ready")
        # Redaction went on, its records were put aside, and are all where they belong.
        assert hidden == [200] * 3
        assert aside == {"audit", "redactions"}
        for _ in soon("what was aside is in the database", within=RECOVERED_WITHIN):
            if not [*data.glob("*.spool"), *data.glob("*.draining")]:
                break
        assert administer("SELECT count(*) FROM phi_audit_log WHERE redaction_count = 2") == [(5,)]
        # Four more are of cases: one kept and one search, and that neither could be while the database was dead.
        assert administer("SELECT count(*) FROM audit_log") == [(9,)]
    shutil.rmtree(data)
    assert "Doe" not in "".join(log)


async def test_nothing_recorded_is_lost_or_doubled_or_out_of_order(tmp_path: Path) -> None:
    secret = MemorySecret()
    with a_postgres_database(rest=0.2) as database:
        store = PostgresAudit(database)
        audit = SpoolingAudit(store, secret, spool=FileSpool(tmp_path, "audit", KeyRing(secret=secret)))
        try:
            for number in range(60):
                if number == 20:
                    kill(shared_server().cluster)
                if number == 40:
                    shared_server().ensured()
                await audit.record(AuditEntry(at=float(number), who="ward", action="redact"))
        finally:
            shared_server().ensured()
        assert audit.pending
        for _ in soon("everything is where it belongs", within=RECOVERED_WITHIN):
            try:
                await audit.drain()
            except StorageError:
                continue
            if not audit.pending:
                break

        rows = await store.rows()
        assert [AuditEntry.of(row.entry).at for row in rows] == [float(number) for number in range(60)]
        assert await Audit(store, secret).verify() is None


async def test_a_strict_installation_says_no_instead() -> None:
    with a_postgres_database() as database:
        audit = Audit(PostgresAudit(database), MemorySecret())
        await audit.record(AuditEntry(at=1.0, who="ward", action="redact"))
        try:
            kill(shared_server().cluster)
            with pytest.raises(StorageError):
                await audit.record(AuditEntry(at=2.0, who="ward", action="redact"))
        finally:
            shared_server().ensured()


def test_keys_that_were_seen_go_on_and_no_others_until_the_database_is_back(address: str, tmp_path: Path) -> None:
    settings = RULES.model_copy(
        update={
            "data": tmp_path, "database_url": SecretStr(address), "require_key": True, "rate_limit_per_minute": 0,
            "secret_key": SecretStr("a secret of the tests, long enough to hash with"),
        }
    )  # fmt: skip
    # As `epicrisis keys` does it, beside the server.
    beside = key_ring(settings)
    seen, not_seen = (done(beside.create("ward", scopes=[Scope.READ])) for _ in range(2))
    with TestClient(create_app(serving(settings), settings), raise_server_exceptions=False) as client:

        def shown(credential: str) -> Any:
            headers = bearing(credential)
            return client.post("/predict", json={"sentence": "The patient denies chest pain."}, headers=headers)

        for _ in soon("the database answers", within=30):
            if shown(seen.credential).status_code == 200:
                break
        try:
            kill(shared_server().cluster)
            # Longer than anybody remembers a key without asking for it.
            time.sleep(LONGEST_MEMORY)
            went_on = [shown(seen.credential).status_code for _ in range(3)]
            started = time.monotonic()
            refused = [shown(each) for each in (not_seen.credential, f"epk_aaaaaaaaaaaa_{'A' * 43}")]
            waited = time.monotonic() - started
            with pytest.raises(StorageError):
                done(beside.revoke(seen.key.id))
        finally:
            shared_server().ensured()

        assert went_on == [200] * 3
        assert [(each.status_code, each.headers["retry-after"]) for each in refused] == [(503, "5")] * 2
        assert waited < 2 * REFUSED_WITHIN
        for _ in soon("the key can be revoked", within=30):
            with suppress(StorageError):
                done(beside.revoke(seen.key.id))
                break
        for _ in soon("the revoked key is refused", within=RECOVERED_WITHIN):
            if shown(seen.credential).status_code == 401:
                break
        assert shown(not_seen.credential).status_code == 200
    beside.store.database.close()  # type: ignore[attr-defined]
