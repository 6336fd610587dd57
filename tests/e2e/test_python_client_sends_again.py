"""What a server writes down is asked for under a key: a try that follows a lost answer hears that answer."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from epicrisis import errors
from tests.clients import BOTH, Asks
from tests.cutting import cutting
from tests.flaky import PREDICTION, Said, flaky
from tests.serving import UUID, Server, running

NOTE = "Patient Ana Prueba, SSN 123-45-6789, denies chest pain."
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "redact": ((NOTE,), {"policy": "contract-h"}),
    "redact_batch": (([NOTE, "Seen by Dr. John Roe."],), {}),
    "redact_file": ((b"name,note\nAna Prueba,Denies fever.\n",), {"kind": "csv"}),
    "reidentify": (("Nothing is sealed here.",), {"purpose": "recall-7"}),
    "keep_case": ((["cough", "fever"],), {"text": NOTE, "outcome": "J18.9"}),
    "differential_feedback": (
        ("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",),
        {"condition": "I21.9", "verdict": "RULED_OUT"},
    ),
    "feedback": (("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",), {"given": "ABSENT", "right": "ABSENT"}),
}


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(EPICRISIS_ANONYMOUS_SCOPES='["reidentify", "audit"]') as (server, _):
        yield server


def done_at(server: Server) -> Counter[str]:
    """Return what the audit log says was done, but for answers told again and for reading it."""
    answer = server.send(b"GET /v1/audit?limit=1000 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert answer is not None
    actions = Counter(row["action"] for row in answer.json()["rows"])
    return Counter(
        {action: count for action, count in actions.items() if action in {"redact", "reidentify", "case.add"}}
    )


@pytest.mark.parametrize("method", CALLS)
def test_what_was_done_is_not_done_again_when_its_answer_is_lost(server: Server, ask: Asks, method: str) -> None:
    arguments, named = CALLS[method]
    before = done_at(server)
    ask(f"http://{server.host}:{server.port}", method, *arguments, **named)
    undisturbed = done_at(server)

    with cutting(server, answers=2) as way:
        ask(way.url, method, *arguments, **named)

    first, *others = way.keys
    assert re.fullmatch(UUID, str(first))
    assert others == [first, first]
    assert way.lost[0].startswith(b"HTTP/1.1 20")
    assert b"idempotent-replayed: true" in way.lost[1].lower()
    done = undisturbed - before
    assert done or method in {"feedback", "differential_feedback"}
    assert done_at(server) - undisturbed == done


def test_an_outcome_is_said_again_without_a_key_and_is_the_same(server: Server, ask: Asks) -> None:
    kept = ask(f"http://{server.host}:{server.port}", "keep_case", ["cough", "fever"])

    with cutting(server, answers=1) as way:
        concluded = ask(way.url, "conclude_case", kept.id, "J18.9")

    assert way.keys == [None, None]
    assert way.lost[0].startswith(b"HTTP/1.1 200")
    assert concluded.outcome.code == "J18.9"


def test_a_case_whose_removal_was_not_heard_of_is_not_there_for_the_next_try(server: Server, ask: Asks) -> None:
    kept = ask(f"http://{server.host}:{server.port}", "keep_case", ["cough", "fever"])

    with cutting(server, answers=1) as way, pytest.raises(errors.UnknownRecord):
        ask(way.url, "remove_case", kept.id)

    assert way.lost[0].startswith(b"HTTP/1.1 200")


def test_the_answer_that_was_lost_is_the_one_that_is_heard(server: Server, ask: Asks) -> None:
    with cutting(server, answers=1) as way:
        redacted = ask(way.url, "redact", NOTE, policy="contract-h")

    lost = json.loads(way.lost[0].partition(b"\r\n\r\n")[2])
    assert (redacted.note.text, redacted.request_id) == (lost["text"], lost["request_id"])


def test_every_call_has_a_key_of_its_own(server: Server, ask: Asks) -> None:
    with cutting(server, answers=0) as way:
        for _ in range(3):
            ask(way.url, "redact", NOTE)

    assert len(set(way.keys)) == 3
    assert None not in way.keys


def test_a_key_may_be_chosen_and_left_out(server: Server, ask: Asks) -> None:
    with cutting(server, answers=0) as way:
        chosen = [ask(way.url, "redact", NOTE, idempotency_key=f"of-{ask.__name__}") for _ in range(2)]
        ask(way.url, "redact", NOTE, idempotency_key="")

    assert way.keys == [f"of-{ask.__name__}"] * 2 + [None]
    assert chosen[0] == chosen[1]


@pytest.mark.parametrize("key", ["two words", "ñ", 'a"b', "k\r\nX-Other: 1", "k" * 256])
def test_a_key_that_is_none_is_told_before_anything_is_sent(ask: Asks, key: str) -> None:
    with flaky(Said()) as server, pytest.raises(errors.InvalidInput, match="UUID"):
        ask(server.url, "redact", NOTE, idempotency_key=key)

    assert server.requests == []


def test_what_is_being_done_is_waited_for(ask: Asks) -> None:
    running_still = Said(409, {"code": "still-running", "detail": "Wait."}, {"Retry-After": "0"})
    kept = {"id": "1", "agreed": True, "engine": "rules", "version": "1"}
    with flaky(*[running_still] * 6, Said(201, kept)) as server:
        answer = ask(server.url, "feedback", "7", given="ABSENT", right="ABSENT", options={"retries": 1})

    assert answer.agreed
    assert len(server.requests) == 7
    assert len({headers["Idempotency-Key"] for _, headers in server.requests}) == 1


def test_it_is_not_waited_for_longer_than_there_is_time(ask: Asks) -> None:
    running_still = Said(409, {"code": "still-running", "detail": "Wait."}, {"Retry-After": "1"})
    with flaky(running_still) as server, pytest.raises(errors.StillRunning):
        ask(server.url, "feedback", "7", given="ABSENT", right="ABSENT", options={"total_seconds": 0.5})

    assert len(server.requests) == 1


def test_what_only_answers_needs_no_key(ask: Asks) -> None:
    with flaky(Said(200, PREDICTION)) as server:
        ask(server.url, "predict", "Denies fever.")

    assert "Idempotency-Key" not in server.requests[0][1]
