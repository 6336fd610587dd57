from __future__ import annotations

import http.client
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from epicrisis.canary import neighbours
from epicrisis.errors import StorageError
from tests.postgres_server import a_postgres_address, administer
from tests.redis_server import running_redis

WORDS = "Ana Ruiz Prueba"


def test_every_kind_of_value_in_a_redis_is_read() -> None:
    redis = pytest.importorskip("redis", reason="needs the extra server")
    with running_redis() as server:
        with closing(redis.Redis.from_url(server.url)) as client:
            client.set("text", "of a text")
            client.rpush("list", "of a list")
            client.sadd("set", "of a set")
            client.zadd("ordered", {"of an ordered set": 1})
            client.xadd("stream", {"field": "of a stream"})
        neighbours.plant_in_redis(server.url, WORDS)

        kept = b"\n".join(neighbours.kept_in_redis(server.url))

    for said in ("of a text", "of a list", "of a set", "of an ordered set", "of a stream", WORDS, WORDS.upper()):
        assert said.encode() in kept


def test_a_redis_of_its_own_keeps_every_command_in_a_file(tmp_path: Path) -> None:
    with neighbours.redis_at("", tmp_path / "redis") as url:
        if not url:
            pytest.skip("there is no redis-server here")
        neighbours.plant_in_redis(url, WORDS)

    assert WORDS.encode() in b"".join(each.read_bytes() for each in tmp_path.rglob("*.aof"))


def test_a_redis_that_was_named_is_taken_as_it_is(tmp_path: Path) -> None:
    with neighbours.redis_at("redis://elsewhere:6379/0", tmp_path / "redis") as url:
        assert url == "redis://elsewhere:6379/0"

    assert list(tmp_path.iterdir()) == []


def test_a_database_beside_yours_holds_what_is_kept_there_and_is_gone_afterwards() -> None:
    with a_postgres_address() as address:
        with neighbours.database_beside(address) as own:
            neighbours.plant_in_postgres(own, WORDS)
            kept = dict(neighbours.kept_in_postgres(own))
            neighbours.remove_from_postgres(own)
            left = dict(neighbours.kept_in_postgres(own))
            beside = dict(neighbours.kept_in_postgres(address))

        names = [name for (name,) in administer("SELECT datname FROM pg_database")]

    assert WORDS.encode().hex().encode() in kept[f"public.{neighbours.PLANTED}"]
    assert left == {}
    assert f"public.{neighbours.PLANTED}" not in beside
    assert [name for name in names if name.startswith(neighbours.PLANTED)] == []


def test_where_no_database_can_be_made_it_says_so_without_the_address() -> None:
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    with (
        pytest.raises(StorageError, match="No database for the selftest can be made") as refused,
        neighbours.database_beside("postgresql://somebody:secret@127.0.0.1:1/none"),
    ):
        pass

    assert "secret" not in str(refused.value)


def test_a_collector_keeps_what_it_was_sent() -> None:
    with closing(neighbours.Collected()) as collected:
        connection = http.client.HTTPConnection(urlsplit(collected.address).netloc)
        connection.request("POST", "/v1/traces", WORDS.encode())
        assert connection.getresponse().status == 200
        connection.close()

    assert collected.received == [WORDS.encode()]
