from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from epicrisis.domain.documents import Document
from epicrisis.services.queueing import Lane, Queue, Ticket, Work

LOOP = asyncio.new_event_loop()
LABEL: Work[Document, str] = Work("label", lambda documents: [], document=lambda document: document)
ANNOTATE: Work[Document, str] = Work("annotate", lambda documents: [], document=lambda document: document)


@pytest.fixture(scope="module", autouse=True)
def loop_closed() -> Iterator[None]:
    yield
    LOOP.close()


def ticket(name: str, since: float, *, tokens: int = 4, lane: Lane = Lane.PROMPT, work: Work = LABEL) -> Ticket:  # type: ignore[type-arg]
    return Ticket(work, name, 5 * tokens, tokens, lane, LOOP, since)


def filled(*tickets: Ticket) -> Queue:
    queue = Queue(batch_tokens=10)
    for each in tickets:
        queue.put(each)
    return queue


def batches(queue: Queue, *, long: bool = True) -> list[list[str]]:
    found = []
    while batch := queue.take(long=long):
        found.append([each.question for each in batch])
    return found


@pytest.mark.parametrize(
    ("tokens", "together", "lane"),
    [(10, 10, Lane.PROMPT), (4, 11, Lane.BULK), (11, 11, Lane.LONG), (11, 22, Lane.LONG)],
)
def test_a_text_waits_with_its_like(tokens: int, together: int, lane: Lane) -> None:
    assert Queue(batch_tokens=10).lane_of(tokens, together=together) is lane


def test_a_batch_begins_with_the_oldest_and_holds_its_kind_up_to_the_limit() -> None:
    queue = filled(ticket("a", 1), ticket("x", 2, work=ANNOTATE), ticket("b", 3), ticket("c", 4))

    assert batches(queue) == [["a", "b"], ["x"], ["c"]]


def test_a_text_that_does_not_fit_is_not_overtaken_by_a_younger_one_that_would() -> None:
    queue = filled(ticket("a", 1), ticket("b", 2, tokens=9), ticket("c", 3, tokens=1))

    assert batches(queue) == [["a"], ["b", "c"]]


def test_lanes_are_served_in_turn() -> None:
    bulk = [ticket(f"bulk {number}", number, tokens=10, lane=Lane.BULK) for number in range(3)]
    prompt = [ticket(f"prompt {number}", 10 + number, tokens=10) for number in range(2)]

    read = [name for batch in batches(filled(*bulk, *prompt)) for name in batch]

    assert read == ["prompt 0", "bulk 0", "prompt 1", "bulk 1", "bulk 2"]


def test_what_room_a_batch_has_left_goes_to_the_other_lanes() -> None:
    queue = filled(ticket("bulk", 1, lane=Lane.BULK), ticket("prompt", 2))

    assert batches(queue) == [["prompt", "bulk"]]


def test_a_long_text_goes_alone_and_waits_while_it_must() -> None:
    queue = filled(ticket("long", 1, tokens=11, lane=Lane.LONG), ticket("short", 2))

    assert batches(queue, long=False) == [["short"]]
    assert batches(queue) == [["long"]]


def test_knows_what_it_holds_and_since_when() -> None:
    first, second = ticket("a", 1), ticket("b", 2)
    queue = filled(first, second)

    assert (queue.texts, queue.characters, queue.tokens, queue.oldest()) == (2, 40, 8, 1)
    queue.drop(first)
    queue.drop(first)
    assert (queue.texts, queue.characters, queue.tokens, queue.oldest()) == (1, 20, 4, 2)
    assert queue.clear() == [second]
    assert (queue.texts, queue.characters, queue.tokens, queue.oldest()) == (0, 0, 0, None)
    assert queue.take(long=True) == []
