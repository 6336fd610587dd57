"""What every store of feedback must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.errors import StorageError
from epicrisis.services.feedback import Answered, FeedbackStore, Opinion, Verdict
from epicrisis.storage.crypto import KeyRing
from epicrisis.storage.feedback import SqliteFeedback
from epicrisis.storage.memory import MemoryFeedback, MemorySecret
from epicrisis.storage.sealed import SealedFeedback
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio

OPINION = Opinion(
    id="first",
    answer=Answered("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", item=3, target=0),
    by="ward 3, «Sur»",
    engine="model",
    version="1.0.0",
    given=Status.ABSENT,
    right=Status.PRESENT,
    at=datetime(2031, 2, 3, 12, 0, 0, 250_000, tzinfo=UTC),
    known=True,
)


@pytest.fixture(params=["memory", "sealed", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FeedbackStore]:
    if request.param == "memory":
        yield MemoryFeedback()
        return
    if request.param == "sealed":
        yield SealedFeedback(MemoryFeedback(), KeyRing(secret=MemorySecret()))
        return
    if request.param == "postgres":
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.feedback import PostgresFeedback

            yield PostgresFeedback(postgres)
        return
    database = Database(tmp_path)
    yield SqliteFeedback(database)
    database.close()


@pytest.mark.parametrize(
    "opinion",
    [OPINION, replace(OPINION, answer=Answered("r"), right=Status.ABSENT)],
    ids=["about a finding", "about a request"],
)
async def test_gives_back_what_it_kept_when_another_takes_its_place(store: FeedbackStore, opinion: Opinion) -> None:
    assert await store.keep(opinion) is None

    later = replace(opinion, right=Status.POSSIBLE, engine="rules")
    assert await store.keep(later) == opinion
    assert await store.keep(opinion) == later


async def test_counts_by_engine_label_and_agreement(store: FeedbackStore) -> None:
    for number, opinion in enumerate(
        [
            OPINION,
            OPINION,
            replace(OPINION, right=Status.POSSIBLE),
            replace(OPINION, right=Status.ABSENT),
            replace(OPINION, engine="rules"),
            replace(OPINION, given=Status.NORMAL, right=Status.NORMAL),
        ]
    ):
        await store.keep(replace(opinion, id=str(number)))

    assert dict(await store.totals()) == {
        Verdict("model", Status.ABSENT, False, "1.0.0"): 3,
        Verdict("model", Status.ABSENT, True, "1.0.0"): 1,
        Verdict("rules", Status.ABSENT, False, "1.0.0"): 1,
        Verdict("model", Status.NORMAL, True, "1.0.0"): 1,
    }


async def test_counts_only_the_last_word(store: FeedbackStore) -> None:
    await store.keep(OPINION)
    await store.keep(replace(OPINION, right=Status.ABSENT))

    assert dict(await store.totals()) == {Verdict("model", Status.ABSENT, True, "1.0.0"): 1}


async def test_an_opinion_about_an_answer_nobody_remembers_is_kept_and_not_counted(store: FeedbackStore) -> None:
    unknown = replace(OPINION, known=False)

    await store.keep(unknown)

    assert dict(await store.totals()) == {}
    assert await store.keep(OPINION) == unknown
    assert dict(await store.totals()) == {OPINION.verdict: 1}


async def test_what_was_known_once_stays_known(store: FeedbackStore) -> None:
    await store.keep(OPINION)
    later = replace(OPINION, right=Status.ABSENT, known=False)

    await store.keep(later)

    assert dict(await store.totals()) == {later.verdict: 1}
    assert await store.keep(OPINION) == replace(later, known=True)


async def test_knows_nothing_that_nobody_said(store: FeedbackStore) -> None:
    assert dict(await store.totals()) == {}


async def test_the_database_outlives_the_process_and_is_made_by_the_first_opinion(tmp_path: Path) -> None:
    first = Database(tmp_path / "data")
    assert await SqliteFeedback(first).totals() == {}
    assert not first.exists
    await SqliteFeedback(first).keep(OPINION)
    first.close()

    second = Database(tmp_path / "data")
    assert await SqliteFeedback(second).totals() == {OPINION.verdict: 1}
    second.close()


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(StorageError, match="EPICRISIS_DATA"):
        await SqliteFeedback(Database(tmp_path / "data")).keep(OPINION)
