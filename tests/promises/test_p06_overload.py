"""P6: what a server cannot take it refuses at once, and what it takes it answers as fast as ever.

A refusal takes less than 100 ms. Nightly, on a machine of its own, that is asserted of the slowest but one in a hundred
(p99), by the clock. The short form runs beside other work, and asserts it of the median, beyond a request for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import fmean

import psutil
import pytest

from tests.load import Answered, Clients, Load, connected, middle, posting, slowest
from tests.serving import Server, running

pytestmark = pytest.mark.alone

CLIENTS = 200
# One worker and a short queue: the reading of a note is what there is too much of, and not the HTTP around it.
QUEUE = 8
SMALL = {"EPICRISIS_WORKERS": "1", "EPICRISIS_QUEUE": str(QUEUE)}
NOTE = "Denies chest pain. No fever, cough since Monday. Has diabetes. " * 100
SENTENCE = posting("/v1/annotations", {"text": "Denies chest pain."})
ALIVE = b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n"
ALIVE_ONCE = b"GET /live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
REFUSED_WITHIN = 0.1


@dataclass(frozen=True)
class Measured:
    """What a server did while it was asked for all it can do, and for ``loads`` times as much, in several rounds."""

    idle: Load
    peaks: Sequence[Load]
    loads: Mapping[int, Sequence[Load]]
    memory_at_peak: int
    memory_after: int

    @property
    def ratios(self) -> dict[int, float]:
        """Return the goodput of each load as a share of the peak."""
        return {times: goodput(loads) / goodput(self.peaks) for times, loads in self.loads.items()}

    @property
    def refusals(self) -> list[Answered]:
        """Return the refusals at three times the load."""
        return [answer for load in self.loads[3] for answer in load.with_status(503)]

    @property
    def refusal(self) -> float:
        """Return how much longer half of the refusals took at most than a request for nothing does when nobody asks."""
        return middle(self.refusals) - middle(self.idle.answers)

    @property
    def growth(self) -> float:
        """Return the memory afterwards as a share of the memory at the peak."""
        return self.memory_after / self.memory_at_peak

    def holds(self, *, strictly: bool) -> bool:
        """Return whether the promise was kept: of the median, ``strictly`` of the p99 by the clock."""
        refused_within = slowest(self.refusals) if strictly else self.refusal
        return self.ratios[3] >= 0.9 and refused_within < REFUSED_WITHIN and self.growth <= 1.1

    def __repr__(self) -> str:
        ratios = {times: round(ratio, 2) for times, ratio in self.ratios.items()}
        refused = f"refused in {self.refusal * 1000:.0f} ms (p99 {slowest(self.refusals) * 1000:.0f} ms)"
        return f"goodput {ratios}, {refused}, memory {self.growth:.2f}"


def different_notes() -> Iterator[bytes]:
    """Yield notes that nobody sent before: who sends an equal one needs no place, and waits for the first one's."""
    return (posting("/v1/annotations", {"text": f"{NOTE}Day {number}."}) for number in count())


def goodput(loads: Sequence[Load]) -> float:
    return fmean(load.goodput for load in loads)


async def measure(clients: Clients, server: Server, *, times: Sequence[int], seconds: float, rounds: int) -> Measured:
    """Load ``server`` for ``seconds`` each time, longer where it is slow, peak and overload by turns.

    So whatever else the machine does meanwhile slows both alike.
    """
    process = psutil.Process(server.pid)
    idle = await clients.in_turn(ALIVE, clients=1, seconds=0.5)
    # As many clients as there are places: the queue is never empty, and nobody is refused.
    notes = different_notes()
    found = await clients.in_turn(notes, clients=1 + QUEUE, seconds=1.0, lead=0.3)
    seconds = max(seconds, 8 / max(found.goodput, 1.0))
    memory, peaks, loads = 0, list[Load](), {each: list[Load]() for each in times}
    for _ in range(rounds):
        peaks.append(await clients.in_turn(notes, clients=1 + QUEUE, seconds=seconds, lead=seconds / 2))
        memory = memory or process.memory_info().rss
        for each in times:
            rate = each * goodput(peaks)
            loads[each].append(await clients.arriving(notes, rate=rate, seconds=seconds, lead=seconds / 2))
    return Measured(idle, peaks, loads, memory, process.memory_info().rss)


async def tried(
    server: Server, *, tries: int, times: Sequence[int], seconds: float, rounds: int, strictly: bool
) -> list[Measured]:
    """Measure until the promise is kept, for the machine also does other work; one broken is broken every time."""
    measured: list[Measured] = []
    async with connected(server, clients=CLIENTS) as clients:
        while len(measured) < tries and not any(each.holds(strictly=strictly) for each in measured):
            measured.append(await measure(clients, server, times=times, seconds=seconds, rounds=rounds))
    return measured


def overload_is_refused_fast(
    *, tries: int, times: Sequence[int], seconds: float, rounds: int, strictly: bool = False
) -> None:
    with running(**SMALL) as (server, _):
        measured = asyncio.run(
            tried(server, tries=tries, times=times, seconds=seconds, rounds=rounds, strictly=strictly)
        )

    for each in measured:
        overloads = [load for loads in each.loads.values() for load in loads]
        answers = [answer for load in overloads for answer in load.answers]
        assert {answer.status for answer in answers} == {200, 503}
        assert {answer.status for load in each.peaks for answer in load.answers} == {200}
        assert all(answer.retry_after for answer in answers if answer.status == 503)
        assert sum(load.lost for load in (*each.peaks, *overloads)) == 0
    assert any(each.holds(strictly=strictly) for each in measured), measured


@pytest.mark.timeout(600)
def test_three_times_the_load_is_refused_fast_and_costs_those_who_are_answered_little() -> None:
    overload_is_refused_fast(tries=5, times=[3], seconds=0.5, rounds=3)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_a_minute_at_each_of_three_loads_is_refused_fast() -> None:
    overload_is_refused_fast(tries=3, times=[1, 2, 3], seconds=20.0, rounds=3, strictly=True)


def test_who_comes_new_in_a_busy_hour_is_heard_too() -> None:
    # uvloop takes one connection from a listener in a turn, in which everybody who is known already is answered.
    known_clients, new_clients = CLIENTS // 5, CLIENTS - CLIENTS // 5

    async def load(server: Server) -> tuple[Load, Load]:
        async with connected(server, clients=known_clients) as known, connected(server, clients=new_clients) as new:
            return await asyncio.gather(
                known.in_turn(ALIVE, clients=known_clients, seconds=2.0, lead=0.5),
                new.in_turn(ALIVE_ONCE, clients=new_clients, seconds=2.0, lead=0.5),
            )

    with running() as (server, _):
        known, new = asyncio.run(load(server))

    assert known.lost + new.lost == 0
    # Two in five where this was written; one in forty with one listener.
    assert len(new.answers) > 0.15 * len(known.answers)


def test_who_asks_too_often_is_refused_fast() -> None:
    async def load(server: Server) -> tuple[Load, Load]:
        async with connected(server, clients=CLIENTS) as clients:
            idle = await clients.in_turn(ALIVE, clients=1, seconds=0.5)
            return idle, await clients.arriving(SENTENCE, rate=100, seconds=1.5)

    with running(EPICRISIS_RATE_LIMIT_PER_MINUTE="5") as (server, _):
        idle, too_often = asyncio.run(load(server))

    refused = too_often.with_status(429)
    assert {answer.status for answer in too_often.answers} == {200, 429}
    assert len(too_often.with_status(200)) == 5
    assert all(answer.retry_after for answer in refused)
    assert middle(refused) - middle(idle.answers) < REFUSED_WITHIN
