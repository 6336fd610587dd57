from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.client import Heard
from epicrisis.client.asking import Ask
from epicrisis.client.events import Event, Events, Interrupted, answer_in, is_stream
from epicrisis.errors import Overloaded

STREAM = (
    b"\xef\xbb\xbf: a comment\n\nid: 1\nevent: progress\ndata: {\"seconds\": 1}\n\n"
    b"event:heartbeat\r\ndata:{}\r\n\r\nretry: 5\rdata: a\rdata\rdata:  b\r\rdata: never ended"
)  # fmt: skip
EVENTS = [Event("progress", b'{"seconds": 1}'), Event("heartbeat", b"{}"), Event("message", b"a\n\n b")]
ANSWERED = httpx2.Response(200, headers={"content-type": "text/event-stream; charset=utf-8", "x-request-id": "7"})


def read(pieces: Sequence[bytes]) -> list[Event]:
    events = Events()
    return [event for piece in pieces for event in events.of(piece)]


def an_ask(progress: Callable[[Heard], object] | None = None) -> Ask[Any]:
    return Ask("POST", "/v1/transcripts", lambda told: told.plain, progress=progress)


def event(kind: str, **data: Any) -> Event:
    return Event(kind, json.dumps({"type": kind, **data}).encode())


def test_reads_lines_of_every_ending_and_joins_the_data_of_one_event() -> None:
    assert read([STREAM]) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12).map(sorted))
def test_events_are_the_same_in_whatever_pieces_they_come(cuts: list[int]) -> None:
    edges = [0, *cuts, len(STREAM)]

    assert read([STREAM[a:b] for a, b in pairwise(edges)]) == EVENTS


@pytest.mark.parametrize(("kind", "told"), [("text/event-stream", True), ("application/problem+json", False)])
def test_tells_a_stream_from_an_answer_by_its_media_type(kind: str, told: bool) -> None:
    assert is_stream(httpx2.Response(200, headers={"content-type": kind})) is told


def test_progress_is_heard_and_a_heartbeat_is_not() -> None:
    heard: list[Heard] = []

    answers = [
        answer_in(each, an_ask(heard.append), ANSWERED)
        for each in (event("progress", seconds=2.5, of=10), event("heartbeat"), Event("news", b"not JSON"))
    ]

    assert heard == [Heard(2.5, 10)]
    assert answers == [None, None, None]


def test_the_last_event_is_what_would_have_come_without_a_stream() -> None:
    complete = answer_in(event("complete", text="No fever."), an_ask(), ANSWERED)
    refused = answer_in(event("error", status=503, code="overloaded"), an_ask(), ANSWERED)

    assert complete is not None
    assert refused is not None
    assert (complete.status_code, complete.json()["text"]) == (200, "No fever.")
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert refused.headers["x-request-id"] == "7"


@pytest.mark.parametrize("said", [Event("progress", b"<html>"), event("progress"), event("error", status="bad")])
def test_nonsense_is_an_answer_nobody_can_read(said: Event) -> None:
    answer = answer_in(said, an_ask(), ANSWERED)

    assert answer is not None
    assert (answer.status_code, answer.content) == (200, said.data)


def test_what_progress_raises_is_carried_past_failures_of_the_connection() -> None:
    def progress(_: Heard) -> None:
        raise Overloaded

    with pytest.raises(Interrupted) as caught:
        answer_in(event("progress", seconds=1, of=2), an_ask(progress), ANSWERED)

    assert isinstance(caught.value.error, Overloaded)
