"""P19: what has been answered is over; memory, file descriptors and threads stay what they were."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import pytest

from tests.load import connected, posting
from tests.serving import Server, running
from tests.sockets import soon, until_ready

CLIENTS = 8
NOTES = ["Denies chest pain.", "Possible pneumonia, fever since Monday.", "No cough. Has gout. " * 2, "Has diabetes."]
SPANISH = ["El paciente niega dolor torácico.", "Probable neumonía. No refiere tos."]
# Requests after which `whatever` begins anew.
TURN = 40


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    memory: int
    descriptors: int
    threads: int

    def __str__(self) -> str:
        return f"{self.memory / 1e6:.1f} MB, {self.descriptors} descriptors, {self.threads} threads"


def held(server: Server) -> Held:
    process = psutil.Process(server.pid)
    return Held(process.memory_info().rss, process.num_fds(), process.num_threads())


def sent(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


def whatever(number: int) -> tuple[bytes, int]:
    """Return what the request of that number asks of the word lists: everything, and what a client gets wrong too."""
    note = NOTES[number // TURN % len(NOTES)]
    match number % TURN:
        case 0 | 10:
            return sent("GET", "/ready"), 200
        case 1 | 11:
            return sent("POST", "/v1/annotations", b'{"text": '), 400
        case 2 | 12:
            return posting("/v1/annotations", {"text": ""}), 422
        case 3 | 13:
            return sent("GET", f"/nowhere/{number}"), 404
        case 4:
            return posting("/v1/annotations", {"documents": [{"text": f"{each} {number}"} for each in NOTES]}), 200
        case 14:
            return posting("/v1/redactions", {"text": f"Mr. John Doe, SSN 123-45-6789. {note} {number}"}), 200
        case 5 | 15 | 25:
            return posting("/v1/annotations", {"text": f"{note} {number}"}), 200
        case 6 | 16:
            return posting("/v1/assertions", {"text": f"{note} {number}"}), 200
        case 7:
            return posting("/v1/annotations", {"text": f"{SPANISH[number // TURN % 2]} {number}"}), 200
        case 8:
            return posting("/predict/batch", {"sentences": [f"{each} {number}" for each in NOTES[:2]]}), 200
        case _:
            return posting("/predict", {"sentence": f"{note} {number}"}), 200


def a_note(number: int) -> tuple[bytes, int]:
    """Return what the request of that number asks of the model: a note of its own, every tenth in Spanish."""
    notes = SPANISH if number % 10 == 9 else ["Denies chest pain. Has gout.", "Possible pneumonia. No cough."]
    return posting("/v1/annotations", {"text": f"{notes[number // 10 % 2]} {number}"}), 200


Tell = Callable[[str], None]


async def leaks_nothing(
    *, warm: int, count: int, asked: Callable[[int], tuple[bytes, int]] = whatever, tell: Tell = print, **changed: str
) -> None:
    # The memory for answers is bounded, and full once warm.
    with running(ready=True, **{"EPICRISIS_CACHE_ENTRIES": "100", **changed}) as (server, _):
        until_ready(server)
        await asks(server, range(warm), asked)
        # The connections of these clients are closed by then, and are not taken for what a server always holds.
        await asyncio.sleep(1)
        before = held(server)
        tell(f"warm after {warm} requests: {before}")
        began = time.monotonic()
        for stretch in stretches(warm, count):
            await asks(server, stretch, asked)
            done = stretch.stop - warm
            tell(f"{done} of {count} in {time.monotonic() - began:.0f} s: {held(server)}")
        for _ in soon("nothing is held that was not held before", within=15):
            # The last connections take a moment to close, here and there.
            await asyncio.sleep(0.1)
            after = held(server)
            if after.descriptors <= before.descriptors and after.threads <= before.threads:
                break

    assert after.memory <= before.memory * 1.05, (before, after)


async def asks(server: Server, numbers: range, asked: Callable[[int], tuple[bytes, int]]) -> None:
    async with connected(server, clients=CLIENTS) as clients:
        assert await clients.share(asked(number) for number in numbers) == len(numbers)


def stretches(first: int, count: int, parts: int = 20) -> Iterator[range]:
    """Yield the numbers from ``first`` on, in so many stretches."""
    for part in range(parts):
        yield range(first + count * part // parts, first + count * (part + 1) // parts)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Say something at once: who waits for a quarter of an hour wants to know how far it is."""

    def told(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)  # noqa: T201

    return told


pytestmark = pytest.mark.anyio


async def test_thousands_of_requests_leave_nothing_behind() -> None:
    await leaks_nothing(warm=2_000, count=4_000)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
async def test_two_hundred_thousand_requests_leave_nothing_behind(tell: Tell) -> None:
    await leaks_nothing(warm=10_000, count=200_000, tell=tell)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
async def test_twenty_thousand_notes_read_by_the_models_leave_nothing_behind(tell: Tell) -> None:
    models = {"EPICRISIS_READER": "model", "EPICRISIS_READER_ES": "spanish", "EPICRISIS_ASSERTION": "model"}

    await leaks_nothing(warm=1_000, count=20_000, asked=a_note, tell=tell, EPICRISIS_SECOND_OPINION="rules", **models)
