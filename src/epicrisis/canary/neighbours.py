"""What stands beside the server: a Redis, a PostgreSQL and a collector of traces, where this machine has them."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from epicrisis.errors import StorageError

if TYPE_CHECKING:
    from redis import Redis

_PROGRAMS = ("redis-server", "valkey-server")
STARTING_SECONDS = 10.0

PLANTED = "epicrisis_selftest"


class Silent(BaseHTTPRequestHandler):
    """Answers, and says nothing of it on stderr."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Neighbour:
    """A server in this process, on a free port of loopback; ``answers`` makes what it answers."""

    def __init__(self, answers: type[Silent]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class Collected(Neighbour):
    """Takes what is sent by OTLP over HTTP."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        received = self.received

        class Takes(Silent):
            def do_POST(self) -> None:
                received.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

        super().__init__(Takes)


@contextmanager
def redis_at(url: str, folder: Path) -> Iterator[str]:
    """Lend the address of a Redis: of the one at ``url``, or of one that keeps every command in ``folder``.

    Without either the address is empty.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if url or program is None:
        yield url
        return
    folder.mkdir()
    port = _free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(
        [*command, "--appendonly", "yes"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + STARTING_SECONDS
        while not _listens(port) and time.monotonic() < until:
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(STARTING_SECONDS)


def kept_in_redis(url: str) -> Iterator[bytes]:
    """Yield every key of a Redis, and what it holds."""
    with _redis(url) as redis:
        for key in cast("Iterator[bytes]", redis.scan_iter()):
            yield key
            yield from _flat(_value(redis, key))


def plant_in_redis(url: str, words: str) -> None:
    """Keep ``words`` in a Redis for a minute."""
    with _redis(url) as redis:
        redis.hset(PLANTED, words.upper(), words)
        redis.expire(PLANTED, 60)


@contextmanager
def database_beside(url: str) -> Iterator[str]:
    """Lend the address of an empty database on the PostgreSQL at ``url``, which is dropped again; none without it.

    Raises:
        StorageError: none can be made there.
    """
    if not url:
        yield ""
        return
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"{PLANTED}_{secrets.token_hex(6)}"
    own = make_url(url).set(drivername="postgresql")
    given = own.render_as_string(hide_password=False)
    try:
        _administer(given, f"CREATE DATABASE {name}")
    except psycopg.Error as error:
        raise StorageError(
            f"No database for the selftest can be made ({type(error).__name__}); it takes a user that may, and touches "
            "no other database."
        ) from None
    try:
        yield own.set(database=name).render_as_string(hide_password=False)
    finally:
        with suppress(psycopg.Error):
            _administer(given, f"DROP DATABASE {name} WITH (FORCE)")


def kept_in_postgres(url: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name of every table in the database at ``url``, and its rows as PostgreSQL writes them down."""
    import psycopg

    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM {table} t").fetchall()
            yield table, "\n".join(row for (row,) in rows).encode()


def plant_in_postgres(url: str, words: str) -> None:
    """Keep ``words`` in a table of their own, as bytes."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {PLANTED} (words bytea)")
        connection.execute(f"INSERT INTO {PLANTED} VALUES (%s)", [words.encode()])


def remove_from_postgres(url: str) -> None:
    """Take away what was planted."""
    _administer(url, f"DROP TABLE IF EXISTS {PLANTED}")


def _administer(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _redis(url: str) -> Iterator[Redis]:
    from redis import Redis

    client = Redis.from_url(url)
    try:
        yield client
    finally:
        client.close()


def _value(redis: Redis, key: bytes) -> Any:
    match redis.type(key):
        case b"hash":
            return redis.hgetall(key)
        case b"list":
            return redis.lrange(key, 0, -1)
        case b"set":
            return redis.smembers(key)
        case b"zset":
            return redis.zrange(key, 0, -1)
        case b"stream":
            return redis.xrange(key)
        case _:
            return redis.get(key)


def _flat(held: Any) -> Iterator[bytes]:
    if isinstance(held, bytes):
        yield held
    elif isinstance(held, dict):
        for name, value in held.items():
            yield from _flat(name)
            yield from _flat(value)
    elif isinstance(held, list | tuple | set):
        for each in held:
            yield from _flat(each)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
