"""What every store of judgements must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from epicrisis.services.judgements import Counted, Judged, JudgementStore, Said
from epicrisis.storage.crypto import KeyRing
from epicrisis.storage.judgements import SqliteJudgements
from epicrisis.storage.memory import MemorySecret
from epicrisis.storage.memory_differentials import MemoryJudgements
from epicrisis.storage.sealed import SealedJudgements
from epicrisis.storage.sqlite import Database
from tests.interactions import REQUEST, judgement
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "sealed", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JudgementStore]:
    if request.param == "memory":
        yield MemoryJudgements()
    elif request.param == "sealed":
        yield SealedJudgements(MemoryJudgements(), KeyRing(secret=MemorySecret()))
    elif request.param == "sqlite":
        database = Database(tmp_path)
        yield SqliteJudgements(database)
        database.close()
    else:
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.judgements import PostgresJudgements

            yield PostgresJudgements(postgres)


async def test_gives_back_what_it_kept_when_another_takes_its_place(store: JudgementStore) -> None:
    first = judgement(1)
    assert await store.keep(first) is None

    later = replace(first, said=Said(REQUEST, "I21.9", Judged.CONFIRMED), version="2")
    assert await store.keep(later) == first
    assert await store.keep(first) == later
    assert list(await store.about([REQUEST])) == [first]


async def test_finds_those_about_some_requests_and_cards_the_first_said_first(store: JudgementStore) -> None:
    card = judgement(2, said=Said("a card", "differential-patient-view", Judged.OVERRIDDEN, reason="considered"))
    for each in (judgement(3), card, judgement(1), judgement(4, said=Said("another", "I20.0", Judged.MISSED))):
        await store.keep(each)

    assert list(await store.about([REQUEST, "a card"])) == [judgement(1), card, judgement(3)]
    assert list(await store.about(["nothing"])) == []


async def test_to_a_tenant_another_ones_is_not_there(store: JudgementStore) -> None:
    await store.keep(judgement(1, tenant="north"))
    await store.keep(judgement(2))

    assert list(await store.about([REQUEST], tenant="north")) == [judgement(1, tenant="north")]
    assert list(await store.about([REQUEST], tenant="south")) == []
    assert len(await store.about([REQUEST])) == 2


async def test_counts_by_engine_version_and_what_was_said(store: JudgementStore) -> None:
    for number, (version, judged) in enumerate(
        [("1", "RULED_OUT"), ("1", "RULED_OUT"), ("2", "RULED_OUT"), ("1", "MISSED")]
    ):
        await store.keep(judgement(number, version=version, said=Said(REQUEST, "I21.9", Judged(judged))))

    assert dict(await store.totals()) == {
        Counted("knowledge", "1", Judged.RULED_OUT): 2,
        Counted("knowledge", "2", Judged.RULED_OUT): 1,
        Counted("knowledge", "1", Judged.MISSED): 1,
    }


async def test_what_is_said_of_an_answer_nobody_remembers_is_kept_and_not_counted(store: JudgementStore) -> None:
    unknown = judgement(1, known=False)

    await store.keep(unknown)

    assert dict(await store.totals()) == {}
    assert await store.keep(judgement(1)) == unknown
    assert dict(await store.totals()) == {judgement(1).counted: 1}


async def test_what_was_known_once_stays_known(store: JudgementStore) -> None:
    await store.keep(judgement(1))

    await store.keep(judgement(1, known=False))

    assert dict(await store.totals()) == {judgement(1).counted: 1}


async def test_the_file_is_made_by_the_first(tmp_path: Path) -> None:
    database = Database(tmp_path / "data")
    assert await SqliteJudgements(database).totals() == {}
    assert list(await SqliteJudgements(database).about([REQUEST])) == []
    assert not database.exists
    await SqliteJudgements(database).keep(judgement(1))
    database.close()

    assert len(await SqliteJudgements(Database(tmp_path / "data")).about([REQUEST])) == 1
