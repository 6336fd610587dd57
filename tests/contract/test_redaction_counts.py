"""What every sum of redactions must do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from epicrisis.services.redaction_counts import CountRedactions, RedactionCounts
from epicrisis.storage.redaction_counts import MemoryRedactionCounts, RedisRedactionCounts
from epicrisis.storage.redis_link import RedisLink
from epicrisis.telemetry.metrics import Metrics
from tests.redis_server import free_port, running_redis

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "redis"])
async def counts(request: pytest.FixtureRequest) -> AsyncIterator[RedactionCounts]:
    if request.param == "memory":
        yield MemoryRedactionCounts()
        return
    with running_redis() as redis:
        # As patient as a busy machine needs.
        link = RedisLink(redis.url, patience=10)
        yield RedisRedactionCounts(link)
        await link.close()


async def test_adds_up_what_it_is_told(counts: RedactionCounts) -> None:
    assert await counts.add({"redactions": 1, "NAME": 2})
    assert await counts.add({"redactions": 1, "SSN": 1})

    assert await counts.totals() == {"redactions": 2, "NAME": 2, "SSN": 1}


async def test_nothing_was_redacted_yet(counts: RedactionCounts) -> None:
    assert await counts.totals() == {}


async def test_what_is_added_at_the_same_moment_is_all_there(counts: RedactionCounts) -> None:
    await asyncio.gather(*(counts.add({"redactions": 1, "NAME": 3}) for _ in range(20)))

    assert await counts.totals() == {"redactions": 20, "NAME": 60}


async def test_a_redaction_is_counted_here_and_in_the_sums(counts: RedactionCounts) -> None:
    here = Metrics()
    count = CountRedactions(here, counts)

    count.redacted({"NAME": 2})
    count.redacted({"NAME": 1, "DATE": 1})
    await count.close()

    assert await counts.totals() == {"redactions": 2, "NAME": 3, "DATE": 1}
    assert b'epicrisis_identifiers_redacted_total{kind="NAME"} 3.0' in here.text()


async def test_what_was_counted_while_redis_was_away_is_added_when_it_is_back() -> None:
    port = free_port()
    link = RedisLink(f"redis://127.0.0.1:{port}/0", patience=10, rest=0)
    counts = RedisRedactionCounts(link)
    count = CountRedactions(Metrics(), counts)
    count.redacted({"NAME": 1})
    await count.close()
    away = await counts.totals()

    with running_redis(port):
        count.redacted({"NAME": 1})
        await count.close()

        assert away is None
        assert await counts.totals() == {"redactions": 2, "NAME": 2}
        await link.close()
