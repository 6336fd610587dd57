from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from epicrisis.api.streaming import Event
from epicrisis.api.streams import MOST_EVENTS, Asked, Stream, Streams
from epicrisis.errors import KeyReused, Overloaded, UnknownRecord

pytestmark = pytest.mark.anyio

ANA, LUIS = ("", "name", "ana"), ("", "name", "luis")


class Work:
    """Work that says one thing at a time, as a test tells it to, and remembers whether it was stopped."""

    def __init__(self) -> None:
        self.say = asyncio.Queue[Event]()
        self.stopped = asyncio.Event()
        self.begun = 0

    async def events(self) -> AsyncGenerator[Event, None]:
        self.begun += 1
        try:
            while True:
                event = await self.say.get()
                yield event
                if event.type == "complete":
                    return
        finally:
            self.stopped.set()

    def tell(self, percent: int) -> None:
        self.say.put_nowait(Event("progress", {"percent": percent}))

    def complete(self) -> None:
        self.say.put_nowait(Event("complete", {"text": "Denies fever."}))


def asked(owner: tuple[str, ...] = ANA, *, key: str = "", heard: int = 0, sent: bytes = b"") -> Asked:
    return Asked(owner, "summaries", "r1", key=key, sent=sent, heard=heard)


def read(piece: bytes) -> tuple[int, str, Any]:
    fields = dict(line.split(": ", 1) for line in piece.decode().strip().split("\n"))
    return int(fields["id"]), fields["event"], json.loads(fields["data"])


async def rest(stream: Stream, after: int = 0) -> list[tuple[int, str, Any]]:
    return [read(piece) async for piece in stream.after(after)]


async def heard(stream: Stream, count: int, after: int = 0) -> list[int]:
    """Listen to ``count`` events, leave, and return their ids."""
    listening, ids = stream.after(after), list[int]()
    async for piece in listening:
        ids.append(read(piece)[0])
        if len(ids) == count:
            break
    await listening.aclose()
    return ids


async def test_the_first_event_names_the_stream_before_the_work_has_said_anything() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked())

    listening = stream.after(0)
    number, kind, data = read(await anext(listening))

    assert (number, kind, data["id"], data["percent"]) == (1, "progress", stream.id, 0)
    await listening.aclose()


async def test_whoever_comes_back_hears_the_rest_and_one_end() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked(key="k1"))
    work.tell(10)
    before = await heard(stream, 2)
    work.tell(20)
    work.complete()

    again = streams.begun(asked(key="k1"))
    assert again is not None
    after = await rest(again, before[-1])

    assert before == [1, 2]
    assert [(number, kind) for number, kind, _ in after] == [(3, "progress"), (4, "complete")]
    assert work.begun == 1


async def test_several_may_listen_to_one_stream() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked(key="k1"))
    listening = [asyncio.ensure_future(rest(stream)) for _ in range(3)]
    await asyncio.sleep(0)
    work.tell(10)
    work.complete()

    first, *others = await asyncio.gather(*listening)

    assert [kind for _, kind, _ in first] == ["progress", "progress", "complete"]
    assert others == [first, first]


async def test_without_a_key_the_work_ends_when_its_client_leaves() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked())
    work.tell(10)

    await heard(stream, 2)

    await asyncio.wait_for(work.stopped.wait(), 1)
    assert len(streams) == 0


async def test_with_a_key_the_work_goes_on_for_a_moment_and_no_longer() -> None:
    streams, work = Streams(grace=0.2), Work()
    stream = streams.begin(work.events(), asked(key="k1"))
    await heard(stream, 1)
    await asyncio.sleep(0.05)
    assert not work.stopped.is_set()

    await asyncio.wait_for(work.stopped.wait(), 1)

    assert streams.begun(asked(key="k1")) is None
    with pytest.raises(UnknownRecord):
        streams.find(stream.id, ANA, "summaries")


async def test_a_stream_nobody_ever_listens_to_begins_no_work_and_is_forgotten() -> None:
    streams, work = Streams(grace=0.05), Work()
    streams.begin(work.events(), asked(key="k1"))

    await asyncio.sleep(0.2)

    assert work.begun == 0
    assert len(streams) == 0


async def test_a_stream_that_begins_anew_counts_on_from_what_was_heard() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked(key="k1", heard=41))
    work.complete()

    assert [number for number, _, _ in await rest(stream, 41)] == [42, 43]


async def test_an_id_is_good_for_its_owner_alone() -> None:
    streams = Streams()
    stream = streams.begin(Work().events(), asked(key="k1"))

    assert streams.find(stream.id, ANA, "summaries") is stream
    for owner, kind in ((LUIS, "summaries"), (ANA, "transcripts")):
        with pytest.raises(UnknownRecord):
            streams.find(stream.id, owner, kind)
    assert streams.begun(asked(LUIS, key="k1")) is None
    assert len(stream.id) >= 32


async def test_a_key_means_one_request() -> None:
    streams = Streams()
    streams.begin(Work().events(), asked(key="k1", sent=b"one"))

    with pytest.raises(KeyReused):
        streams.begun(asked(key="k1", sent=b"another"))


async def test_whoever_cancels_ends_the_work_with_one_error() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked())
    listening = asyncio.ensure_future(rest(stream))
    await asyncio.sleep(0.01)

    stream.cancel()
    stream.cancel()
    told = await asyncio.wait_for(listening, 1)

    await asyncio.wait_for(work.stopped.wait(), 1)
    assert [kind for _, kind, _ in told] == ["progress", "error"]
    assert told[-1][2]["code"] == "cancelled"


async def test_a_listener_who_reads_nothing_holds_nothing_and_misses_old_news_alone() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked(key="k1"))
    slow = stream.after(0)
    first = read(await anext(slow))[0]
    for percent in range(1_000):
        work.tell(percent % 100)
    work.complete()
    quick = await rest(stream)

    later = [read(piece) async for piece in slow]

    assert first == 1
    assert len(later) <= MOST_EVENTS
    numbers = [number for number, _, _ in later]
    assert numbers == sorted(set(numbers))
    assert later[-1] == quick[-1]
    assert [kind for _, kind, _ in later].count("complete") == 1


async def test_there_are_so_many_and_what_is_over_makes_room() -> None:
    streams, over = Streams(most=2), Work()
    stream = streams.begin(over.events(), asked(key="k1"))
    over.complete()
    await rest(stream)
    streams.begin(Work().events(), asked(key="k2"))

    streams.begin(Work().events(), asked(key="k3"))

    assert streams.begun(asked(key="k1")) is None
    with pytest.raises(Overloaded):
        streams.begin(Work().events(), asked(key="k4"))


async def test_closing_ends_every_stream() -> None:
    streams, work = Streams(), Work()
    stream = streams.begin(work.events(), asked(key="k1"))
    await heard(stream, 1)

    streams.close()

    await asyncio.wait_for(work.stopped.wait(), 1)
    assert len(streams) == 0
