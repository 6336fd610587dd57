"""S4: what is kept of an API key opens nothing, and one that expired, was replaced or revoked is refused in seconds."""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from epicrisis.services.access import Scope
from epicrisis.services.keys import IssuedKey, Keys
from epicrisis.storage.keys import SqliteKeys
from epicrisis.storage.secret import InstallationSecret
from epicrisis.storage.sqlite import FILE, Database
from tests.keyring import done
from tests.serving import Answer, Server, running
from tests.unit.cli.shell import piped


class Installation:
    """A running server and the command line beside it, each a program of its own, over one data folder."""

    def __init__(self, server: Server, data: Path) -> None:
        self.server = server
        self.data = data

    def get(self, path: str, *credentials: str) -> Answer:
        """Return the answer to a request that shows ``credentials``, a header each."""
        shown = "".join(f"Authorization: Bearer {credential}\r\n" for credential in credentials)
        answer = self.server.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n{shown}Connection: close\r\n\r\n".encode())
        assert answer is not None
        return answer

    def key(self, *, made: datetime | None = None, expires_in: timedelta | None = None) -> IssuedKey:
        """Return a new key, as the command line makes them."""
        database = Database(self.data)
        now = made or datetime.now(UTC)
        keys = Keys(SqliteKeys(database), InstallationSecret("", self.data), now=lambda: now)
        issued = done(keys.create("billing", scopes=[Scope.READ], expires_in=expires_in))
        database.close()
        return issued

    def keys(self, *arguments: str) -> Any:
        """Return what ``epicrisis keys`` prints, as a program of its own."""
        environment = {**os.environ, "EPICRISIS_DATA": str(self.data)}
        told = piped("keys", *arguments, "--json", environment=environment)
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    def refused_after(self, credential: str) -> float:
        """Return how many seconds ``credential`` goes on to work from now, while it is used all the time."""
        began = time.monotonic()
        while self.get("/v1/engines", credential).status == 200 and time.monotonic() - began < 20:
            time.sleep(0.05)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("data")
    environment = {"EPICRISIS_DATA": str(data), "EPICRISIS_REQUIRE_KEY": "true", "EPICRISIS_RATE_LIMIT_PER_MINUTE": "0"}
    with running(**environment) as (server, _):
        yield Installation(server, data)


def test_a_key_made_beside_a_running_server_works_at_once(installed: Installation) -> None:
    key = installed.keys("create", "billing")["key"]

    assert installed.get("/v1/engines").status == 401
    assert installed.get("/v1/engines", key).status == 200


def test_a_key_is_256_random_bits_and_shown_once(installed: Installation) -> None:
    created = installed.keys("create", "billing")

    assert re.fullmatch(rf"epk_{created['id']}_[A-Za-z0-9_-]{{43}}", created["key"])
    assert len(base64.urlsafe_b64decode(created["key"][-43:] + "=")) * 8 == 256
    assert created["key"] not in json.dumps(installed.keys("list"))


def test_a_dump_of_the_database_holds_no_usable_key(installed: Installation) -> None:
    created = installed.keys("create", "billing")
    rotated = installed.keys("rotate", created["id"])
    assert installed.get("/v1/engines", rotated["key"]).status == 200

    dump = b"".join(path.read_bytes() for path in installed.data.iterdir() if path.name.startswith(FILE))
    with closing(sqlite3.connect(installed.data / FILE)) as database:
        kept = [value for row in database.execute("SELECT * FROM keys") for value in row]

    for key in (created["key"], rotated["key"]):
        secret = key.removeprefix(f"epk_{created['id']}_")
        for form in (key.encode(), secret.encode(), base64.urlsafe_b64decode(secret + "=")):
            # Neither as it is nor under a hash that anybody could take of a guess.
            assert form not in dump
            assert sha256(form).digest() not in dump
            assert sha256(form).hexdigest().encode() not in dump
    digests = [value for value in kept if isinstance(value, bytes)]
    assert digests
    for digest in digests:
        secret = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert installed.get("/v1/engines", f"epk_{created['id']}_{secret}").status == 401
        assert installed.get("/v1/engines", digest.hex()).status == 401


def test_an_expired_key_is_refused(installed: Installation) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    expired = installed.key(made=yesterday, expires_in=timedelta(hours=1))

    answer = installed.get("/v1/engines", expired.credential)

    assert answer.status == 401
    assert "expired" in answer.json()["detail"]
    assert answer.headers["www-authenticate"] == 'Bearer realm="epicrisis", error="invalid_token"'


def test_a_rotated_key_works_with_both_secrets_for_a_while(installed: Installation) -> None:
    old = installed.key()
    new = installed.keys("rotate", old.key.id, "--grace", "1h")["key"]

    assert [installed.get("/v1/engines", key).status for key in (old.credential, new)] == [200, 200]


def test_a_secret_replaced_without_grace_is_refused_within_five_seconds(installed: Installation) -> None:
    old = installed.key()
    assert installed.get("/v1/engines", old.credential).status == 200

    new = installed.keys("rotate", old.key.id, "--grace", "none")["key"]

    assert installed.get("/v1/engines", new).status == 200
    assert installed.refused_after(old.credential) < 5


def test_a_revoked_key_is_refused_within_five_seconds_by_a_running_server(installed: Installation) -> None:
    issued = installed.key()
    assert installed.get("/v1/engines", issued.credential).status == 200

    installed.keys("revoke", issued.key.id)

    assert installed.refused_after(issued.credential) < 5
    assert installed.get("/v1/engines", issued.credential).json()["code"] == "unauthenticated"


def test_a_key_in_the_address_is_refused_and_never_read(installed: Installation) -> None:
    key = installed.key().credential

    for name in ("key", "api_key", "access_token", "API_KEY", "api%5Fkey", "a=b&key"):
        for path, shown in (("/v1/engines", []), ("/v1/engines", [key]), ("/live", [])):
            answer = installed.get(f"{path}?{name}={key}", *shown)

            assert (answer.status, answer.json()["code"]) == (400, "key-in-address")
            assert key.encode() not in answer.body


def test_no_log_line_and_no_refusal_holds_a_secret(tmp_path: Path) -> None:
    environment = {"EPICRISIS_DATA": str(tmp_path), "EPICRISIS_REQUIRE_KEY": "true", "EPICRISIS_LOG_LEVEL": "debug"}
    with running(**environment) as (server, log):
        installed = Installation(server, tmp_path)
        issued = installed.key()
        key = issued.credential
        told = [
            installed.get("/v1/engines", key), installed.get("/predict", key), installed.get("/v1/nothing", key),
            installed.get("/v1/engines", key + "x"), installed.get("/v1/engines", key, key),
            installed.get(f"/v1/engines?key={key}"), installed.get("/metrics", key),
        ]  # fmt: skip

    assert {answer.status for answer in told} >= {200, 400, 401, 403, 404}
    said = "\n".join(log) + "".join(f"{answer.headers}{answer.body!r}" for answer in told)
    assert key.removeprefix(f"epk_{issued.key.id}_") not in said
    assert "serving" in said
