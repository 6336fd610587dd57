"""P16: the same text gets the same answer, whatever its neighbours, its place, the cache, or the process that reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import msgspec
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
ROUTES = ["/v1/annotations", "/v1/assertions", "/v1/entities"]
BAD = [" ", "{\\rtf1 fever}", "a\ud800"]
SENTENCES = [
    "Denies chest pain.",
    "Possible pneumonia; chest x-ray ordered.",
    "Return if fever develops.",
    "Cough without fever, though he may have had chills.",
    "Thank you.",
    "ok",
    "😷 Cough, no fever.",
    "The patient, who was last seen in March for hypertension and a rash that has since gone, denies fever, chills, "
    "night sweats, chest pain, palpitations, dyspnea, abdominal pain, nausea, vomiting and any change in weight.",
]
NO_SENTENCES = [" ", 5, None, "fever " * 600]
REQUEST_ID = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"


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
    headers = {"Content-Type": "application/json", "X-Request-Id": REQUEST_ID}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    raw = "\r\n".join(["POST /v1/annotations HTTP/1.1", "Host: here", *lines, f"Content-Length: {len(body)}"]).encode()

    here = client.post("/v1/annotations", content=body, headers=headers).content
    with running(**{f"EPICRISIS_{name.upper()}": value for name, value in settings.items()}) as (server, _):
        there = server.send(raw + b"\r\n\r\n" + body)

    assert there is not None
    assert there.body == here


@pytest.fixture(scope="module")
def forgetting(settings: dict[str, str]) -> Iterator[TestClient]:
    """Return a client of a server that keeps no answer, and reads a sentence or two at a time."""
    with TestClient(app_with(**settings, cache_entries=0, batch_tokens=30)) as client:
        yield client


@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_that_was_kept_is_told_byte_for_byte(client: TestClient, forgetting: TestClient, route: str) -> None:
    headers = {"Content-Type": "application/json", "X-Request-Id": REQUEST_ID}
    body = json.dumps({"documents": [{"id": "note", "text": text} for text in NOTES + BAD]})

    read, kept, anew = (
        each.post(route, content=body, headers=headers).content for each in (client, client, forgetting)
    )

    assert read == kept == anew


class Said(msgspec.Struct, frozen=True):
    """What a sentence was given, byte for byte."""

    label: msgspec.Raw
    score: msgspec.Raw
    model_label: msgspec.Raw = msgspec.Raw(b"")

    @property
    def pair(self) -> tuple[bytes, bytes]:
        return bytes(self.label), bytes(self.score)


class SaidOfMany(msgspec.Struct, frozen=True):
    """The two lists of an answer to a batch."""

    predictions: list[Said]
    results: list[Said]


def predicted(client: TestClient, route: str, body: Any, contract: str) -> bytes:
    response = client.post(route, json=body, headers={"X-Contract": contract})
    assert response.status_code == 200, response.text
    return response.content


@cache
def predicted_alone(client: TestClient, sentence: str, contract: str) -> Said:
    return msgspec.json.decode(predicted(client, "/predict", {"sentence": sentence}, contract), type=Said)


@pytest.mark.parametrize("contract", ["", "a", "b"])
@hypothesis_settings(max_examples=25)
@given(data=st.data())
def test_a_sentence_has_one_label_and_score_alone_and_among_any_neighbours(
    client: TestClient, forgetting: TestClient, contract: str, data: st.DataObject
) -> None:
    # Profile A refuses a batch with a bad sentence as a whole.
    drawn = st.sampled_from([*SENTENCES, *(NO_SENTENCES if contract != "a" else [])])
    sentences = data.draw(st.lists(drawn, min_size=1, max_size=10))
    null = Said(msgspec.Raw(b"null"), msgspec.Raw(b"null"), msgspec.Raw(b"null"))

    # Twice where answers are kept: some are read, and some are not.
    answers = [
        msgspec.json.decode(predicted(each, "/predict/batch", {"sentences": sentences}, contract), type=SaidOfMany)
        for each in (client, client, forgetting)
    ]

    alone = [
        predicted_alone(forgetting, sentence, contract) if sentence in SENTENCES else null for sentence in sentences
    ]
    for answer in answers:
        assert answer.predictions == alone
        assert [said.pair for said in answer.results] == [said.pair for said in alone]


@pytest.fixture(scope="module")
def forgetful(settings: dict[str, str]) -> Iterator[Pipeline]:
    """Return a pipeline that reads every text anew, in batches of a few sentences."""
    pipeline = load(RULES.model_copy(update={**settings, "cache_entries": 0, "batch_tokens": 30}))
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
