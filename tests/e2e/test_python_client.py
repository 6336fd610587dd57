"""The Python client, waiting and asynchronous, against a server in its own process and against one that misbehaves."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from epicrisis import errors
from epicrisis.client import AsyncClient, Client, Prediction, Refusal, note_asks
from epicrisis.domain.assertions import Scheme, Status, projected
from epicrisis.domain.spans import Span
from tests.clients import BOTH, Asks
from tests.flaky import PREDICTION, Said, flaky
from tests.serving import UUID, rules_pipeline, running
from tests.silent import silent

NOTE = "Denies chest pain. 🫀 History of hypertension."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


def test_predicts_one_sentence(url: str, ask: Asks) -> None:
    answer = ask(url, "predict", "The patient denies chest pain.")

    assert (answer.label, answer.model_label) == ("ABSENT", "ABSENT")
    assert 0.5 < answer.score <= 1
    assert re.fullmatch(UUID, answer.request_id)


def test_predicts_a_batch_in_order_and_a_bad_item_fails_alone(url: str, ask: Asks) -> None:
    answer = ask(url, "predict_batch", ["The patient denies chest pain.", "", "He has a history of hypertension."])

    absent, refused, present = answer.predictions
    assert isinstance(absent, Prediction)
    assert isinstance(refused, Refusal)
    assert isinstance(present, Prediction)
    assert (absent.label, present.label) == ("ABSENT", "PRESENT")
    assert "sentences.1" in refused.details
    assert re.fullmatch(UUID, answer.request_id)


def test_says_how_the_server_is_and_what_reads_there(url: str, ask: Asks) -> None:
    health, model, engines = ask(url, "health_check"), ask(url, "model_info"), ask(url, "engines")

    assert (health.healthy, health.model_name) == (True, model.model_name)
    assert health.system_metrics["memory_mb"] > 0
    assert set(model.labels) == {"PRESENT", "ABSENT", "POSSIBLE", "CONDITIONAL"}
    assert {"rules", "lexicon"} <= {engine.name for engine in engines}


def test_annotates_a_note_as_the_library_does(url: str, ask: Asks) -> None:
    answer = ask(url, "annotate", NOTE)

    here = rules_pipeline().annotate(NOTE)
    assert [(entity.span, entity.label) for entity in answer.note.entities] == [
        (entity.span, entity.label) for entity in here.entities
    ]
    assert [assertion and assertion.status for assertion in answer.note.assertions] == [Status.ABSENT, Status.PRESENT]
    assert [answer.note.document.quote(entity.span) for entity in answer.note.entities] == [
        "chest pain",
        "hypertension",
    ]
    assert re.fullmatch(UUID, answer.request_id)


def test_assesses_findings_somebody_marked(url: str, ask: Asks) -> None:
    hypertension = Span(NOTE.index("hypertension"), NOTE.index("hypertension") + 12)

    answer = ask(url, "assess", NOTE, targets=[hypertension, Span(7, 17)])

    assert [(each.target, each.status) for each in answer.assessment.assertions] == [
        (hypertension, Status.PRESENT),
        (Span(7, 17), Status.ABSENT),
    ]
    assert projected(answer.assessment.assertions[1], Scheme.I2B2) == "absent"


def test_says_what_was_right(url: str, ask: Asks) -> None:
    answered = ask(url, "predict", "The patient denies chest pain.")

    kept = ask(url, "feedback", answered.request_id, given=answered.label, right="PRESENT")
    again = ask(url, "feedback", answered.request_id, given=answered.label, right="PRESENT")

    assert not kept.agreed
    assert kept.id == again.id


@pytest.mark.parametrize(
    ("method", "sent", "kind"),
    [
        ("predict", " ", errors.InvalidInput),
        ("predict", "fever " * 600, errors.InvalidInput),
        ("predict", "\ud800", errors.InvalidInput),
        ("annotate", "", errors.EmptyText),
        ("annotate", "a\ud800", errors.UnreadableText),
    ],
)
def test_what_the_server_refuses_is_an_error_of_ours(
    url: str, ask: Asks, method: str, sent: str, kind: type[errors.EpicrisisError]
) -> None:
    with pytest.raises(kind) as caught:
        ask(url, method, sent)

    assert re.fullmatch(UUID, str(caught.value.request_id))


def test_speaks_a_profile(url: str, ask: Asks) -> None:
    sentence = "Suspected cardiac arrhythmia."

    labels = [ask(url, "predict", sentence, options={"profile": profile}).label for profile in (None, "a", "b")]

    assert labels == ["POSSIBLE", "CONDITIONAL", "POSSIBLE"]


def test_a_key_comes_from_the_argument_or_the_environment(ask: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_API_KEY", "from-the-environment")
    with flaky(Said()) as server:
        ask(server.url, "predict", "Denies fever.")
        ask(server.url, "predict", "Denies fever.", options={"api_key": "given"})
        ask(server.url, "predict", "Denies fever.", options={"api_key": ""})

    sent = [headers.get("Authorization") for _, headers in server.requests]
    assert sent == ["Bearer from-the-environment", "Bearer given", None]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_asks_again_when_it_is_told_not_now(ask: Asks, status: int) -> None:
    with flaky(Said(status, {}), Said(status, {}, {"Retry-After": "0"}), Said()) as server:
        answer = ask(server.url, "predict", "Denies fever.")

    assert answer.label == "ABSENT"
    assert len(server.requests) == 3


def test_asks_again_when_the_connection_breaks(ask: Asks) -> None:
    with flaky(Said(None), Said()) as server:
        assert ask(server.url, "predict", "Denies fever.").label == "ABSENT"


def test_waits_as_long_as_it_is_asked_to(ask: Asks) -> None:
    with flaky(Said(429, {}, {"Retry-After": "1"}), Said()) as server:
        started = time.monotonic()
        ask(server.url, "predict", "Denies fever.")

    assert time.monotonic() - started >= 1


def test_does_not_wait_for_longer_than_it_has(ask: Asks) -> None:
    refused = {"error": "RateLimitError", "message": "Wait.", "retry_after": 60, "request_id": "7"}
    with flaky(Said(429, refused, {"Retry-After": "60"})) as server:
        started = time.monotonic()
        with pytest.raises(errors.RateLimited, match="Wait") as caught:
            ask(server.url, "predict", "Denies fever.")

    assert time.monotonic() - started < 10
    assert caught.value.request_id == "7"
    assert len(server.requests) == 1


def test_gives_up_after_its_retries(ask: Asks) -> None:
    with flaky(Said(503, {})) as server, pytest.raises(errors.Overloaded):
        ask(server.url, "predict", "Denies fever.", options={"retries": 1})

    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500])
def test_asks_once_where_asking_again_would_not_help(ask: Asks, status: int) -> None:
    with flaky(Said(status, {})) as server, pytest.raises(errors.EpicrisisError):
        ask(server.url, "predict", "Denies fever.")

    assert len(server.requests) == 1


def test_an_answer_that_takes_too_long_is_given_up(ask: Asks) -> None:
    with flaky(Said(seconds=3)) as server:
        started = time.monotonic()
        with pytest.raises(errors.DeadlineExceeded, match="total_seconds"):
            ask(server.url, "predict", "Denies fever.", options={"total_seconds": 0.5})

    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("length", [True, False])
def test_an_answer_that_comes_byte_by_byte_is_given_up_too(ask: Asks, length: bool) -> None:
    with flaky(Said(drip_seconds=0.1, length=length)) as server:
        started = time.monotonic()
        with pytest.raises(errors.DeadlineExceeded, match="total_seconds"):
            ask(server.url, "predict", "Denies fever.", options={"total_seconds": 0.5})

    assert len(server.requests) == 1
    assert time.monotonic() - started < 2.5


def test_threads_that_share_a_client_do_not_wait_for_each_other() -> None:
    with flaky(Said(seconds=0.3)) as server, Client(server.url) as client, ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(client.predict, ["Denies fever."] * 8))

    assert [answer.label for answer in answers] == ["ABSENT"] * 8
    assert server.most_at_once == 4


def test_a_server_that_is_not_there_is_unreachable(ask: Asks) -> None:
    with pytest.raises(errors.Unreachable, match="does not answer"):
        ask("http://127.0.0.1:9", "predict", "Denies fever.", options={"retries": 1})


def test_a_server_that_takes_no_connection_is_given_up_before_the_rest(ask: Asks) -> None:
    patient = {"connect_seconds": 0.5, "total_seconds": 20, "retries": 1}
    started = time.monotonic()
    with silent() as url, pytest.raises(errors.Unreachable, match="does not answer"):
        ask(url, "predict", "Denies fever.", options=patient)

    assert time.monotonic() - started < 10


@pytest.mark.parametrize("body", [b"<html>", [], {}, {**PREDICTION, "label": None, "score": None, "error": 1}])
def test_another_server_is_told_from_ours(ask: Asks, body: Any) -> None:
    with flaky(Said(200, body)) as server, pytest.raises(errors.EpicrisisError, match="see that it is one"):
        ask(server.url, "predict_batch", ["Denies fever."])


def test_both_clients_offer_the_same() -> None:
    offered = [
        {
            name: list(inspect.signature(method).parameters.values())
            for name, method in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_") or name == "__init__"
        }
        for kind in (Client, AsyncClient)
    ]

    # Many at once is what doing something else meanwhile is for.
    assert offered[1].pop("many")
    assert offered[0] == offered[1]


def test_what_is_sent_is_a_value_without_the_key_and_the_note() -> None:
    client = Client("http://127.0.0.1:9", api_key="a-secret")

    assert "a-secret" not in repr(vars(client))
    assert "Ana" not in repr(note_asks.annotate("Ana Ruiz Prueba", language=None))


def test_without_httpx_the_message_says_what_to_install() -> None:
    script = """
import sys
sys.modules["httpx2"] = None
from epicrisis.client import Client
from epicrisis.errors import MissingDependency
try:
    Client()
except MissingDependency as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert "pip install 'epicrisis[client]'" in done.stdout
