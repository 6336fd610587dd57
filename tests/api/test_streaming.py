from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from epicrisis.api import streaming
from epicrisis.api.streaming import Event, told
from epicrisis.errors import UnreadableDocument

pytestmark = pytest.mark.anyio


async def written(events: AsyncGenerator[Event, None]) -> list[dict[str, Any]]:
    """Return the events as a client reads them."""
    whole = [event async for event in told(events, "r1")]
    lines = [event.line(number).decode() for number, event in enumerate(whole, 1)]
    found = []
    for block in "".join(lines).strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append({"id": int(fields["id"]), "event": fields["event"], **json.loads(fields["data"])})
    return found


async def some(*events: Event, then: Exception | None = None) -> AsyncGenerator[Event, None]:
    for event in events:
        yield event
    if then is not None:
        raise then


async def test_the_kind_stands_in_the_data_too() -> None:
    events = await written(
        some(Event("progress", {"percent": 50}), Event("complete", {"text": "Denies fever.\n\nYes"}))
    )

    assert [(each["id"], each["event"], each["type"]) for each in events] == [
        (1, "progress", "progress"), (2, "complete", "complete"),
    ]  # fmt: skip
    assert events[1]["text"] == "Denies fever.\n\nYes"


async def test_what_breaks_ends_with_one_error_and_tells_no_word() -> None:
    known = await written(some(Event("progress", {}), then=UnreadableDocument("Send it again.")))
    unknown = await written(some(then=ValueError("Denies fever")))

    assert [each["type"] for each in known][:1] == ["progress"]
    assert (known[-1]["event"], known[-1]["code"], known[-1]["request_id"]) == ("error", "unreadable-document", "r1")
    assert unknown[0]["code"] == "internal-error"
    assert "fever" not in json.dumps(unknown)


async def test_a_sign_of_life_is_given_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.02)

    async def slow() -> AsyncGenerator[Event, None]:
        await asyncio.sleep(0.1)
        yield Event("complete", {})

    events = [each["event"] for each in await written(slow())]

    assert events[-1] == "complete"
    assert events.count("heartbeat") >= 2


async def test_whoever_listens_no_more_ends_what_makes_the_events() -> None:
    ended = asyncio.Event()

    async def endless() -> AsyncGenerator[Event, None]:
        try:
            while True:
                yield Event("progress", {})
        finally:
            ended.set()

    events = told(endless(), "r1")
    await anext(events)
    await events.aclose()

    await asyncio.wait_for(ended.wait(), 1)
