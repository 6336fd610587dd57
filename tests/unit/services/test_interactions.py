from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from epicrisis.errors import BrokenSeal, StorageError, UnknownRecord
from epicrisis.services.audit import Audit
from epicrisis.services.audit_reading import read_all
from epicrisis.services.interactions import ALL, Interactions, Looked, keep_purging
from epicrisis.storage.memory import MemoryAudit, MemorySecret
from epicrisis.storage.memory_differentials import MemoryInteractions
from tests.interactions import EXCHANGE, NOON, REQUEST, asker, kept_in

pytestmark = pytest.mark.anyio


async def recorded(interactions: Interactions) -> list[tuple[str, str, dict[str, int], str]]:
    """Return what the audit log says: action, outcome, counts, and what it was done to."""
    rows = [read.entry async for read in read_all(interactions.audit.store)]
    return [(row.action, row.outcome, dict(row.counts), row.subject) for row in rows if row is not None]


async def only(interactions: Interactions) -> str:
    [kept] = await interactions.store.page()
    return kept.id


async def test_keeps_codes_and_times_in_the_clear_and_the_rest_sealed() -> None:
    interactions = kept_in(now=lambda: NOON)

    await interactions.keep(EXCHANGE, asker("north"))

    [kept] = await interactions.store.page()
    assert (kept.at, kept.request_id, kept.tenant, kept.owner) == (NOON, REQUEST, "north", "k3v9x0q2m7aa")
    assert (kept.engine, kept.version, kept.codes) == ("knowledge", "1", ("I21.9", "I20.0"))
    sealed = await interactions.store.find(kept.id)
    assert sealed is not None
    assert b"age" not in sealed.content
    assert interactions.opened(sealed).asked == {"age": 71}
    assert interactions.opened(sealed).answered == {"hypotheses": []}


async def test_keeps_nothing_where_none_are_kept() -> None:
    interactions = kept_in(keeps=False)

    await interactions.keep(EXCHANGE, asker())

    assert list(await interactions.store.page()) == []


async def test_reading_one_is_recorded_with_its_id() -> None:
    interactions = kept_in()
    await interactions.keep(EXCHANGE, asker())
    id_ = await only(interactions)

    opened = await interactions.read(id_, asker())

    assert opened.asked == {"age": 71}
    assert await recorded(interactions) == [("interactions.read", "done", {"rows": 1}, id_)]


async def test_what_cannot_be_recorded_is_not_shown() -> None:
    class Full(MemoryAudit):
        async def append(self, grow: Any) -> Any:
            raise StorageError

    interactions = kept_in(audit=Audit(Full(), MemorySecret()))
    await interactions.keep(EXCHANGE, asker())

    with pytest.raises(StorageError):
        await interactions.read(await only(interactions), asker())
    with pytest.raises(StorageError):
        await interactions.page(ALL, asker())


async def test_to_another_tenant_it_is_not_there() -> None:
    interactions = kept_in()
    await interactions.keep(EXCHANGE, asker("north"))
    id_ = await only(interactions)

    for tenant, there in (("north", True), ("", True), ("south", False)):
        if there:
            assert (await interactions.read(id_, asker(tenant))).interaction.id == id_
        else:
            with pytest.raises(UnknownRecord):
                await interactions.read(id_, asker(tenant))
        assert (await interactions.answered(REQUEST, tenant=tenant) is not None) is there


async def test_one_moved_to_another_row_does_not_open_and_that_it_was_tried_is_recorded() -> None:
    store = MemoryInteractions()
    interactions = kept_in(store)
    await interactions.keep(EXCHANGE, asker())
    [kept] = store._kept.values()
    moved = replace(kept, interaction=replace(kept.interaction, id=str(UUID(int=7))))
    await store.keep(moved)

    with pytest.raises(BrokenSeal):
        await interactions.read(moved.interaction.id, asker())

    assert [outcome for _, outcome, _, _ in await recorded(interactions)] == ["broken-seal"]


async def test_forgets_what_is_older_than_the_days_it_has_and_records_that() -> None:
    interactions = kept_in(days=30, now=lambda: NOON)
    await interactions.keep(EXCHANGE, asker())
    assert await interactions.purge(asker()) == 0
    interactions.now = lambda: NOON + timedelta(days=31)
    await interactions.keep(EXCHANGE, asker("north"))

    assert await interactions.purge(asker()) == 1

    assert [each.tenant for each in await interactions.store.page()] == ["north"]
    assert await recorded(interactions) == [("interactions.purge", "done", {"rows": 1}, "")]


async def test_without_days_it_forgets_only_what_it_is_told_to() -> None:
    interactions = kept_in(now=lambda: NOON)
    await interactions.keep(EXCHANGE, asker())

    assert await interactions.purge(asker()) == 0
    assert await interactions.purge(asker(), before=NOON + timedelta(seconds=1)) == 1


async def test_purging_goes_on_although_the_database_is_down() -> None:
    class Away(MemoryInteractions):
        tries = 0

        async def purge(self, before: object) -> int:
            self.tries += 1
            if self.tries < 3:
                raise StorageError
            interactions.days = 0
            return 0

    store = Away()
    interactions = kept_in(store, days=1)

    await keep_purging(interactions, every=0)

    assert store.tries == 3


async def test_the_row_of_the_list_is_json() -> None:
    interactions = kept_in(now=lambda: NOON)
    await interactions.keep(EXCHANGE, asker())

    [kept] = await interactions.page(Looked(request_id=REQUEST), asker())

    told = json.loads(json.dumps(kept.to_plain()))
    assert (told["at"], told["codes"]) == ("2031-02-03T12:00:00.250Z", ["I21.9", "I20.0"])
