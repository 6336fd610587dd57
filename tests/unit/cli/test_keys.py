from __future__ import annotations

import json
import re
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from epicrisis.services.access import Scope
from epicrisis.services.keys import Keys
from epicrisis.storage.keys import SqliteKeys
from epicrisis.storage.secret import InstallationSecret
from epicrisis.storage.sqlite import FILE, Database
from tests.keyring import done
from tests.unit.cli.shell import rows, run

KEY = re.compile(r"epk_([a-z0-9]{12})_[A-Za-z0-9_-]{43}\n")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def create(*arguments: str) -> Any:
    return json.loads(run("keys", "create", *arguments, "--json").stdout)


def told() -> list[Any]:
    return list(json.loads(run("keys", "list", "--json").stdout))


def test_prints_a_new_key_alone_and_says_what_it_is_beside_it() -> None:
    result = run("keys", "create", "billing", "--scope", "read", "--scope", "metrics", "--expires", "90d")

    shaped = KEY.fullmatch(result.stdout)
    expires = f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}"
    assert result.exit_code == 0
    assert shaped
    assert f"Key {shaped[1]} for billing allows metrics, read until {expires}. It is not shown again." in result.stderr
    assert result.stdout.strip() not in result.stderr


def test_says_once_that_the_secret_was_made() -> None:
    first, second = (run("keys", "create", "billing").stderr for _ in range(2))

    assert "secret.key" in first
    assert "secret.key" not in second


def test_a_secret_in_the_settings_makes_no_file(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_SECRET_KEY", "a secret of thirty-two characters")

    assert "secret.key" not in run("keys", "create", "billing").stderr
    assert not (data / "secret.key").exists()


def test_a_key_made_here_lets_in_whoever_shows_it(data: Path) -> None:
    created = create("billing", "-s", "read", "-s", "feedback")

    keys = Keys(SqliteKeys(Database(data)), InstallationSecret("", data))
    principal = done(keys(created["key"]))

    assert principal is not None
    assert (principal.name, principal.scopes) == ("billing", {Scope.READ, Scope.FEEDBACK})


def test_a_key_reads_and_lasts_unless_something_else_is_said() -> None:
    created = create("billing")

    assert (created["scopes"], created["expires_at"], created["state"]) == (["read"], None, "active")


def test_lists_what_each_key_is_and_never_its_secret() -> None:
    created = create("billing", "--expires", "12h")

    [listed] = told()
    assert listed == {name: value for name, value in created.items() if name != "key"}
    for shown in (run("keys", "list").stdout, run("keys", "list", "--json").stdout):
        assert created["id"] in shown
        assert created["key"][-43:] not in shown


def test_an_empty_list_says_how_to_make_a_key_and_makes_no_file(data: Path) -> None:
    result = run("keys", "list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "`epicrisis keys create NAME`" in result.stderr
    assert not data.exists()


def test_rotates_a_key_and_says_until_when_the_old_secret_works() -> None:
    created = create("billing")

    result = run("keys", "rotate", created["id"])

    shaped = KEY.fullmatch(result.stdout)
    tomorrow = f"{datetime.now(UTC) + timedelta(hours=24):%Y-%m-%d}"
    assert shaped
    assert shaped[1] == created["id"]
    assert result.stdout.strip() != created["key"]
    assert f"The secret before it works until {tomorrow}" in result.stderr
    assert "The secret before" not in run("keys", "rotate", created["id"], "--grace", "none").stderr


def test_revokes_a_key() -> None:
    created = create("billing")

    result = run("keys", "revoke", created["id"])

    assert (result.exit_code, result.stdout) == (0, "")
    assert f"Revoked {created['id']} (billing)" in result.stderr
    assert told()[0]["state"] == "revoked"


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
def test_an_unknown_id_is_one_line_that_says_where_to_look(verb: str) -> None:
    result = run("keys", verb, "nope")

    assert result.exit_code == 2
    assert result.stderr == (
        "error: There is no API key 'nope'; `epicrisis keys list` shows the ids there are. [unknown-key]\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "billing", "--expires", "90"],
        ["create", "billing", "--expires", "0d"],
        ["create", "billing", "--expires", "-1d"],
        ["create", "billing", "--expires", "999999w"],
        ["create", "billing", "--scope", "root"],
        ["create"],
        ["rotate", "x", "--grace", "soon"],
    ],
)
def test_what_makes_no_sense_is_refused_as_usage(arguments: list[str]) -> None:
    assert run("keys", *arguments).exit_code == 2


def test_a_key_without_a_name_is_refused() -> None:
    result = run("keys", "create", " ")

    assert result.exit_code == 1
    assert "[invalid-input]" in result.stderr


def test_the_longest_expiry_there_is_can_be_said() -> None:
    assert create("billing", "--expires", "99999w")["state"] == "active"


def test_a_change_of_the_encryption_key_that_stops_half_way_is_recorded(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create("billing")
    monkeypatch.setenv("EPICRISIS_ENCRYPTION_KEYS", secrets.token_hex(32))
    with closing(sqlite3.connect(data / FILE)) as file, file:
        file.execute("DROP TABLE feedback")

    result = run("keys", "rotate-encryption")

    assert result.exit_code != 0
    left = [row for row in rows(run("audit", "export").stdout) if row["action"] == "keys.rotate-encryption"]
    assert [(row["outcome"], row["counts"]) for row in left] == [("storage-error", {})]
