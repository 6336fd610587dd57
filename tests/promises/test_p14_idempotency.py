"""P14: under one ``Idempotency-Key`` a request is done once; it is answered alike for a day, however often it comes."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.idempotency.declared import asked_in
from epicrisis.api.security.scopes import every_route
from epicrisis.assembly import serving
from epicrisis.services.access import ANYONE
from epicrisis.services.audit import Audit
from epicrisis.services.idempotency import Answer, Attempt, Idempotency
from epicrisis.settings import Settings
from epicrisis.storage.memory import MemoryAudit, MemoryClaims, MemorySecret
from tests.redis_server import running_redis
from tests.serving import CANARY, RULES, HeldReader, Server, a_ring, app_over, app_with, running

pytestmark = pytest.mark.anyio

REDACTIONS = "/v1/redactions"
NOTE = {"text": f"Patient John {CANARY}, SSN 123-45-6789, denies chest pain."}
THREADS = 20
DAY = 86_400

# What a server writes down or charges for: all of these, and nothing that only answers.
CREATING = {
    REDACTIONS, "/v1/redactions/files", "/v1/reidentifications", "/v1/feedback", "/phi/scrub", "/api/phi/scrub",
    "/v1/cases",
    # Where interactions are kept, each of these leaves one.
    "/v1/differentials", "/v1/differentials/feedback", "/api/v1/diagnose",
    *(f"/cds-services/differential-{hook}{below}" for hook in ("patient-view", "order-select")
      for below in ("", "/feedback")),
}  # fmt: skip


class Told(NamedTuple):
    """What was answered."""

    status: int
    replayed: bool
    body: bytes


Asks = Callable[[str, object], Told]


def over(server: Server) -> Asks:
    """Return what asks a server on a socket."""

    def ask(key: str, body: object) -> Told:
        sent = json.dumps(body).encode()
        head = (
            f"POST {REDACTIONS} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        answer = server.send(head.encode() + sent, seconds=120)
        assert answer is not None
        return Told(answer.status, "idempotent-replayed" in answer.headers, answer.body)

    return ask


def through(client: TestClient) -> Asks:
    """Return what asks an app in this process."""

    def ask(key: str, body: object) -> Told:
        answer = client.post(REDACTIONS, json=body, headers={"Idempotency-Key": key})
        return Told(answer.status_code, "idempotent-replayed" in answer.headers, answer.content)

    return ask


def until_answered(ask: Asks, key: str) -> list[Told]:
    """Return every answer to a request that is sent until it is done."""
    told = [ask(key, NOTE)]
    while told[-1].status == 409:
        time.sleep(0.2)
        told.append(ask(key, NOTE))
    return told


def done_once(servers: Sequence[Asks], key: str) -> None:
    """See that of twenty threads that ask for one thing at once, at whichever server, one has it done."""
    with ThreadPoolExecutor(THREADS) as threads:
        tried = threads.map(lambda number: until_answered(servers[number % len(servers)], key), range(THREADS))
        answers = [answer for answers in tried for answer in answers]
    told = [answer for answer in answers if answer.status == 200]
    assert {answer.status for answer in answers} <= {200, 409}
    assert len(told) == THREADS
    assert len({answer.body for answer in told}) == 1
    assert Counter(answer.replayed for answer in told) == {True: THREADS - 1, False: 1}


def rows(data: Path, table: str) -> int:
    with sqlite3.connect(data / "epicrisis.db") as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_twenty_threads_one_key_one_redaction(tmp_path: Path) -> None:
    key = str(uuid4())
    with running(EPICRISIS_DATA=str(tmp_path)) as (server, log):
        ask = over(server)
        done_once([ask], key)
        other, again = ask(key, {"text": "Patient Jane Roe."}), ask(str(uuid4()), NOTE)

    assert (other.status, json.loads(other.body)["code"]) == (422, "idempotency-key-reused")
    assert (again.status, again.replayed) == (200, False)
    assert rows(tmp_path, "phi_audit_log") == 2
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("epicrisis.db*"))
    for word in (CANARY, "123-45-6789", "chest pain", key):
        assert word.encode() not in kept
        assert word not in "".join(log)


@pytest.fixture(params=["redis", "postgres"])
def shared(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Lend the settings of two servers that share something."""
    if request.param == "redis":
        with running_redis() as redis:
            yield {"redis_url": SecretStr(redis.url)}
        return
    pytest.importorskip("alembic", reason="needs the extra postgres")
    from tests.postgres_server import a_postgres_address

    with a_postgres_address() as address:
        yield {"database_url": SecretStr(address)}


def test_two_servers_do_it_once_between_them(
    shared: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = {"secret_key": SecretStr("a secret of the tests, long enough to hash with")}
    with ExitStack() as stack:
        servers = []
        for name in ("one", "other"):
            settings = RULES.model_copy(update={"data": tmp_path / name, **secret, **shared})
            services = serving(settings)
            # As patient as a busy machine needs: what an impatient one does is another test's business.
            for each in filter(None, (services.link, services.stores and services.stores.database)):
                monkeypatch.setattr(each, "patience", 60, raising=False)
            client = TestClient(create_app(services, settings))
            servers.append(through(stack.enter_context(client)))
        # Neither is at its first request, in which a server that was just started takes its time.
        assert [ask(str(uuid4()), NOTE).status for ask in servers] == [200, 200]

        done_once(servers, str(uuid4()))


def test_every_post_that_creates_takes_a_key_and_says_so() -> None:
    app = app_with()
    schema = app.openapi()

    taking = {route.path for route in every_route(app.routes) if asked_in(route) is not None}
    documented = {
        path
        for path, methods in schema["paths"].items()
        if "Idempotency-Key" in {each["name"] for each in methods.get("post", {}).get("parameters", ())}
    }

    assert taking == documented == CREATING
    for path in CREATING:
        assert {"400", "409", "422"} <= set(schema["paths"][path]["post"]["responses"])


def test_what_is_still_being_done_is_409_and_then_told_again() -> None:
    finder = HeldReader()
    app = app_over(finder, finder=finder, seals=a_ring())
    with TestClient(app) as client, ThreadPoolExecutor(1) as thread:
        headers = {"Idempotency-Key": "one"}
        first = thread.submit(client.post, REDACTIONS, json=NOTE, headers=headers)
        assert finder.reading.wait(20)
        during = client.post(REDACTIONS, json=NOTE, headers=headers)
        finder.release.set()
        done, after = first.result(60), client.post(REDACTIONS, json=NOTE, headers=headers)

    assert (during.status_code, during.json()["code"]) == (409, "still-running")
    assert (done.status_code, after.status_code) == (200, 200)
    assert done.content == after.content
    assert after.headers["idempotent-replayed"] == "true"


async def test_an_answer_is_told_again_for_a_day_and_no_longer() -> None:
    assert Settings.model_fields["idempotency_seconds"].default == DAY
    clock = [1_000_000.0]
    secret = MemorySecret()
    idempotency = Idempotency(
        MemoryClaims(), secret, seals=a_ring(), audit=Audit(MemoryAudit(), secret), lasts=DAY, now=lambda: clock[0]
    )
    answer = Answer("first", 201, [(b"content-type", b"text/plain")], b"made")

    def attempt() -> Attempt:
        return idempotency.attempt(ANYONE, "key", sent=b"digest", route=REDACTIONS, request_id="again")

    first = idempotency.attempt(ANYONE, "key", sent=b"digest", route=REDACTIONS, request_id="first")
    assert await idempotency.begin(first) is None
    assert await idempotency.finish(first, answer)

    clock[0] += DAY - 1
    assert await idempotency.begin(attempt()) == answer
    clock[0] += 1
    assert await idempotency.begin(attempt()) is None
