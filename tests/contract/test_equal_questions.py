"""What every service that reads does with equal questions: it reads once, and keeps the answer without its words."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import pytest
from redis.asyncio import Redis as Client

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.errors import UnreadableText
from epicrisis.services.annotate import Annotate
from epicrisis.services.answer_memory import Memory, Shelf
from epicrisis.services.assess import Assess, Question
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.entities import Entities
from epicrisis.services.label import Label
from epicrisis.services.observing import Unobserved
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from epicrisis.storage.answers import MemoryAnswers, RedisAnswers
from tests.redis_server import Redis, free_port, running_redis
from tests.serving import CANARY, HeldReader, a_core, a_memory, rules_pipeline
from tests.unit.services.contrary import Contrary

pytestmark = pytest.mark.anyio

SECONDS = 20
TEXT = f"ALLERGIES: {CANARY} causes rash. The patient denies fever. Possible pneumonia."
SERVICES = ["label", "annotate", "assess", "assess targets", "assess marks", "entities"]

Ask = Callable[[Sequence[Document]], Coroutine[Any, Any, list[Any]]]


class Counting(HeldReader):
    """A reader that counts how often each text is read, by the word lists, once it may."""

    def __init__(self, *, version: str = "1", weights: str = "abc", free: bool = True) -> None:
        super().__init__()
        self.card = replace(self.card, version=version, languages=("en", "es"), sha256={"weights": weights})
        self.texts: list[str] = []
        self.bad: set[str] = set()
        self._lock = Lock()
        if free:
            self.release.set()

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        self._count([document.text for document in documents])
        return super().read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        self._count(texts)
        return super().sentence_labels(texts, language=language)

    async def begun(self) -> None:
        async with asyncio.timeout(SECONDS):
            while not self.reading.is_set():
                await asyncio.sleep(0.001)

    def _count(self, texts: Sequence[str]) -> None:
        with self._lock:
            self.texts += texts
        if self.bad & set(texts):
            raise UnreadableText


@dataclass(frozen=True)
class Given:
    """What a service is made of, where it matters to its answers."""

    reader: Counting
    memory: Memory
    core: Core
    tolerance: Tolerance = field(default_factory=Tolerance)
    seconds: ByLanguage[AssertionEngine] = field(default_factory=lambda: ByLanguage({}))


def service(name: str, given: Given) -> Ask:
    """Return what asks the service ``name``."""
    readers = ByLanguage.of(given.reader)
    judges = ByLanguage.of(rules_pipeline().assessment.judges("en"), rules_pipeline().assessment.judges("es"))
    made: dict[str, Any] = {"core": given.core, "memory": given.memory}
    heard: dict[str, Any] = {**made, "seconds": given.seconds, "tolerance": given.tolerance}
    if name == "label":
        return Label(labellers=readers, **made)
    if name == "annotate":
        return Annotate(readers=readers, **heard).batch
    if name == "entities":
        return Entities(readers=readers, **made)
    assess = Assess(readers=readers, judges=judges, **heard)
    return lambda documents: assess([question(name, document) for document in documents])


def question(name: str, document: Document) -> Question:
    if name == "assess marks":
        return Question.of(replace(document, text=document.text.replace("fever", "[entity]fever[entity]")))
    return Question(document, (Span(0, 4),) if name == "assess targets" else ())


@pytest.fixture(params=SERVICES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def core() -> Iterator[Core]:
    core = a_core(threads=1)
    yield core
    core.close()


def notes(*names: str, text: str = TEXT, language: str = "en") -> list[Document]:
    return [Document(id=name, text=text, language=language) for name in names]


def about(answer: Any) -> str:
    """Return the name of the document an answer is about; a label is about none."""
    return str(answer.document.id) if hasattr(answer, "document") else ""


async def test_equal_questions_of_one_moment_are_read_once(name: str, core: Core) -> None:
    reader = Counting(free=False)
    ask = service(name, Given(reader, a_memory(), core))
    asking = [asyncio.create_task(ask(notes(str(number)))) for number in range(20)]
    await reader.begun()
    asking.append(asyncio.create_task(ask(notes("20", "21"))))
    await asyncio.sleep(0.05)

    reader.release.set()
    answers = [answer for task in asking for answer in await task]

    assert len(reader.texts) == 1
    assert len(answers) == 22
    assert [about(answer) for answer in answers] in ([str(number) for number in range(22)], [""] * 22)


async def test_a_kept_answer_is_the_answer_and_is_not_read_again(name: str, core: Core) -> None:
    reader = Counting()
    ask = service(name, Given(reader, a_memory(), core))

    first, again = await ask(notes("1")), await ask(notes("1"))

    assert not isinstance(first[0], Failure)
    assert again == first
    assert len(reader.texts) == 1


async def test_every_item_of_a_batch_is_looked_up_by_itself(name: str, core: Core) -> None:
    reader = Counting()
    ask = service(name, Given(reader, a_memory(), core))
    await ask(notes("1"))

    answers = await ask([*notes("a", text="No fever."), *notes("b"), *notes("c", text="No fever.")])

    assert len(reader.texts) == 2
    assert answers[1] == (await ask(notes("b")))[0]
    assert [about(answer) for answer in answers] in (["a", "b", "c"], [""] * 3)


async def test_another_language_and_another_text_are_other_questions(name: str, core: Core) -> None:
    reader = Counting()
    ask = service(name, Given(reader, a_memory(), core))

    for document in [*notes("1"), *notes("1", language="es"), *notes("1", text=f"{TEXT} ")]:
        await ask([document])

    assert len(reader.texts) == 3


@pytest.mark.parametrize("changed", [{"version": "2"}, {"weights": "abd"}])
async def test_a_changed_model_is_asked_anew(name: str, core: Core, changed: dict[str, str]) -> None:
    memory, before, after = a_memory(), Counting(), Counting(**changed)
    await service(name, Given(before, memory, core))(notes("1"))

    await service(name, Given(after, memory, core))(notes("1"))

    assert len(after.texts) == 1


@pytest.mark.parametrize("name", ["annotate", "assess", "assess targets"])
async def test_another_second_engine_or_tolerance_is_another_question(name: str, core: Core) -> None:
    reader, memory = Counting(), a_memory()
    given = Given(reader, memory, core)
    heard = ByLanguage[AssertionEngine].of(Contrary())

    for each in [given, replace(given, seconds=heard), replace(given, seconds=heard, tolerance=Tolerance(0.1, 0.2))]:
        await service(name, each)(notes("1"))

    assert len(reader.texts) == 3


async def test_other_targets_are_another_question(core: Core) -> None:
    reader = Counting()
    given = Given(reader, a_memory(), core)

    targets = [await service(each, given)(notes("1")) for each in ("assess", "assess targets", "assess marks")]

    assert len(reader.texts) == 3
    assert len({tuple(assertion.target for assertion in each.assertions) for [each] in targets}) == 3


async def test_other_label_sets_are_another_question(core: Core) -> None:
    reader = Counting()
    ask = Entities(readers=ByLanguage.of(reader), core=core, memory=a_memory())

    usual, named, unknown = [await ask(notes("1"), sets) for sets in ((), ("clinical",), ("species",))]

    assert usual == named
    assert len(reader.texts) == 2
    assert isinstance(unknown[0], Failure)


async def test_the_services_share_a_memory_and_no_answers(core: Core) -> None:
    reader = Counting()
    given = Given(reader, a_memory(), core)

    kinds = [type((await service(each, given)(notes("1")))[0]).__name__ for each in SERVICES]

    assert kinds == ["Labelled", "AnnotatedDocument", *["Assessment"] * 3, "Named"]
    assert len(reader.texts) == len(SERVICES)


async def test_failures_are_told_to_whoever_asked_and_never_kept(name: str, core: Core) -> None:
    reader = Counting()
    reader.bad = {TEXT}
    ask = service(name, Given(reader, a_memory(), core))

    failed = await ask(notes("1", "2"))
    reader.bad = set()
    [answer] = await ask(notes("3"))

    assert [(each.id, each.code) for each in failed] == [("1", "unreadable-text"), ("2", "unreadable-text")]
    assert not isinstance(answer, Failure)


async def test_hits_and_misses_are_counted_for_each_kind_of_work(name: str) -> None:
    told: list[tuple[str, bool]] = []

    class Listening(Unobserved):
        def cached(self, work: str, hit: bool) -> None:
            told.append((work, hit))

    core = a_core(threads=1, observer=Listening())
    ask = service(name, Given(Counting(), a_memory(), core))

    await ask(notes("1"))
    await ask(notes("1", "2"))
    core.close()

    work = name.partition(" ")[0]
    assert told == [(work, False), (work, True), (work, True)]


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with running_redis() as redis:
        yield redis


def shared_through(redis_url: str) -> Memory:
    """Return the memory of a server of its own, which shares through the Redis there."""
    return Memory(
        secret=b"tests", shelf=Shelf(entries=10, seconds=60), shared=RedisAnswers(redis_url, seconds=60, patience=5)
    )


async def lying_in(redis: Redis) -> dict[bytes, bytes]:
    """Return every key and value of ``redis``."""
    async with Client.from_url(redis.url) as client:
        return {key: await client.get(key) async for key in client.scan_iter()}


async def shared(redis: Redis) -> dict[bytes, bytes]:
    """Return what lies in ``redis``, once something does."""
    async with asyncio.timeout(SECONDS):
        while not (held := await lying_in(redis)):
            await asyncio.sleep(0.005)
    return held


async def test_servers_share_answers_through_redis_and_no_words(name: str, core: Core, redis: Redis) -> None:
    redis.said("FLUSHALL")
    here, there = Counting(), Counting()
    memories = shared_through(redis.url), shared_through(redis.url)
    expected = await service(name, Given(here, memories[0], core))(notes("1"))
    held = await shared(redis)

    answers = await service(name, Given(there, memories[1], core))(notes("1"))
    for memory in memories:
        assert memory.shared is not None
        await memory.shared.close()

    assert answers == expected
    assert there.texts == []
    [(key, value)] = held.items()
    # Behind the seal stands one byte that says whether the rest is packed.
    plain = zlib.decompress(value[33:]) if value[32:33] == b"\1" else value[33:]
    lying = key + value + plain
    assert not [word for word in re.findall(r"\w{4,}", TEXT) if word.encode() in lying]
    assert key.startswith(b"epicrisis:answer:")


@pytest.mark.parametrize("trouble", ["away", "full", "planted"])
async def test_a_redis_in_trouble_costs_no_answer(name: str, core: Core, redis: Redis, trouble: str) -> None:
    redis.said("FLUSHALL")
    reader = Counting()
    memory = shared_through(redis.url)
    [expected] = await service(name, Given(Counting(), a_memory(), core))(notes("1"))
    if trouble == "away":
        memory.shared = RedisAnswers(f"redis://127.0.0.1:{free_port()}", seconds=60)
    elif trouble == "full":
        redis.said("CONFIG", "SET", "maxmemory", "1")
    else:
        await service(name, Given(Counting(), shared_through(redis.url), core))(notes("1"))
        for key in await shared(redis):
            redis.said("SET", key.decode(), "planted")

    [answer] = await service(name, Given(reader, memory, core))(notes("1"))
    redis.said("CONFIG", "SET", "maxmemory", "0")

    assert answer == expected
    assert len(reader.texts) == 1


async def test_what_is_shared_is_known_by_the_secret_alone(name: str, core: Core) -> None:
    shared, reader = MemoryAnswers(), Counting()
    shelf = Shelf(entries=10, seconds=60)
    await service(name, Given(Counting(), Memory(secret=b"one", shelf=shelf, shared=shared), core))(notes("1"))

    await service(name, Given(reader, Memory(secret=b"two", shelf=shelf, shared=shared), core))(notes("1"))

    assert len(reader.texts) == 1


async def test_answers_of_whole_books_are_not_kept(core: Core) -> None:
    text = " ".join(f"Denies fever {number}. Possible pneumonia after {number * 7919}." for number in range(4_000))
    reader, memory = Counting(), a_memory()
    ask = service("annotate", Given(reader, memory, core))

    await ask(notes("1", text=text))

    assert memory.shelf.bytes == 0
