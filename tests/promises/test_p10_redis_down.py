"""P10: with Redis down everything is slower and nothing is down; ``/ready`` stays 200 and says ``degraded``."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.redis_server import Redis, running_redis
from tests.serving import Server, running
from tests.sockets import soon

sentences = count(1)


@pytest.fixture
def redis() -> Iterator[Redis]:
    with running_redis() as redis:
        yield redis


@pytest.fixture
def server(redis: Redis) -> Iterator[Server]:
    with running(EPICRISIS_REDIS_URL=redis.url, EPICRISIS_RATE_LIMIT_PER_MINUTE="100000") as (server, _):
        yield server


def full(redis: Redis) -> None:
    """Leave no room in Redis: it answers, and keeps nothing more."""
    for name, value in (("maxmemory-policy", "noeviction"), ("maxmemory", "1")):
        subprocess.run(["redis-cli", "-p", str(redis.port), "CONFIG", "SET", name, value], check=True, stdout=-3)


TROUBLES: dict[str, Callable[[Redis], None]] = {"kill": Redis.kill, "full memory": full}


def read(server: Server) -> int:
    """Return the status of an answer to a sentence that nobody sent before."""
    body = b'{"sentence": "The patient denies chest pain since %d days."}' % next(sentences)
    answer = server.send(
        b"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body) + body
    )
    assert answer is not None
    return answer.status


def health(server: Server) -> tuple[int, str]:
    answer = server.send(b"GET /ready HTTP/1.1\r\nHost: here\r\n\r\n")
    assert answer is not None
    return answer.status, answer.json()["status"]


def until_redis_is_used(server: Server) -> None:
    for _ in soon("Redis is used", within=30):
        if read(server) == 200 and health(server) == (200, "ready"):
            return
        time.sleep(0.2)


def slower_and_nothing_else(server: Server) -> None:
    started = time.monotonic()
    statuses = [read(server) for _ in range(40)]
    waited = time.monotonic() - started

    assert set(statuses) == {200}
    # A few requests wait for what does not come, and the others no more.
    assert waited < 20
    assert health(server) == (200, "degraded")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_redis_in_trouble_makes_a_server_slower_and_nothing_else(redis: Redis, server: Server, trouble: str) -> None:
    until_redis_is_used(server)

    TROUBLES[trouble](redis)

    slower_and_nothing_else(server)


def test_a_redis_that_freezes_does_no_more_and_is_used_again_when_it_thaws(redis: Redis, server: Server) -> None:
    until_redis_is_used(server)

    redis.freeze()
    slower_and_nothing_else(server)

    redis.thaw()
    until_redis_is_used(server)
