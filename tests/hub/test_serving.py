"""The server judges with the model a setting names, on every route that judges, and says which model it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis.assembly import load
from epicrisis.settings import Settings
from tests.hub.conftest import COMMIT, REPOSITORY
from tests.serving import Server, running

CARD_SENTENCE = "The patient recovered during the night and now denies any [entity] shortness of breath [entity]."


def post(server: Server, path: str, body: Any) -> Any:
    """Return the JSON that the server answers with 200."""
    content = json.dumps(body).encode()
    headers = f"Host: x\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    answer = server.send(f"POST {path} HTTP/1.1\r\n{headers}\r\n".encode(), content)
    assert answer is not None
    assert answer.status == 200, answer.body
    return answer.json()


def get(server: Server, path: str) -> Any:
    """Return the JSON at ``path``."""
    answer = server.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer is not None
    assert answer.status == 200, answer.body
    return answer.json()


@pytest.fixture(scope="module", params=["folder", "graph"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    where: Path = request.getfixturevalue(request.param)
    with running(EPICRISIS_ASSERTION__MODEL=str(where)) as (server, _):
        yield server


def test_findings_are_judged_by_the_model_and_its_cues_are_shown(server: Server) -> None:
    answer = post(server, "/v1/assertions", {"text": CARD_SENTENCE})

    [finding] = answer["assertions"]
    assert finding["status"] == "ABSENT"
    assert [cue["text"] for cue in finding["cues"]] == ["denies"]
    assert answer["engine"].startswith("tiny-assertion-")


def test_a_bare_sentence_is_labelled_by_the_model(server: Server) -> None:
    sentences = {
        "The patient denies chest pain.": "ABSENT",
        "Ana has gout.": "PRESENT",
        "Possible pneumonia.": "POSSIBLE",
    }

    labels = {sentence: post(server, "/predict", {"sentence": sentence})["label"] for sentence in sentences}

    assert labels == sentences


def test_a_batch_is_answered_like_its_sentences(server: Server) -> None:
    sentences = ["The patient denies chest pain.", "Ana has gout.", "Possible pneumonia."]

    together = post(server, "/predict/batch", {"sentences": sentences})["results"]

    alone = [post(server, "/predict", {"sentence": sentence}) for sentence in sentences]
    assert [(each["label"], each["score"]) for each in together] == [(one["label"], one["score"]) for one in alone]


def test_the_server_says_which_model_answers(server: Server) -> None:
    cards = {card["name"]: card for card in get(server, "/v1/engines")["engines"]}
    told = get(server, "/model/info")

    name = told["model_name"]
    assert name.startswith("tiny-assertion-")
    assert told["tokenizer_type"] == "WordPiece"
    assert any("Calibration unknown" in limit for limit in cards[name]["limits"])


@pytest.mark.usefixtures("hub_home")
def test_the_library_judges_with_it_by_its_hub_name_too() -> None:
    pipeline = load(Settings(reader="rules", assertion="rules", second_opinion="rules", assertion_model=REPOSITORY))

    [assessment] = pipeline.assess([CARD_SENTENCE])

    assert (assessment.engine, assessment.version) == (REPOSITORY, COMMIT)  # type: ignore[union-attr]
    assert REPOSITORY in {card.name for card in pipeline.engines()}
