"""What every store of API keys must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from epicrisis.errors import StorageError
from epicrisis.services.access import Scope
from epicrisis.services.key_records import ApiKey, KeyStore
from epicrisis.storage.keys import SqliteKeys
from epicrisis.storage.memory import MemoryKeys
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio

NOON = datetime(2031, 2, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = ApiKey(
    id="aaaaaaaaaaaa",
    name="ward 3, «Sur»",
    scopes=frozenset({Scope.READ, Scope.METRICS}),
    digest=b"\x00first\xff",
    made_with="abcd",
    created_at=NOON,
    expires_at=NOON + 9 * HOUR,
    tenant="north",
)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyStore]:
    if request.param == "memory":
        yield MemoryKeys()
        return
    if request.param == "postgres":
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.keys import PostgresKeys

            yield PostgresKeys(postgres)
        return
    database = Database(tmp_path)
    yield SqliteKeys(database)
    database.close()


async def test_gives_back_what_it_was_given(store: KeyStore) -> None:
    bare = replace(KEY, id="bbbbbbbbbbbb", expires_at=None, tenant="")
    await store.add(KEY)
    await store.add(bare)

    assert await store.find(KEY.id) == KEY
    assert await store.find(bare.id) == bare


async def test_knows_no_key_that_nobody_added(store: KeyStore) -> None:
    assert await store.find(KEY.id) is None
    assert await store.all() == []

    await store.add(KEY)

    assert await store.find("bbbbbbbbbbbb") is None


async def test_lists_the_oldest_first(store: KeyStore) -> None:
    younger = replace(KEY, id="bbbbbbbbbbbb", created_at=NOON + HOUR)
    await store.add(younger)
    await store.add(KEY)

    assert [key.id for key in await store.all()] == [KEY.id, younger.id]


async def test_an_id_is_kept_once(store: KeyStore) -> None:
    await store.add(KEY)

    with pytest.raises(StorageError):
        await store.add(replace(KEY, name="another"))

    assert await store.all() == [KEY]


async def test_a_rotation_keeps_the_digest_before_and_no_older_one(store: KeyStore) -> None:
    await store.add(KEY)

    for digest in (b"second", b"third"):
        assert await store.rotate(KEY.id, digest=digest, made_with="ef01", expires_at=None, previous_until=NOON + HOUR)

    assert await store.find(KEY.id) == replace(
        KEY,
        digest=b"third",
        made_with="ef01",
        expires_at=None,
        previous_digest=b"second",
        previous_until=NOON + HOUR,
    )


async def test_a_revoked_key_stays_revoked_since_the_first_time(store: KeyStore) -> None:
    await store.add(KEY)

    await store.revoke(KEY.id, NOON + HOUR)
    await store.revoke(KEY.id, NOON + 2 * HOUR)

    assert await store.find(KEY.id) == replace(KEY, revoked_at=NOON + HOUR)


async def test_a_revoked_key_is_not_rotated(store: KeyStore) -> None:
    await store.add(KEY)
    await store.revoke(KEY.id, NOON)

    rotated = await store.rotate(KEY.id, digest=b"second", made_with="abcd", expires_at=None, previous_until=NOON)

    assert not rotated
    assert await store.find(KEY.id) == replace(KEY, revoked_at=NOON)


async def test_notes_when_a_key_was_used(store: KeyStore) -> None:
    await store.add(KEY)

    await store.use(KEY.id, NOON + HOUR)

    assert await store.find(KEY.id) == replace(KEY, used_at=NOON + HOUR)


async def test_what_is_done_to_a_key_is_done_to_no_other(store: KeyStore) -> None:
    other = replace(KEY, id="bbbbbbbbbbbb")
    await store.add(KEY)
    await store.add(other)

    await store.use(KEY.id, NOON)
    await store.rotate(KEY.id, digest=b"second", made_with="abcd", expires_at=None, previous_until=NOON)
    await store.revoke(KEY.id, NOON)

    assert await store.find(other.id) == other


async def test_a_key_that_is_not_there_is_left_alone(store: KeyStore) -> None:
    await store.revoke(KEY.id, NOON)
    await store.use(KEY.id, NOON)

    assert not await store.rotate(KEY.id, digest=b"x", made_with="abcd", expires_at=None, previous_until=NOON)
    assert await store.all() == []
