"""P17: one bad item of a batch fails alone; each of the others gets the answer it gets by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier
from epicrisis.domain.spans import Span
from epicrisis.services.asking import Asker
from epicrisis.services.assess import Question
from epicrisis.services.outcomes import Failure
from tests.serving import app_over, rules_pipeline

# Small enough that a batch of such texts is still a body the server takes.
LONGEST = 20_000
# Beyond a batch, so that it is read alone, and still read.
LONG = "Denies fever. Has a cough. " * 300

GOOD = [
    "Denies chest pain.",
    "Possible pneumonia; no fever.",
    "El paciente niega fiebre y dolor.",
    "😷 Cough.",
    "ok",
    LONG,
]
REFUSED = ["", " \n", "{\\rtf1 fever}", "a\ud800", "x" * (LONGEST + 1)]
# What an engine of somebody else may make of a note: these come as far as that, and then it breaks.
POISON = ["Has gout and breaks the engine.", "Gout? gout!"]
UNFIT: list[Any] = [None, 7, ["Denies fever."], {"text": "Denies fever."}]

ITEMS = st.lists(st.sampled_from([*GOOD, *REFUSED, *POISON, *UNFIT]), min_size=1, max_size=8)
TEXTS = st.lists(st.sampled_from([*GOOD[:-1], *POISON]), min_size=1, max_size=12)


class Breaking:
    """A reader, and finder of identifiers, that breaks on notes about gout, whatever stands beside them."""

    def __init__(self) -> None:
        self.reader = rules_pipeline().annotation.readers("en")
        self.card = self.reader.card
        self.make = self.reader.make

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        _break_on([document.text for document in documents])
        return self.reader.read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        _break_on(texts)
        return self.reader.sentence_labels(texts)

    def find(self, documents: Sequence[Document]) -> Sequence[list[Identifier]]:
        _break_on([document.text for document in documents])
        return [[] for _ in documents]


def _break_on(texts: Sequence[str]) -> None:
    if any("gout" in text for text in texts):
        raise ZeroDivisionError


@dataclass(frozen=True)
class Batch:
    """A route that takes a batch: how the items are sent, and where each answer stands."""

    path: str
    body: Callable[[list[Any]], Any]
    answers: Callable[[Any], list[Any]]
    is_problem: Callable[[Any], bool]


def _plain(item: Any) -> Any:
    """Return an answer without what is the request's own: ids, places and times."""
    if isinstance(item, list):
        return [_plain(each) for each in item]
    if not isinstance(item, dict):
        return item
    own = {"request_id", "prediction_time_ms", "id", "pointer"}
    return {name: _plain(value) for name, value in item.items() if name not in own}


ROUTES = [
    Batch(
        path=path,
        body=lambda items: {"documents": [{"text": item} for item in items]},
        answers=lambda body: body["documents"],
        is_problem=lambda item: "problem" in item,
    )
    for path in ("/v1/annotations", "/v1/assertions", "/v1/entities", "/v1/redactions")
]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    breaking = Breaking()
    app = app_over(breaking, finder=breaking, threads=2, queue=64)
    app.state.pipeline.intake.max_chars = LONGEST
    with TestClient(app) as client:
        yield client


def ask(client: TestClient, route: Batch, items: list[Any]) -> list[Any]:
    # Not json=: that would refuse the lone surrogate before we can.
    body = json.dumps(route.body(items))
    response = client.post(route.path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200, response.text[:200]
    return route.answers(response.json())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_each_item_is_answered_as_if_it_were_alone(client: TestClient, route: Batch) -> None:
    alone: dict[str, Any] = {}

    def by_itself(item: Any) -> Any:
        name = repr(item)
        if name not in alone:
            [answer] = ask(client, route, [item])
            alone[name] = _plain(answer)
        return alone[name]

    @settings(max_examples=30)
    @given(items=ITEMS)
    def holds(items: list[Any]) -> None:
        answers = ask(client, route, items)

        assert [_plain(answer) for answer in answers] == [by_itself(item) for item in items]
        assert [route.is_problem(answer) for answer in answers] == [item not in GOOD for item in items]

    holds()


def every_service(reader: Breaking) -> dict[str, Callable[[list[Document]], Any]]:
    """Return what asks each service of an app over ``reader``."""
    app = app_over(reader, finder=reader, threads=2, queue=64)
    pipeline = app.state.pipeline
    return {
        "annotate": pipeline.annotation.batch,
        "name": pipeline.entities,
        "assess": lambda documents: pipeline.assessment([Question(document) for document in documents]),
        "assess marked": lambda documents: pipeline.assessment(
            [Question(document, (Span(0, 2),)) for document in documents]
        ),
        "label": pipeline.labelling,
        "redact": lambda documents: app.state.deidentify(documents, policy="safe-harbor", asker=Asker("tests")),
    }


@pytest.mark.parametrize("name", ["annotate", "name", "assess", "assess marked", "label", "redact"])
def test_a_note_that_breaks_the_engine_breaks_nothing_else(name: str) -> None:
    service = every_service(Breaking())[name]

    async def answers(requests: Sequence[list[str]]) -> list[list[Any]]:
        documents = [[Document(id=text[:9], text=text) for text in texts] for texts in requests]
        return await asyncio.gather(*(service(each) for each in documents))

    @settings(max_examples=20)
    @given(requests=st.lists(TEXTS, min_size=1, max_size=4))
    def holds(requests: list[list[str]]) -> None:
        # At the same time, so that items of several requests are read in one batch.
        outcomes = asyncio.run(answers(requests))

        for texts, own in zip(requests, outcomes, strict=True):
            assert [isinstance(outcome, Failure) for outcome in own] == [text in POISON for text in texts]
            assert {outcome.code for outcome in own if isinstance(outcome, Failure)} <= {"error"}
            assert [outcome.id for outcome in own if isinstance(outcome, Failure)] == [
                text[:9] for text in texts if text in POISON
            ]

    holds()


def test_a_batch_of_nothing_but_bad_items_is_answered_too(client: TestClient) -> None:
    for route in ROUTES:
        answers = ask(client, route, [*REFUSED, *POISON, *UNFIT])

        assert all(route.is_problem(answer) for answer in answers)
