"""Answers that are kept, as clients of servers that share a Redis see them; and what somebody who reads Redis sees."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis import Redis as Client
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import serving
from tests.redis_server import Redis, running_redis
from tests.serving import CANARY, RULES
from tests.sockets import soon

TEXT = f"HISTORY: {CANARY} was seen on Monday. The patient denies crushing chest discomfort; takes metformin. " * 12
SENTENCE = f"{CANARY} denies crushing discomfort."
REQUEST_ID = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "label": ("/predict/batch", {"sentences": [SENTENCE]}),
    "annotate": ("/v1/annotations", {"text": TEXT}),
    "assess": ("/v1/assertions", {"text": TEXT, "scheme": "i2b2", "offset_unit": "byte"}),
    "entities": ("/v1/entities", {"documents": [{"id": "n1", "text": TEXT}]}),
}


@pytest.fixture
def redis() -> Iterator[Redis]:
    with running_redis() as redis:
        yield redis


def server(redis: Redis, folder: Path) -> TestClient:
    """Return a client of a server of its own, which shares through ``redis``."""
    settings = RULES.model_copy(
        update={"data": folder, "redis_url": SecretStr(redis.url), "secret_key": SecretStr("tests " * 8)}
    )
    return TestClient(create_app(serving(settings), settings))


def told(client: TestClient, work: str) -> bytes:
    """Return the answer to what is asked of ``work``, but for how long it took."""
    route, body = ASKED[work]
    response = client.post(route, json=body, headers={"X-Request-Id": REQUEST_ID})
    assert response.status_code == 200, response.text
    return re.sub(rb'(prediction_time_ms"):[\d.]+', rb"\1:0", response.content)


def counted(client: TestClient) -> dict[str, tuple[float, float]]:
    """Return hits and misses by kind of work."""
    text = client.get("/metrics").text
    return {
        work: tuple(
            float(re.findall(rf'epicrisis_cache_{kind}_total{{work="{work}"}} (\S+)', text)[0])
            for kind in ("hits", "misses")
        )
        for work in ASKED
    }  # type: ignore[return-value]


def everything(redis: Redis) -> dict[bytes, bytes]:
    """Return every key, and all that is kept there, as it lies there and unpacked."""
    found: dict[bytes, bytes] = {}
    with Client.from_url(redis.url) as client:
        for key in client.scan_iter():
            parts = [client.get(key)] if client.type(key) == b"string" else sorted(client.smembers(key))
            # Behind a seal of 32 bytes stands one that says whether the rest is packed.
            unpacked = [zlib.decompress(each[33:]) for each in parts if each[32:33] == b"\1"]
            found[key] = b" ".join([*parts, *unpacked])
    return found


def test_servers_that_share_a_redis_read_each_text_once_and_tell_the_same(redis: Redis, tmp_path: Path) -> None:
    with server(redis, tmp_path / "here") as here, server(redis, tmp_path / "there") as there:
        read = {work: told(here, work) for work in ASKED}
        again = {work: told(here, work) for work in ASKED}
        for _ in soon("Redis has every answer"):
            if sum(key.startswith(b"epicrisis:answer:") for key in everything(redis)) == len(ASKED):
                break
        shared = {work: told(there, work) for work in ASKED}

        assert read == again == shared
        assert counted(here) == dict.fromkeys(ASKED, (1.0, 1.0))
        assert counted(there) == dict.fromkeys(ASKED, (1.0, 0.0))


def test_nothing_in_redis_has_a_word_of_a_text(redis: Redis, tmp_path: Path) -> None:
    with server(redis, tmp_path) as client:
        for work in ASKED:
            told(client, work)

    lying = everything(redis)

    names = {key.decode().rpartition(":")[0] for key in lying}
    assert {"epicrisis:answer", "epicrisis:given"} <= names
    words = {word.lower().encode() for word in re.findall(r"\w{5,}", TEXT + SENTENCE)} - {b"history", b"patient"}
    assert CANARY.lower().encode() in words
    assert not [word for word in words for key, held in lying.items() if word in (key + held).lower()]
