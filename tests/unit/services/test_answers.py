from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from epicrisis.domain.documents import Document
from epicrisis.errors import EmptyText, Overloaded
from epicrisis.services import answer_memory as page
from epicrisis.services.answer_memory import Memory, SharedAnswers, Shelf
from epicrisis.services.answers import Answers
from epicrisis.services.core import Core
from epicrisis.services.observing import Unobserved
from epicrisis.services.outcomes import Failure
from epicrisis.services.queueing import Work
from epicrisis.storage.answers import MemoryAnswers
from tests.serving import CANARY, a_core, a_memory
from tests.unit.services.held import SECONDS, Held, note, settled

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Size:
    """An answer without words."""

    characters: int


class Measuring(Held):
    """Held work whose answers are sizes."""

    def __init__(self, *, free: bool = True) -> None:
        super().__init__(free=free)
        self.work: Work[Document, Size] = Work("measure", self._sizes, document=lambda document: document)

    def _sizes(self, documents: Sequence[Document]) -> list[Size]:
        return [Size(len(answer)) for answer in self._many(documents)]


def measured(
    measuring: Measuring, *, core: Core | None = None, memory: Memory | None = None, scope: str = "v1"
) -> Answers[Document, Size]:
    return Answers(
        measuring.work,
        core=core or a_core(threads=1),
        memory=memory or a_memory(),
        scope=[scope],
        about=lambda document: (document.language, document.text),
        kind=Size,
    )


def sharing(shared: SharedAnswers, *, secret: bytes = b"tests") -> Memory:
    return Memory(secret=secret, shelf=Shelf(entries=10, seconds=60), shared=shared)


async def test_what_was_asked_lately_is_not_read_again() -> None:
    measuring = Measuring()
    answers = measured(measuring)

    first, again = await answers([note("abc", id="1")]), await answers([note("abc", id="2")])

    assert first == again == [Size(3)]
    assert measuring.read == ["abc"]


async def test_equal_questions_of_a_request_are_read_once_and_answered_each() -> None:
    measuring = Measuring()

    answers = await measured(measuring)([note("abc"), note("d"), note("abc")])

    assert answers == [Size(3), Size(1), Size(3)]
    assert measuring.read == ["abc", "d"]


async def test_another_language_or_another_version_is_another_question() -> None:
    measuring, memory = Measuring(), a_memory()

    await measured(measuring, memory=memory)([note("abc"), Document(id="1", text="abc", language="es")])
    await measured(measuring, memory=memory, scope="v2")([note("abc")])

    assert measuring.read == ["abc", "abc", "abc"]


async def test_what_is_being_read_is_joined_and_who_leaves_takes_nobody_along() -> None:
    measuring = Measuring(free=False)
    answers = measured(measuring)
    leaving, staying = (asyncio.create_task(answers([note("abc")])) for _ in range(2))
    await measuring.reading("abc")

    leaving.cancel()
    await settled()
    joining = asyncio.create_task(answers([note("abc"), note("d")]))
    await settled()
    measuring.free.set()

    assert await staying == [Size(3)]
    assert await joining == [Size(3), Size(1)]
    assert measuring.read == ["abc", "d"]


async def test_a_question_everybody_left_is_not_read_and_can_be_asked_again() -> None:
    measuring, core = Measuring(free=False), a_core(threads=1)
    answers = measured(measuring, core=core)
    first = asyncio.create_task(answers([note("first")]))
    await measuring.reading("first")
    leaving = [asyncio.create_task(answers([note("left")])) for _ in range(2)]
    await settled()

    for task in leaving:
        task.cancel()
    await settled()
    measuring.free.set()
    await first

    assert measuring.read == ["first"]
    assert await answers([note("left")]) == [Size(4)]


async def test_who_joins_needs_no_place_of_their_own() -> None:
    measuring, core = Measuring(free=False), a_core(threads=1, queue=0)
    answers = measured(measuring, core=core)
    first = asyncio.create_task(answers([note("abc")]))
    await measuring.reading("abc")

    joining = asyncio.create_task(answers([note("abc")]))
    with pytest.raises(Overloaded):
        await answers([note("other")])
    measuring.free.set()

    assert await first == await joining == [Size(3)]


async def test_a_failure_is_told_under_the_name_of_who_asked_and_not_kept() -> None:
    read: list[str] = []

    def many(documents: Sequence[Document]) -> list[Size]:
        read.extend(document.text for document in documents)
        raise EmptyText

    measuring = Measuring()
    measuring.work = Work("bad", many, document=lambda document: document)
    answers = measured(measuring)

    both = await answers([note("a", id="n1"), note("a", id="n2")])
    await answers([note("a", id="n3")])

    assert both == [Failure(name, "empty-text", str(EmptyText())) for name in ("n1", "n2")]
    assert read == ["a", "a"]


async def test_answers_that_were_not_asked_for_longest_go_first() -> None:
    measuring = Measuring()
    answers = measured(measuring, memory=a_memory(entries=2))

    for text in ("a", "b", "a", "c", "a", "b"):
        await answers([note(text)])

    assert measuring.read == ["a", "b", "c", "b"]


async def test_an_answer_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring, now = Measuring(), 0.0
    monkeypatch.setattr(page, "monotonic", lambda: now)
    answers = measured(measuring)
    await answers([note("abc")])

    now = 59.0
    await answers([note("abc")])
    now = 61.0
    await answers([note("abc")])

    assert measuring.read == ["abc", "abc"]


async def test_nothing_is_kept_where_nothing_shall_be() -> None:
    measuring = Measuring()
    answers = measured(measuring, memory=a_memory(entries=0))

    await answers([note("abc")])
    await answers([note("abc")])

    assert measuring.read == ["abc", "abc"]


async def test_tells_whether_the_memory_knew() -> None:
    told: list[tuple[str, bool]] = []

    class Listening(Unobserved):
        def cached(self, work: str, hit: bool) -> None:
            told.append((work, hit))

    answers = measured(Measuring(), core=a_core(observer=Listening()))

    await answers([note("a")])
    await answers([note("a"), note("b")])

    assert told == [("measure", False), ("measure", True), ("measure", False)]


def test_serves_one_event_loop_after_another() -> None:
    measuring = Measuring()
    answers = measured(measuring, memory=a_memory(entries=0))

    assert [asyncio.run(answers([note("abc")])) for _ in range(2)] == [[Size(3)], [Size(3)]]


async def kept(shared: MemoryAnswers) -> dict[bytes, bytes]:
    """Return what is shared, once it has got there."""
    async with asyncio.timeout(SECONDS):
        while not shared._kept:
            await asyncio.sleep(0.001)
    return shared._kept


async def test_servers_with_one_secret_share_answers_and_no_words() -> None:
    shared, here, there = MemoryAnswers(), Measuring(), Measuring()
    text = f"{CANARY} denies pain."
    await measured(here, memory=sharing(shared))([note(text)])

    written = b"".join(part for pair in (await kept(shared)).items() for part in pair)
    answers = await measured(there, memory=sharing(shared))([note(text), note("other")])

    assert answers == [Size(len(text)), Size(5)]
    assert there.read == ["other"]
    assert CANARY.encode() not in written


async def test_without_the_secret_nothing_is_found() -> None:
    shared, there = MemoryAnswers(), Measuring()
    await measured(Measuring(), memory=sharing(shared))([note("abc")])
    await kept(shared)

    await measured(there, memory=sharing(shared, secret=b"others"))([note("abc")])

    assert there.read == ["abc"]


@pytest.mark.parametrize("planted", [b"", b'{"characters":7}', b"\x00" * 32 + b'{"characters":7}'])
async def test_an_answer_somebody_planted_is_not_believed(planted: bytes) -> None:
    shared, here, there = MemoryAnswers(), Measuring(), Measuring()
    await measured(here, memory=sharing(shared))([note("abc")])
    await shared.put(dict.fromkeys(await kept(shared), planted))

    assert await measured(there, memory=sharing(shared))([note("abc")]) == [Size(3)]
    assert there.read == ["abc"]


async def test_an_answer_moved_to_another_question_is_not_believed() -> None:
    shared, there = MemoryAnswers(), Measuring()
    here = measured(Measuring(), memory=sharing(shared))
    await here([note("abc"), note("longer")])
    first, second = await kept(shared)
    await shared.put({first: shared._kept[second], second: shared._kept[first]})

    assert await measured(there, memory=sharing(shared))([note("abc"), note("longer")]) == [Size(3), Size(6)]
    assert sorted(there.read) == ["abc", "longer"]
