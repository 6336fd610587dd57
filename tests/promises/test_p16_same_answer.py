"""P16: the same note gets the same answer, whatever its neighbours, its place in a batch, or the process reading it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from epicrisis.assembly import Pipeline, load
from epicrisis.domain.documents import Document
from epicrisis.services.assess import Question
from tests.serving import READERS, RULES, app_with, running

NOTES = [
    "Denies chest pain.",
    "History of hypertension. Denies fever or chills.",
    "FAMILY HISTORY: Mother with breast cancer.\n\nALLERGIES: No known drug allergies.",
    "Possible pneumonia; chest x-ray ordered.",
    "Return if fever develops.",
    "Short of breath on exertion. No edema.",
    "ok",
    "Denies [entity] fever [entity].",
    "😷 Cough, no fever. " * 40,
]
ROUTES = ["/v1/annotations", "/v1/assertions"]
BAD = [" ", "{\\rtf1 fever}", "a\ud800"]


@pytest.fixture(scope="module", params=READERS)
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    return READERS[request.param]


@pytest.fixture(scope="module")
def client(settings: dict[str, str]) -> Iterator[TestClient]:
    with TestClient(app_with(**settings)) as client:
        yield client


def read(client: TestClient, route: str, body: Any) -> Any:
    # Not json=: that would refuse the lone surrogate before we can.
    response = client.post(route, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    answer = response.json()
    del answer["request_id"]
    return answer


@cache
def alone(client: TestClient, route: str, text: str) -> Any:
    return read(client, route, {"documents": [{"id": "note", "text": text}]})["documents"][0]


@pytest.mark.parametrize("route", ROUTES)
def test_a_note_reads_the_same_alone_and_in_a_batch_of_one(client: TestClient, route: str) -> None:
    for text in NOTES:
        assert {**read(client, route, {"text": text}), "id": "note"} == alone(client, route, text)


@pytest.mark.parametrize("route", ROUTES)
@given(texts=st.lists(st.sampled_from(NOTES + BAD), min_size=2, max_size=12))
def test_neighbours_never_change_an_answer(client: TestClient, route: str, texts: list[str]) -> None:
    batch = read(client, route, {"documents": [{"id": "note", "text": text} for text in texts]})

    assert batch["documents"] == [alone(client, route, text) for text in texts]


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


@pytest.fixture(scope="module")
def forgetful(settings: dict[str, str]) -> Iterator[Pipeline]:
    """Return a pipeline that reads every text anew, in batches of a few sentences."""
    pipeline = load(RULES.model_copy(update={**settings, "cache_entries": 0, "batch_chars": 120}))
    yield pipeline
    pipeline.core.close()


async def all_at_once(pipeline: Pipeline, requests: Sequence[Sequence[Document]]) -> list[Any]:
    """Return the answers of every service to every request, asked at the same time."""
    answers = await asyncio.gather(
        *(pipeline.labelling(request) for request in requests),
        *(pipeline.annotation.batch(request) for request in requests),
        *(pipeline.assessment([Question.of(document) for document in request]) for request in requests),
    )
    return [list(each) for each in answers]


@pytest.fixture(scope="module")
def by_itself(forgetful: Pipeline) -> dict[str, list[Any]]:
    """Return what each service answers to each note alone."""
    notes = {text: Document(id="note", text=text) for text in NOTES}
    return {
        text: [
            *forgetful.labelling.many([note]),
            *forgetful.annotation.many([note]),
            *forgetful.assessment.many([Question.of(note)]),
        ]
        for text, note in notes.items()
    }


@hypothesis_settings(max_examples=12)
@given(requests=st.lists(st.lists(st.sampled_from(NOTES), min_size=1, max_size=3), min_size=1, max_size=4))
def test_requests_that_are_read_together_are_answered_as_each_alone(
    forgetful: Pipeline, by_itself: dict[str, list[Any]], requests: list[list[str]]
) -> None:
    asked = [[Document(id="note", text=text) for text in request] for request in requests]

    together = asyncio.run(all_at_once(forgetful, asked))

    assert together == [[by_itself[text][service] for text in request] for service in range(3) for request in requests]
