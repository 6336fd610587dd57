from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from epicrisis.errors import InvalidInput, StorageError, Unauthenticated, UnknownKey
from epicrisis.services.access import Principal, Scope
from epicrisis.services.key_records import ApiKey, KeyState
from epicrisis.services.keys import MOST_NAME, REMEMBERED_SECONDS, Keys
from epicrisis.services.recent import LOOKING_UP_SECONDS
from epicrisis.storage.memory import MemoryKeys, MemorySecret
from tests.keyring import Time, ring

pytestmark = pytest.mark.anyio

READ = [Scope.READ]
DAY = timedelta(days=1)


class Watched(MemoryKeys):
    """A store that counts how often it was asked, and can be unplugged from reading or writing."""

    def __init__(self) -> None:
        super().__init__()
        self.found = 0
        self.used = 0
        self.reads = True
        self.writes = True
        self.hangs = False

    async def find(self, key_id: str) -> ApiKey | None:
        self.found += 1
        if self.hangs:
            await asyncio.Event().wait()
        if not self.reads:
            raise StorageError("The disk is gone.")
        return await super().find(key_id)

    async def use(self, key_id: str, at: datetime) -> None:
        self.used += 1
        if not self.writes:
            raise StorageError("The disk is full.")
        await super().use(key_id, at)


def watched(time: Time) -> tuple[Keys, Watched]:
    store = Watched()
    return Keys(store, MemorySecret(), now=time.now, clock=time.clock), store


async def test_a_key_lets_in_whoever_shows_it() -> None:
    keys = ring()

    issued = await keys.create("billing", scopes=[Scope.READ, Scope.METRICS])

    assert await keys(issued.credential) == Principal("billing", frozenset({Scope.READ, Scope.METRICS}), issued.key.id)


async def test_a_key_can_be_grepped_for_and_is_256_random_bits() -> None:
    keys = ring()

    first = await keys.create("billing", scopes=READ)
    second = await keys.create("billing", scopes=READ)

    for issued in (first, second):
        assert re.fullmatch(rf"epk_{issued.key.id}_[A-Za-z0-9_-]{{43}}", issued.credential)
    assert first.credential[17:] != second.credential[17:]


async def test_what_is_kept_neither_holds_nor_shows_the_secret() -> None:
    issued = await ring().create("billing", scopes=READ)
    secret = issued.credential.rpartition("_")[2]

    assert secret not in repr(issued)
    assert secret not in repr(issued.key)
    assert repr(issued.key.digest) not in repr(issued.key)


@pytest.mark.parametrize("name", ["", "   ", "x" * (MOST_NAME + 1), "two\nlines", "bell\a"])
async def test_a_key_has_a_name_of_one_line(name: str) -> None:
    with pytest.raises(InvalidInput, match="Name the key"):
        await ring().create(name, scopes=READ)


async def test_a_key_holds_a_scope() -> None:
    with pytest.raises(InvalidInput, match="'read'"):
        await ring().create("billing", scopes=[])


@pytest.mark.parametrize("credential", ["", "eyJhbGciOiJIUzI1NiJ9.e30.x", "EPK_something", "Basic"])
async def test_what_is_no_key_is_left_to_others(credential: str) -> None:
    assert await ring()(credential) is None


async def test_a_key_that_is_not_known_is_refused_whatever_is_wrong_with_it() -> None:
    keys = ring()
    issued = await keys.create("billing", scopes=READ)
    key_id, stranger = issued.key.id, (await ring().create("n", scopes=READ)).credential
    forged = [
        "epk_",
        f"epk_{key_id}",
        f"epk_{key_id}_",
        issued.credential[:-1],
        issued.credential + "A",
        issued.credential + "\n",
        issued.credential.swapcase(),
        f"epk_{key_id}_{'A' * 43}",
        f"epk_{key_id}_{'é' * 43}",
        f"epk_{'z' * 12}_{issued.credential[17:]}",
        stranger,
    ]

    told = set()
    for credential in forged:
        if not credential.startswith("epk_"):
            assert await keys(credential) is None
            continue
        with pytest.raises(Unauthenticated) as refused:
            await keys(credential)
        told.add(str(refused.value))

    assert len(told) == 1
    assert not any(issued.credential[17:] in words for words in told)


async def test_a_key_works_until_it_expires() -> None:
    time = Time()
    keys = ring(time)
    issued = await keys.create("billing", scopes=READ, expires_in=DAY)

    time.pass_by(hours=23, minutes=59)
    assert await keys(issued.credential) is not None
    assert keys.state(issued.key) is KeyState.ACTIVE

    time.pass_by(minutes=1)
    with pytest.raises(Unauthenticated, match="expired"):
        await keys(issued.credential)
    assert keys.state(issued.key) is KeyState.EXPIRED


async def test_after_a_rotation_both_secrets_work_until_the_grace_is_over() -> None:
    time = Time()
    keys = ring(time)
    old = await keys.create("billing", scopes=READ)

    new = await keys.rotate(old.key.id, grace=DAY)

    assert new.key.id == old.key.id
    assert await keys(old.credential) == await keys(new.credential)
    time.pass_by(days=1)
    with pytest.raises(Unauthenticated, match="replaced"):
        await keys(old.credential)
    assert await keys(new.credential) is not None


async def test_a_rotation_without_grace_ends_the_old_secret_at_once() -> None:
    keys = ring()
    old = await keys.create("billing", scopes=READ)
    assert await keys(old.credential) is not None

    new = await keys.rotate(old.key.id, grace=timedelta(0))

    with pytest.raises(Unauthenticated, match="replaced"):
        await keys(old.credential)
    assert await keys(new.credential) is not None


async def test_of_two_rotations_the_first_secret_is_gone() -> None:
    keys = ring()
    first = await keys.create("billing", scopes=READ)
    second = await keys.rotate(first.key.id)
    third = await keys.rotate(first.key.id)

    with pytest.raises(Unauthenticated):
        await keys(first.credential)
    assert await keys(second.credential) == await keys(third.credential)


async def test_a_rotation_keeps_the_expiry_unless_another_is_said() -> None:
    time = Time()
    keys = ring(time)
    issued = await keys.create("billing", scopes=READ, expires_in=2 * DAY)

    assert (await keys.rotate(issued.key.id)).key.expires_at == issued.key.expires_at
    assert (await keys.rotate(issued.key.id, expires_in=9 * DAY)).key.expires_at == time.now() + 9 * DAY


async def test_an_old_secret_gains_no_time_by_a_rotation() -> None:
    time = Time()
    keys = ring(time)
    old = await keys.create("billing", scopes=READ, expires_in=timedelta(hours=1))

    new = await keys.rotate(old.key.id, grace=DAY, expires_in=9 * DAY)
    time.pass_by(hours=1)

    with pytest.raises(Unauthenticated):
        await keys(old.credential)
    assert await keys(new.credential) is not None


async def test_an_expired_key_is_rotated_only_with_a_new_expiry() -> None:
    time = Time()
    keys = ring(time)
    issued = await keys.create("billing", scopes=READ, expires_in=DAY)
    time.pass_by(days=2)

    with pytest.raises(InvalidInput, match="has expired"):
        await keys.rotate(issued.key.id)
    renewed = await keys.rotate(issued.key.id, expires_in=DAY)

    assert await keys(renewed.credential) is not None
    with pytest.raises(Unauthenticated):
        await keys(issued.credential)


async def test_a_revoked_key_is_refused_here_at_once_and_never_comes_back() -> None:
    keys = ring()
    issued = await keys.create("billing", scopes=READ)
    assert await keys(issued.credential) is not None

    revoked = await keys.revoke(issued.key.id)

    assert keys.state(revoked) is KeyState.REVOKED
    with pytest.raises(Unauthenticated, match="revoked"):
        await keys(issued.credential)
    with pytest.raises(InvalidInput, match="was revoked"):
        await keys.rotate(issued.key.id)


async def test_a_key_revoked_elsewhere_is_refused_within_five_seconds() -> None:
    time = Time()
    store, secret = MemoryKeys(), MemorySecret()
    here, elsewhere = (Keys(store, secret, now=time.now, clock=time.clock) for _ in range(2))
    issued = await here.create("billing", scopes=READ)
    assert await here(issued.credential) is not None

    await elsewhere.revoke(issued.key.id)
    time.pass_by(seconds=REMEMBERED_SECONDS)

    with pytest.raises(Unauthenticated, match="revoked"):
        await here(issued.credential)
    # A token given for the key is remembered in its turn.
    assert 2 * REMEMBERED_SECONDS + LOOKING_UP_SECONDS < 5


async def test_a_client_that_leaves_every_time_keeps_no_revoked_key_alive() -> None:
    time = Time()
    keys, store = watched(time)
    issued = await keys.create("billing", scopes=READ)
    assert await keys(issued.credential) is not None
    await store.revoke(issued.key.id, time.now())
    store.hangs = True

    for _ in range(50):
        time.pass_by(seconds=0.1)
        leaving = asyncio.create_task(keys(issued.credential))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
    store.hangs = False

    with pytest.raises(Unauthenticated, match="revoked"):
        await keys(issued.credential)


async def test_a_look_up_that_hangs_keeps_no_revoked_key_alive() -> None:
    time = Time()
    keys, store = watched(time)
    issued = await keys.create("billing", scopes=READ)
    assert await keys(issued.credential) is not None
    await store.revoke(issued.key.id, time.now())
    store.hangs = True
    time.pass_by(seconds=REMEMBERED_SECONDS)
    hanging = asyncio.create_task(keys(issued.credential))
    await asyncio.sleep(0)

    time.pass_by(seconds=LOOKING_UP_SECONDS)
    store.hangs = False

    with pytest.raises(Unauthenticated, match="revoked"):
        await keys(issued.credential)
    hanging.cancel()


async def test_a_key_is_looked_up_once_in_a_while_and_its_use_noted_once_a_minute() -> None:
    time = Time()
    keys, store = watched(time)
    issued = await keys.create("billing", scopes=READ)

    for _ in range(300):
        await keys(issued.credential)
        time.pass_by(seconds=0.1)

    assert store.found <= 30 / REMEMBERED_SECONDS + 1
    assert store.used == 1


async def test_whoever_holds_a_key_is_let_in_also_where_its_use_cannot_be_noted() -> None:
    keys, store = watched(Time())
    issued = await keys.create("billing", scopes=READ)
    store.writes = False

    assert await keys(issued.credential) is not None
    assert store.used == 1


async def test_while_the_keys_cannot_be_read_nobody_is_let_in_for_long() -> None:
    time = Time()
    keys, store = watched(time)
    issued = await keys.create("billing", scopes=READ)
    await keys(issued.credential)
    await keys.holder(issued.key.id)
    store.reads = False

    time.pass_by(seconds=REMEMBERED_SECONDS)

    for _ in range(3):
        with pytest.raises(StorageError):
            await keys(issued.credential)
        with pytest.raises(StorageError):
            await keys.holder(issued.key.id)


async def test_with_another_secret_every_key_is_unusable_and_says_so() -> None:
    store = MemoryKeys()
    before, after = Keys(store, MemorySecret()), Keys(store, MemorySecret())
    issued = await before.create("billing", scopes=READ)

    assert after.state(issued.key) is KeyState.UNUSABLE
    with pytest.raises(Unauthenticated, match="another secret key"):
        await after(issued.credential)
    renewed = await after.rotate(issued.key.id)
    assert await after(renewed.credential) is not None


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
async def test_an_unknown_id_is_told_with_where_to_look(verb: str) -> None:
    with pytest.raises(UnknownKey, match="epicrisis keys list"):
        await getattr(ring(), verb)("nope")


async def test_a_key_has_a_holder_while_it_works() -> None:
    time = Time()
    keys = ring(time)
    issued = await keys.create("billing", scopes=READ, expires_in=DAY)

    assert await keys.holder(issued.key.id) == issued.key.principal
    time.pass_by(days=1)
    assert await keys.holder(issued.key.id) is None
    assert await keys.holder("nope") is None


async def test_lists_every_key() -> None:
    time = Time()
    keys = ring(time)
    first = await keys.create("first", scopes=READ)
    time.pass_by(seconds=1)
    second = await keys.create("second", scopes=READ)

    assert await keys.all() == [first.key, second.key]
