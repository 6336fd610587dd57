"""P16: the same note gets the same answer, whatever its neighbours, its place in a batch, or the process reading it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.serving import READERS, app_with, running

NOTES = [
    "Denies chest pain.",
    "History of hypertension. Denies fever or chills.",
    "FAMILY HISTORY: Mother with breast cancer.\n\nALLERGIES: No known drug allergies.",
    "Possible pneumonia; chest x-ray ordered.",
    "Return if fever develops.",
    "Short of breath on exertion. No edema.",
    "ok",
    "😷 Cough, no fever. " * 40,
]
BAD = [" ", "{\\rtf1 fever}", "a\ud800"]


@pytest.fixture(scope="module", params=READERS)
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    return READERS[request.param]


@pytest.fixture(scope="module")
def client(settings: dict[str, str]) -> Iterator[TestClient]:
    with TestClient(app_with(**settings)) as client:
        yield client


def read(client: TestClient, body: Any) -> Any:
    # Not json=: that would refuse the lone surrogate before we can.
    response = client.post("/v1/annotations", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    answer = response.json()
    del answer["request_id"]
    return answer


def alone(client: TestClient, text: str) -> Any:
    return read(client, {"documents": [{"id": "note", "text": text}]})["documents"][0]


def test_a_note_reads_the_same_alone_and_in_a_batch_of_one(client: TestClient) -> None:
    for text in NOTES:
        assert {**read(client, {"text": text}), "id": "note"} == alone(client, text)


@given(texts=st.lists(st.sampled_from(NOTES + BAD), min_size=2, max_size=12))
def test_neighbours_never_change_an_answer(client: TestClient, texts: list[str]) -> None:
    batch = read(client, {"documents": [{"id": "note", "text": text} for text in texts]})

    assert batch["documents"] == [alone(client, text) for text in texts]


def test_another_process_says_the_same_byte_for_byte(client: TestClient, settings: dict[str, str]) -> None:
    notes = Random(16).sample(NOTES, len(NOTES))
    body = json.dumps({"documents": [{"id": str(place), "text": text} for place, text in enumerate(notes)]}).encode()
    request_id = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
    headers = {"Content-Type": "application/json", "X-Request-Id": request_id}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    raw = "\r\n".join(["POST /v1/annotations HTTP/1.1", "Host: here", *lines, f"Content-Length: {len(body)}"]).encode()

    here = client.post("/v1/annotations", content=body, headers=headers).content
    with running(**{f"EPICRISIS_{name.upper()}": value for name, value in settings.items()}) as (server, _):
        there = server.send(raw + b"\r\n\r\n" + body)

    assert there is not None
    assert there.body == here
