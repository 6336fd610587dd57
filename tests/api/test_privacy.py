from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.logged import logged
from tests.serving import CANARY, CrashingReader, app_over, app_with

NOTE = f"{CANARY} denies chest pain, MRN 99-{CANARY}-1."


@pytest.fixture
def written() -> Iterator[StringIO]:
    with logged() as stream:
        yield stream


def everything(client: TestClient) -> list[int]:
    """Send the canary wherever a client can put a word; return the statuses."""
    headers = {"X-Request-Id": CANARY, "User-Agent": CANARY, "X-Patient": CANARY}
    bodies: list[Any] = [
        {"text": NOTE},
        {"documents": [{"id": CANARY, "text": NOTE}, {"text": NOTE, CANARY: CANARY}]},
        {"text": NOTE, CANARY: CANARY},
        {"text": [NOTE]},
        {"text": NOTE, "language": CANARY},
        {"text": NOTE, "language": "xx"},
    ]
    answers = [client.post("/v1/annotations", json=body, headers=headers) for body in bodies]
    answers += [
        client.post("/v1/annotations", content=f'{{"text": "{NOTE}', headers={"Content-Type": "application/json"}),
        client.post("/v1/annotations", content=NOTE, headers={"Content-Type": "text/plain"}),
        client.get(f"/{CANARY}?patient={CANARY}", headers=headers),
        client.request(CANARY.upper(), "/v1/annotations"),
        client.request("DELETE", f"/v1/annotations?patient={CANARY}"),
    ]
    return [answer.status_code for answer in answers]


def test_no_word_of_a_note_is_logged(written: StringIO) -> None:
    with TestClient(app_with(), raise_server_exceptions=False) as client:
        statuses = everything(client)

    assert statuses == [200, 200, 422, 422, 422, 422, 400, 415, 404, 405, 405]
    assert CANARY.casefold() not in written.getvalue().casefold()
    answered = [json.loads(line) for line in written.getvalue().splitlines() if "request answered" in line]
    assert [line["status"] for line in answered] == statuses
    refused = [json.loads(line) for line in written.getvalue().splitlines() if "request refused" in line]
    assert [line["status"] for line in refused] == statuses[2:]
    assert {line["route"] for line in answered} == {"/v1/annotations", "none"}


def test_no_word_of_a_note_is_logged_when_an_engine_crashes(written: StringIO) -> None:
    with TestClient(app_over(CrashingReader()), raise_server_exceptions=False) as client:
        statuses = everything(client)

    assert statuses[0] == 500
    assert CANARY.casefold() not in written.getvalue().casefold()
    failed = [json.loads(line) for line in written.getvalue().splitlines() if "request failed" in line]
    assert [line["error"] for line in failed] == ["ValueError"]
    assert failed[0]["request_id"]
