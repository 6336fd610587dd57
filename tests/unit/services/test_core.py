from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.counting import Tokens, count
from epicrisis.engines.stages import Stage, at
from epicrisis.errors import DeadlineExceeded, EmptyText, Overloaded
from epicrisis.services.core import Core
from epicrisis.services.observing import Unobserved
from epicrisis.services.outcomes import Failure
from epicrisis.services.queueing import Work
from epicrisis.services.timings import Timings, timings
from tests.serving import a_core
from tests.unit.services.held import SECONDS, Held, note, settled

pytestmark = pytest.mark.anyio


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.free.set()


async def asked(core: Core, held: Held, *texts: str) -> list[asyncio.Task[Any]]:
    """Ask each text in a task of its own, in this order."""
    tasks = []
    for text in texts:
        tasks.append(asyncio.create_task(core.ask(held.work, note(text))))
        await settled()
    return tasks


async def busy(core: Core, held: Held, *texts: str) -> list[asyncio.Task[Any]]:
    """Give each of ``texts`` to a worker of its own."""
    tasks = []
    for text in texts:
        tasks += await asked(core, held, text)
        await held.reading(text)
    return tasks


async def test_answers_each_question_in_order_and_in_another_thread() -> None:
    where: list[int] = []

    def many(documents: Sequence[Document]) -> list[str]:
        where.append(threading.get_ident())
        return [document.text.upper() for document in documents]

    work = Work("upper", many, document=lambda document: document)

    answers = await a_core().ask_all(work, [note(text) for text in "abc"])

    assert answers == ["A", "B", "C"]
    assert threading.get_ident() not in where


async def test_nothing_asked_is_nothing_answered(held: Held) -> None:
    assert await a_core().ask_all(held.work, []) == []


async def test_what_waits_meanwhile_is_read_in_one_batch_whoever_asked(held: Held) -> None:
    core = a_core(threads=1)
    first = await busy(core, held, "first")

    later = await asked(core, held, "b", "c")
    together = asyncio.create_task(core.ask_all(held.work, [note("d"), note("e")]))
    await settled()
    held.free.set()

    assert await asyncio.gather(*first, *later, together) == ["FIRST", "B", "C", ["D", "E"]]
    assert held.batches == [["first"], ["b", "c", "d", "e"]]


async def test_an_idle_worker_starts_at_once(held: Held) -> None:
    core = a_core(threads=2)

    await busy(core, held, "a", "b")

    assert held.batches == [["a"], ["b"]]


async def test_an_idle_worker_that_is_told_to_gives_a_batch_time_to_fill(held: Held) -> None:
    held.free.set()
    core = a_core(threads=1, wait_seconds=0.2)

    tasks = await asked(core, held, "a", "b")

    assert await asyncio.gather(*tasks) == ["A", "B"]
    assert held.batches == [["a", "b"]]


async def test_a_full_batch_is_not_waited_for(held: Held) -> None:
    held.free.set()
    core = a_core(threads=1, wait_seconds=SECONDS, batch_tokens=2)

    answers = await core.ask_all(held.work, [note("a"), note("b")])

    assert answers == ["A", "B"]


async def test_a_batch_holds_no_more_tokens_than_it_may_however_long_its_words_are(held: Held) -> None:
    core = a_core(threads=1, batch_tokens=6)
    tasks = await busy(core, held, "first")

    # Seven characters each; figures and marks are cut finer than words.
    tasks += await asked(core, held, "gastric", "oedemas", "K3.4,Na", "purpura", "dysuria")
    held.free.set()
    await asyncio.gather(*tasks)

    assert held.batches == [["first"], ["gastric", "oedemas"], ["K3.4,Na"], ["purpura", "dysuria"]]


async def test_a_batch_is_of_one_kind_of_work_the_oldest_first(held: Held) -> None:
    core, other = a_core(threads=1), Held("other", free=True)
    tasks = await busy(core, held, "first")

    tasks += [*await asked(core, other, "x"), *await asked(core, held, "b"), *await asked(core, other, "y")]
    held.free.set()
    await asyncio.gather(*tasks)

    assert (held.batches, other.batches) == ([["first"], ["b"]], [["x", "y"]])


@pytest.mark.alone
@pytest.mark.parametrize("full", [{"queue": 2}, {"queue_chars": 4}], ids=["texts", "characters"])
async def test_what_would_have_to_wait_too_long_is_refused_at_once(held: Held, full: dict[str, int]) -> None:
    core = a_core(threads=1, **full)
    tasks = [*await busy(core, held, "first"), *await asked(core, held, "bb", "cc")]

    for _ in range(100):
        started = time.perf_counter()
        with pytest.raises(Overloaded, match="try again in a moment"):
            await core.ask(held.work, note("d"))
        assert time.perf_counter() - started < 0.1

    held.free.set()
    assert await asyncio.gather(*tasks) == ["FIRST", "BB", "CC"]
    assert await core.ask(held.work, note("d")) == "D"


async def test_a_request_is_taken_whole_or_not_at_all(held: Held) -> None:
    core = a_core(threads=1, queue=3)
    tasks = [*await busy(core, held, "first"), *await asked(core, held, "b")]

    with pytest.raises(Overloaded):
        await core.ask_all(held.work, [note("c"), note("d"), note("e")])
    fits = asyncio.create_task(core.ask_all(held.work, [note("f"), note("g")]))
    await settled()
    held.free.set()

    assert await asyncio.gather(*tasks, fits) == ["FIRST", "B", ["F", "G"]]
    assert held.read == ["first", "b", "f", "g"]


async def test_a_request_larger_than_the_queue_is_taken_where_nothing_waits(held: Held) -> None:
    core = a_core(threads=1, queue=1, queue_chars=2)
    tasks = await busy(core, held, "first")

    large = asyncio.create_task(core.ask_all(held.work, [note("aa"), note("bb"), note("cc")]))
    await settled()
    with pytest.raises(Overloaded):
        await core.ask(held.work, note("d"))
    held.free.set()

    assert await asyncio.gather(*tasks, large) == ["FIRST", ["AA", "BB", "CC"]]


async def test_without_a_queue_nothing_waits(held: Held) -> None:
    core = a_core(threads=2, queue=0)

    tasks = await busy(core, held, "a", "b")

    with pytest.raises(Overloaded):
        await core.ask(held.work, note("c"))
    held.free.set()
    assert await asyncio.gather(*tasks) == ["A", "B"]


async def test_who_would_be_refused_can_be_told_before_any_work(held: Held) -> None:
    observer = Listening()
    core = a_core(threads=1, queue=1, observer=observer)
    core.require_room()
    tasks = await busy(core, held, "first")
    core.require_room()
    tasks += await asked(core, held, "waits")

    with pytest.raises(Overloaded):
        core.require_room()

    assert observer.told.count("refused") == 1
    held.free.set()
    assert await asyncio.gather(*tasks) == ["FIRST", "WAITS"]


async def test_long_texts_never_hold_up_short_ones(held: Held) -> None:
    core, short = a_core(threads=3, batch_tokens=1), Held("short", free=True)
    tasks = [*await busy(core, held, "a" * 11, "b" * 11), *await asked(core, held, "c" * 11, "d" * 11)]

    assert await core.ask(short.work, note("fever")) == "FEVER"

    assert len(held.batches) == 2
    held.free.set()
    await asyncio.gather(*tasks)
    assert held.read == ["a" * 11, "b" * 11, "c" * 11, "d" * 11]


async def test_a_single_worker_reads_long_texts_too(held: Held) -> None:
    held.free.set()

    assert await a_core(threads=1, batch_tokens=1).ask(held.work, note("too long")) == "TOO LONG"


async def test_a_request_of_many_batches_takes_turns_with_others(held: Held) -> None:
    core = a_core(threads=1, batch_tokens=1)
    tasks = await busy(core, held, "first")

    bulk = asyncio.create_task(core.ask_all(held.work, [note(letter * 6) for letter in "abcd"]))
    await settled()
    tasks += await asked(core, held, "prompt", "p" * 8)
    held.free.set()
    await asyncio.gather(*tasks, bulk)

    # First come, first read would have let both wait for all four.
    assert [batch[0][0] for batch in held.batches[1:]] in (list("papbcd"), list("apbpcd"), list("apbcpd"))
    assert [text[0] for text in held.read if text[0] in "abcd"] == list("abcd")


async def test_one_bad_question_fails_alone() -> None:
    def many(documents: Sequence[Document]) -> list[str]:
        if any("gout" in document.text for document in documents):
            raise EmptyText
        return [document.text.upper() for document in documents]

    work = Work("choosy", many, document=lambda document: document)

    answers = await a_core(threads=1).ask_all(work, [note("a"), note("gout", id="n2"), note("c"), note("d")])

    assert answers == ["A", Failure("n2", "empty-text", str(EmptyText())), "C", "D"]
    assert isinstance(answers[1], Failure)
    assert isinstance(answers[1].error, EmptyText)


async def test_an_engine_that_forgets_an_answer_leaves_nobody_waiting() -> None:
    work: Work[Document, str] = Work("forgetful", lambda documents: ["A"], document=lambda document: document)

    answers = await a_core(threads=1).ask_all(work, [note("a"), note("b")])

    assert answers == ["A", "A"]


async def test_a_batch_is_handed_over_with_one_call(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    core, loop, calls = a_core(threads=1), asyncio.get_running_loop(), 0
    held.free.set()
    call = loop.call_soon_threadsafe

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        return call(*args, **kwargs)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)

    await core.ask_all(held.work, [note(f"note {number}") for number in range(50)])

    assert (len(held.batches), calls) == (1, 1)


async def test_who_leaves_does_not_take_along_who_waits_for_the_same(held: Held) -> None:
    core = a_core(threads=1)
    tasks = await busy(core, held, "first")
    tickets = core.enter(held.work, [note("shared")])
    leaving, staying = (asyncio.create_task(core.answers(tickets)) for _ in range(2))
    await settled()

    leaving.cancel()
    await settled()
    held.free.set()

    assert await staying == ["SHARED"]
    assert leaving.cancelled()
    await asyncio.gather(*tasks)


async def test_lets_its_threads_go_refuses_who_waits_and_can_begin_again(held: Held) -> None:
    before = threading.active_count()
    core = a_core(threads=1)
    assert threading.active_count() == before
    first, second = [*await busy(core, held, "first"), *await asked(core, held, "second")]

    core.close()
    refused = await second
    held.free.set()

    assert isinstance(refused, Failure)
    assert refused.code == Overloaded.code
    assert await first == "FIRST"
    async with asyncio.timeout(SECONDS):
        while threading.active_count() > before:
            await asyncio.sleep(0.001)
    assert await core.ask(held.work, note("again")) == "AGAIN"
    core.close()


async def test_a_core_that_is_asked_at_once_after_it_was_closed_answers() -> None:
    held = Held(free=True)
    for _ in range(20):
        core = a_core(threads=1, deadline_seconds=SECONDS)
        await core.ask(held.work, note("before"))
        await asyncio.sleep(0.002)

        core.close()

        async with asyncio.timeout(2):
            assert await core.ask(held.work, note("after")) == "AFTER"
        core.close()


class Panic(BaseException):
    """What an engine written in Rust raises where it panics: no ``Exception``."""


async def test_an_engine_that_panics_costs_its_text_and_no_worker() -> None:
    def many(documents: Sequence[Document]) -> list[str]:
        if any(document.text == "bad" for document in documents):
            raise Panic
        return [document.text.upper() for document in documents]

    work = Work("panics", many, document=lambda document: document)
    core = a_core(threads=1, queue=0, deadline_seconds=2)

    answers = [await core.ask(work, note(text)) for text in ("ok", "bad", "bad", "ok")]

    assert [answer if isinstance(answer, str) else answer.code for answer in answers] == ["OK", "error", "error", "OK"]
    core.close()


class Failing(Unobserved):
    """An observer that breaks, and takes the worker along."""

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        raise RuntimeError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_worker_that_dies_answers_first_and_is_replaced() -> None:
    held = Held(free=True)
    core = a_core(threads=1, queue=0, observer=Failing(), deadline_seconds=2)

    assert [await core.ask(held.work, note(text)) for text in "abc"] == ["A", "B", "C"]
    core.close()


async def test_a_question_nobody_can_be_hired_for_is_refused_and_the_next_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    core, held = a_core(threads=1, queue=0, deadline_seconds=2), Held(free=True)
    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuses)
        refused = await core.ask(held.work, note("refused"))

    assert isinstance(refused, Failure)
    assert refused.code == Overloaded.code
    assert await core.ask(held.work, note("taken")) == "TAKEN"
    core.close()


def test_serves_one_event_loop_after_another() -> None:
    core, held = a_core(), Held(free=True)

    answers = [asyncio.run(core.ask(held.work, note(text))) for text in "abc"]

    assert answers == ["A", "B", "C"]


def test_a_loop_that_ended_meanwhile_costs_nobody_anything() -> None:
    core, held = a_core(threads=1), Held()

    async def leaves() -> None:
        await busy(core, held, "left behind")

    asyncio.run(leaves())
    held.free.set()

    assert asyncio.run(core.ask(held.work, note("later"))) == "LATER"


class Listening(Unobserved):
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def waited(self, seconds: float) -> None:
        assert seconds >= 0
        self.told.append("waited")

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        assert seconds >= 0
        self.told.append((work, texts, characters))

    def tokens(self, counts: Mapping[str, Tokens]) -> None:
        self.told.append(dict(counts))

    def queued(self, texts: int, characters: int) -> None:
        self.told.append((texts, characters))

    def refused(self) -> None:
        self.told.append("refused")


async def test_tells_its_observer_what_waits_what_was_read_and_what_was_refused(held: Held) -> None:
    observer = Listening()
    core = a_core(threads=1, queue=2, observer=observer)
    tasks = await busy(core, held, "a")
    tasks += await asked(core, held, "bb")
    with pytest.raises(Overloaded):
        await core.ask_all(held.work, [note("c"), note("d")])
    leaving = (await asked(core, held, "eee"))[0]

    leaving.cancel()
    await settled()
    held.free.set()
    await asyncio.gather(*tasks)

    assert observer.told == [
        (1, 1), (0, 0), (1, 2), "refused", "refused", (2, 5), (1, 2),
        "waited", ("held", 1, 1), (0, 0), "waited", ("held", 1, 2),
    ]  # fmt: skip


async def test_tells_its_own_observer_how_many_tokens_the_models_read_for_a_batch() -> None:
    def many(documents: Sequence[Document]) -> list[str]:
        if any(document.text == "gout" for document in documents):
            raise EmptyText
        count("encoder", [np.ones((len(documents), 4))])
        return [document.text.upper() for document in documents]

    # An engine is shared by all who ask in this process.
    work = Work("reads", many, document=lambda document: document)
    ours, theirs, silent = Listening(), Listening(), Listening()

    await a_core(threads=1, observer=ours).ask_all(work, [note(text) for text in ("a", "b", "gout", "d")])
    await a_core(threads=1, observer=theirs).ask(work, note("c"))
    await a_core(threads=1, observer=silent).ask(work, note("gout"))

    def counted(observer: Listening) -> list[Any]:
        return [told for told in observer.told if isinstance(told, dict)]

    # What is read again, because a neighbour broke the batch, is read and counted again.
    assert counted(ours) == [{"encoder": Tokens(read=12)}]
    assert counted(theirs) == [{"encoder": Tokens(read=4)}]
    assert counted(silent) == []


async def test_notes_how_long_a_request_waited_and_was_read(held: Held) -> None:
    core = a_core(threads=1)
    tasks = await busy(core, held, "first")
    request = Timings()

    async def ask() -> None:
        timings.set(request)
        await core.ask(held.work, note("second"))

    second = asyncio.create_task(ask())
    await asyncio.sleep(0.05)
    held.free.set()
    await asyncio.gather(second, *tasks)

    spent = dict(request)
    assert list(spent) == ["queue", "engine"]
    assert spent["queue"] >= 0.04
    assert 0 < spent["engine"] < spent["queue"]


async def test_who_shares_a_batch_is_told_of_its_stages_and_the_observer_hears_of_them_once() -> None:
    def many(documents: Sequence[Document]) -> list[str]:
        for stage, each in ((Stage.TOKENIZE, 0.002), (Stage.ENCODE, 0.008)):
            with at(stage):
                time.sleep(each * len(documents))
        return [document.text for document in documents]

    class Hearing(Unobserved):
        def __init__(self) -> None:
            self.told: list[Mapping[str, float]] = []

        def stages(self, seconds: Mapping[str, float]) -> None:
            self.told.append(dict(seconds))

    observer = Hearing()
    core, work = a_core(threads=1, observer=observer, wait_seconds=0.2), Work("reads", many, document=lambda each: each)

    async def ask(text: str) -> dict[str, float]:
        request = Timings()
        timings.set(request)
        began = time.perf_counter()
        await core.ask(work, note(text))
        assert sum(dict(request).values()) <= time.perf_counter() - began
        return dict(request)

    spent = await asyncio.gather(ask("a"), ask("b"))

    [batch] = observer.told
    assert set(batch) == set(Stage) - {Stage.HEADS}
    for own in spent:
        assert list(own) == ["queue", "tokenize", "encode", "engine"]
        # Each waited for both, so each is told of the whole batch.
        assert own["tokenize"] == pytest.approx(batch[Stage.TOKENIZE], rel=0.1)
        assert own["encode"] == pytest.approx(batch[Stage.ENCODE], rel=0.1)
        assert own["tokenize"] >= 0.004
        assert own["encode"] >= 0.016


async def test_a_request_past_its_deadline_is_told_so(held: Held) -> None:
    core = a_core(threads=1, deadline_seconds=0.05)

    with pytest.raises(DeadlineExceeded, match="send less text at once"):
        await core.ask(held.work, note("slow"))
