from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from epicrisis.errors import StorageError, Unauthenticated
from epicrisis.services.access import Scope
from epicrisis.services.key_grace import GracedKeys
from epicrisis.services.key_records import ApiKey
from epicrisis.services.keys import Keys
from epicrisis.storage.memory import MemoryKeys, MemorySecret
from tests.keyring import Time

pytestmark = pytest.mark.anyio

GRACE = 300.0


class Unreliable(MemoryKeys):
    """A store that is down when told so."""

    down = False

    async def find(self, key_id: str) -> ApiKey | None:
        self._ask()
        return await super().find(key_id)

    async def revoke(self, key_id: str, at: Any) -> None:
        self._ask()
        await super().revoke(key_id, at)

    async def use(self, key_id: str, at: Any) -> None:
        self._ask()
        await super().use(key_id, at)

    def _ask(self) -> None:
        if self.down:
            raise StorageError


class House:
    def __init__(self, *, grace: float = GRACE, most: int = 10) -> None:
        self.time = Time()
        self.store = Unreliable()
        graced = GracedKeys(self.store, seconds=grace, most=most, clock=self.time.clock)
        self.keys = Keys(graced, MemorySecret(), now=self.time.now, clock=self.time.clock)

    async def issued(self, **given: Any) -> str:
        return (await self.keys.create("ward", scopes=[Scope.READ], **given)).credential

    async def shown(self, credential: str) -> bool:
        """Return whether the key is let in, long after anybody remembers the last time."""
        self.time.pass_by(seconds=10)
        return await self.keys(credential) is not None


@pytest.fixture
def house() -> House:
    return House()


async def test_a_key_that_was_seen_goes_on_and_no_longer_than_the_grace(house: House) -> None:
    key = await house.issued()
    assert await house.shown(key)

    house.store.down = True
    house.time.pass_by(seconds=GRACE - 20)

    assert await house.shown(key)
    with pytest.raises(StorageError):
        await house.shown(key)


async def test_the_grace_does_not_renew_itself(house: House) -> None:
    key = await house.issued()
    await house.shown(key)
    house.store.down = True

    let_in = 0
    with suppress(StorageError):
        while await house.shown(key):
            let_in += 1

    assert let_in == GRACE / 10 - 1


async def test_a_key_nobody_has_shown_lately_is_not_known(house: House) -> None:
    seen, not_seen = await house.issued(), await house.issued()
    await house.shown(seen)
    house.store.down = True

    with pytest.raises(StorageError):
        await house.shown(not_seen)
    with pytest.raises(StorageError):
        await house.shown("epk_aaaaaaaaaaaa_" + "A" * 43)


async def test_another_secret_with_the_id_of_a_key_is_not_let_in(house: House) -> None:
    key = await house.issued()
    await house.shown(key)
    house.store.down = True

    with pytest.raises(Unauthenticated):
        await house.shown(key[:-1] + ("A" if key[-1] != "A" else "B"))


async def test_a_key_that_expires_meanwhile_is_not_let_in(house: House) -> None:
    key = await house.issued(expires_in=timedelta(seconds=60))
    await house.shown(key)
    house.store.down = True
    house.time.pass_by(seconds=60)

    with pytest.raises(Unauthenticated, match="expired"):
        await house.shown(key)


async def test_what_was_revoked_elsewhere_counts_as_soon_as_the_store_answers(house: House) -> None:
    key = await house.issued()
    await house.shown(key)
    house.store.down = True
    assert await house.shown(key)

    house.store.down = False
    [known] = await house.keys.all()
    # As another server does it, which was not cut off.
    await MemoryKeys.revoke(house.store, known.id, house.time.now())
    with pytest.raises(Unauthenticated, match="revoked"):
        await house.shown(key)

    house.store.down = True
    with pytest.raises(Unauthenticated, match="revoked"):
        await house.shown(key)


async def test_a_key_that_cannot_be_revoked_here_gets_no_grace_here(house: House) -> None:
    key = await house.issued()
    await house.shown(key)
    [known] = await house.keys.all()
    house.store.down = True

    with pytest.raises(StorageError):
        await house.keys.revoke(known.id)
    with pytest.raises(StorageError):
        await house.shown(key)


async def test_no_grace_refuses_every_key_at_once() -> None:
    house = House(grace=0)
    key = await house.issued()
    await house.shown(key)
    house.store.down = True

    with pytest.raises(StorageError):
        await house.shown(key)


async def test_the_key_nobody_has_shown_for_longest_falls_out_first() -> None:
    house = House(most=2)
    first, second, third = [await house.issued() for _ in range(3)]
    for key in (first, second, first, third):
        await house.shown(key)
    house.store.down = True

    assert await house.shown(first)
    assert await house.shown(third)
    with pytest.raises(StorageError):
        await house.shown(second)


async def test_tokens_of_a_key_go_on_with_it(house: House) -> None:
    await house.shown(await house.issued())
    [known] = await house.keys.all()
    house.store.down = True
    house.time.pass_by(seconds=10)

    assert await house.keys.holder(known.id) == known.principal
