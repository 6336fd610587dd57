"""What every store of experiments must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from epicrisis.errors import StorageError
from epicrisis.services.experiment_table import ExperimentStore, KeptExperiment
from epicrisis.services.experiments import Arm, Capability, Experiment, Mode
from epicrisis.storage.experiments import SqliteExperiments
from epicrisis.storage.memory import MemoryExperiments
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio

ARMS = (Arm("control", weight=9.5), Arm("next", "model", 0.5), Arm("rules", "rules", mode=Mode.SHADOW))
KEPT = KeptExperiment(Experiment(ARMS, "spring-2"), 1_900_000_000.25)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExperimentStore]:
    if request.param == "memory":
        yield MemoryExperiments()
        return
    if request.param == "postgres":
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.experiments import PostgresExperiments

            yield PostgresExperiments(postgres)
        return
    database = Database(tmp_path)
    yield SqliteExperiments(database)
    database.close()


async def test_gives_back_what_was_put_for_each_capability(store: ExperimentStore) -> None:
    ended = replace(KEPT, experiment=Experiment())

    await store.put(Capability.ASSERTION, KEPT)
    await store.put(Capability.DIFFERENTIAL, ended)

    assert dict(await store.all()) == {Capability.ASSERTION: KEPT, Capability.DIFFERENTIAL: ended}


async def test_the_last_word_counts(store: ExperimentStore) -> None:
    later = replace(KEPT, experiment=Experiment(ARMS[:2]), at=KEPT.at + 1)

    await store.put(Capability.READERS, KEPT)
    await store.put(Capability.READERS, later)

    assert dict(await store.all()) == {Capability.READERS: later}


async def test_looking_finds_nothing_where_nothing_was_put(store: ExperimentStore) -> None:
    assert dict(await store.all()) == {}


async def test_looking_makes_no_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "data")

    assert await SqliteExperiments(database).all() == {}
    assert not database.exists


async def test_what_another_version_wrote_is_told_and_not_guessed(tmp_path: Path) -> None:
    database = Database(tmp_path)
    store = SqliteExperiments(database)
    await store.put(Capability.READERS, KEPT)
    await database.run(lambda connection: connection.execute("UPDATE experiments SET experiment = '{\"arms\": 7}'"))

    with pytest.raises(StorageError, match="DELETE"):
        await store.all()
    database.close()
