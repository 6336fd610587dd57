"""What every record of redactions must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from epicrisis.services.redaction_log import RedactionLog, RedactionRecord
from epicrisis.services.spooling import SpoolingRedactionLog
from epicrisis.storage.memory import MemoryRedactionLog
from epicrisis.storage.redactions import SqliteRedactionLog
from epicrisis.storage.spool import MemorySpool
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio

NOON = datetime(2031, 2, 3, 12, 0, 0, 250_000, tzinfo=UTC)
RECORD = RedactionRecord(
    id=str(UUID(int=1)),
    created_at=NOON,
    route="/phi/scrub",
    kinds={"NAME": 2, "SSN": 1},
    text_hash="0f" * 16,
    engine="patterns",
    version="1",
    policy="contract-h",
    request_id=str(UUID(int=2)),
)


@pytest.fixture(params=["memory", "sqlite", "postgres", "spooling"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedactionLog]:
    if request.param == "memory":
        yield MemoryRedactionLog()
    elif request.param == "spooling":
        yield SpoolingRedactionLog(MemoryRedactionLog(), spool=MemorySpool())
    elif request.param == "sqlite":
        database = Database(tmp_path)
        yield SqliteRedactionLog(database)
        database.close()
    else:
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.redactions import PostgresRedactionLog

            yield PostgresRedactionLog(postgres)


async def test_gives_back_what_it_kept_the_newest_first(log: RedactionLog) -> None:
    # Kept later, though another server's clock is behind.
    later = replace(RECORD, id=str(UUID(int=3)), created_at=NOON - timedelta(minutes=1), kinds={}, request_id="")
    await log.keep(RECORD)
    await log.keep(later)

    assert list(await log.latest()) == [later, RECORD]
    assert list(await log.latest(limit=1)) == [later]


async def test_a_record_is_kept_once_and_never_changed(log: RedactionLog) -> None:
    await log.keep(RECORD)
    await log.keep(replace(RECORD, kinds={"NAME": 99}))

    assert list(await log.latest()) == [RECORD]


async def test_knows_nothing_where_nothing_was_redacted(log: RedactionLog) -> None:
    assert list(await log.latest()) == []


def test_counts_what_was_hidden() -> None:
    assert RECORD.redaction_count == 3
