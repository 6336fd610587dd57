"""Whoever may not ask, or asks when nothing can be answered, is told so in contract N's envelope."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.services.access import Scope
from tests.api.spanish_ner.envelopes import TEXT, found, refused
from tests.logged import logged
from tests.serving import CANARY, RULES, a_core
from tests.spanish import SpanishWords, spanish_app, spanish_pipeline

PATHS = ["/api/submit", "/species/api/submit", f"/{CANARY}/api/submit"]


class Held(SpanishWords):
    """A reader that reads on when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reading, self.release = Event(), Event()

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        self.reading.set()
        assert self.release.wait(timeout=20)
        return super().named(documents, label_sets)


class Crashing(SpanishWords):
    """A reader with a bug, of the kind that quotes the text in its message."""

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        raise ValueError(f"cannot parse {documents[0].text!r}")


@pytest.mark.parametrize("path", PATHS)
def test_whoever_says_nothing_is_asked(path: str) -> None:
    with TestClient(spanish_app(require_key=True)) as client:
        response = client.post(path, json={"inputText": TEXT})

    refused(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_the_disclaimer_asks_nobody() -> None:
    with TestClient(spanish_app(require_key=True)) as client:
        assert client.get("/disclaimer").status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize(("scope", "status"), [(Scope.METRICS, 403), (Scope.READ, 200)])
async def test_a_key_needs_the_scope_read(scope: Scope, status: int) -> None:
    services = Services(spanish_pipeline())
    key = await services.keys.create("other", scopes=[scope], expires_in=timedelta(hours=1))
    app = create_app(services, RULES.model_copy(update={"require_key": True}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        headers: Mapping[str, str] = {"Authorization": f"Bearer {key.credential}"}
        response = await client.post("/api/submit", json={"inputText": TEXT}, headers=headers)

    assert response.status_code == status
    if status == 403:
        refused(response, 403)


@pytest.mark.parametrize("path", PATHS[:2])
def test_too_many_requests_are_told_when_to_come_back(path: str) -> None:
    with TestClient(spanish_app(rate_limit_per_minute=2)) as client:
        responses = [client.post(path, json={"inputText": TEXT}) for _ in range(4)]

    refused(responses[-1], 429)
    assert 0 < int(responses[-1].headers["retry-after"]) <= 60


def test_a_key_in_the_address_is_refused(client: TestClient) -> None:
    refused(client.post("/api/submit", params={"api_key": CANARY}, json={"inputText": TEXT}), 400)


def test_a_crash_is_an_internal_error_without_a_trace() -> None:
    with TestClient(spanish_app(Crashing()), raise_server_exceptions=False) as client:
        response = client.post("/api/submit", json={"inputText": f"{CANARY} con cefalea"})

    assert "ValueError" not in refused(response, 500)


@pytest.mark.anyio
@pytest.mark.parametrize("path", PATHS)
async def test_overload_is_told_at_once_and_before_the_body_is_parsed(path: str) -> None:
    reader = Held()
    app = spanish_app(reader, core=a_core(threads=1, queue=0))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        first = asyncio.create_task(client.post("/api/submit", json={"inputText": TEXT}))
        await asyncio.to_thread(reader.reading.wait, 20)

        second = await client.post(path, content=f"{CANARY} is no JSON", headers={"Content-Type": "application/json"})

        reader.release.set()
        assert found(await first, TEXT)
    refused(second, 503)
    assert second.headers["retry-after"] == "1"


@pytest.mark.anyio
async def test_a_reading_that_takes_too_long_is_given_up() -> None:
    reader = Held()
    app = spanish_app(reader, core=a_core(deadline_seconds=0.05))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        response = await client.post("/api/submit", json={"inputText": CANARY})
        reader.release.set()

    refused(response, 503)


@pytest.mark.anyio
async def test_a_body_that_ends_with_its_sender_is_no_crash() -> None:
    answered: list[Any] = []
    arriving = [{"type": "http.request", "body": b'{"inputText": ', "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/submit", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"99")],
    }  # fmt: skip
    await spanish_app()(scope, receive, send)

    assert answered[0]["status"] == 400


def test_no_word_of_a_text_is_logged_or_counted() -> None:
    with logged() as written, TestClient(spanish_app(), raise_server_exceptions=False) as client:
        for sent in ({"inputText": f"Varón {CANARY}."}, {"inputText": CANARY, "model": CANARY}, {CANARY: CANARY}):
            client.post("/api/submit", json=sent)
            client.post(f"/{CANARY}/api/submit?model={CANARY}", json=sent)
            client.post("/species/api/submit", data={"inputText": CANARY, "model": CANARY})
        exposed = client.get("/metrics").text

    assert "request answered" in written.getvalue()
    assert 'endpoint="/{model}/api/submit"' in exposed
    assert CANARY not in written.getvalue()
    assert CANARY not in exposed
