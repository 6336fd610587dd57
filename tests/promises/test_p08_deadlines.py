"""P8: nobody waits without end, and the queued work of who has left is never done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import pytest

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import AssertionEngine, NoteReader
from epicrisis.errors import DeadlineExceeded
from epicrisis.services.annotate import Annotate
from epicrisis.services.answer_memory import Memory, Shelf
from epicrisis.services.assess import Assess, Question
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.label import Label
from epicrisis.services.readers import ByLanguage
from epicrisis.storage.answers import RedisAnswers
from tests.redis_server import running_redis
from tests.serving import HeldReader, a_core, a_memory, rules_pipeline

pytestmark = pytest.mark.anyio

SECONDS = 20


class Noting(HeldReader):
    """A held reader that notes what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.read_texts: list[str] = []

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        self.read_texts += [document.text for document in documents]
        return super().read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        self.read_texts += texts
        return super().sentence_labels(texts)

    async def begun(self) -> None:
        await asyncio.to_thread(self.reading.wait, SECONDS)


@pytest.fixture
async def reader() -> AsyncIterator[Noting]:
    reader = Noting()
    yield reader
    reader.release.set()


Ask = Callable[[list[str]], Coroutine[Any, Any, Any]]


def every_service(reader: NoteReader, core: Core) -> dict[str, Ask]:
    """Return what asks each service for several texts."""
    readers, judges, none = ByLanguage.of(reader), rules_pipeline().assessment.judges, ByLanguage[AssertionEngine]({})
    tolerance, memory = Tolerance(), a_memory()
    annotate = Annotate(readers=readers, seconds=none, tolerance=tolerance, core=core, memory=memory)
    assess = Assess(readers=readers, judges=judges, seconds=none, tolerance=tolerance, core=core, memory=memory)
    label = Label(labellers=readers, core=core, memory=memory)

    def documents(texts: list[str]) -> list[Document]:
        return [Document(id=text, text=text) for text in texts]

    return {
        "annotate": lambda texts: annotate.batch(documents(texts)),
        "assess": lambda texts: assess([Question(document) for document in documents(texts)]),
        "label": lambda texts: label(documents(texts)),
    }


@pytest.mark.parametrize("name", ["annotate", "assess", "label"])
async def test_the_queued_work_of_who_has_left_is_never_done(reader: Noting, name: str) -> None:
    core = a_core(threads=1, queue=3)
    ask = every_service(reader, core)[name]
    first = asyncio.create_task(ask(["Denies fever."]))
    await reader.begun()
    leaving = asyncio.create_task(ask(["No cough.", "No pain.", "No edema."]))
    await asyncio.sleep(0.01)

    leaving.cancel()
    await asyncio.wait([leaving])
    # Its places are free at once: the queue was full.
    staying = asyncio.create_task(ask(["Has gout.", "Has fever.", "Has a cough."]))
    await asyncio.sleep(0.01)
    reader.release.set()

    assert len(await first) == 1
    assert len(await staying) == 3
    assert not {"No cough.", "No pain.", "No edema."} & set(reader.read_texts)


@pytest.mark.parametrize("name", ["annotate", "assess", "label"])
async def test_who_waits_too_long_is_told_and_what_still_waits_is_never_read(reader: Noting, name: str) -> None:
    core = a_core(threads=1, deadline_seconds=0.1)
    ask = every_service(reader, core)[name]
    first = asyncio.create_task(ask(["Denies fever."]))
    await reader.begun()

    started = time.perf_counter()
    with pytest.raises(DeadlineExceeded):
        await ask(["No cough."])
    waited = time.perf_counter() - started
    reader.release.set()
    with pytest.raises(DeadlineExceeded):
        await first

    assert waited < 1
    assert await ask(["Has gout."])
    assert "No cough." not in reader.read_texts


async def test_work_that_runs_is_left_to_finish_and_its_answer_dropped(reader: Noting) -> None:
    core = a_core(threads=1)
    ask = every_service(reader, core)["annotate"]
    running = asyncio.create_task(ask(["Denies fever."]))
    await reader.begun()

    running.cancel()
    await asyncio.wait([running])
    reader.release.set()

    assert [note.document.text for note in await ask(["Has gout."])] == ["Has gout."]


@pytest.mark.parametrize("trouble", ["freeze", "kill"])
async def test_a_redis_in_trouble_makes_answers_slower_and_nothing_else(trouble: str) -> None:
    with running_redis() as redis:
        shared = RedisAnswers(redis.url, seconds=60)
        reader = rules_pipeline().annotation.readers("en")
        memory = Memory(secret=b"tests", shelf=Shelf(entries=0, seconds=60), shared=shared)
        label = Label(labellers=ByLanguage.of(reader), core=a_core(), memory=memory)
        sentence = Document(id="1", text="Denies fever.")
        expected = label.many([sentence])
        assert await label([sentence]) == expected
        getattr(redis, trouble)()

        started = time.perf_counter()
        for _ in range(40):
            assert await label([sentence]) == expected
        waited = time.perf_counter() - started

        assert memory.degraded
        # Each try is cut at a twentieth of a second, and after five of them there is peace.
        assert waited < 3
        await shared.close()
