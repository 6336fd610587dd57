from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from epicrisis.storage.audit import SqliteAudit
from epicrisis.storage.sqlite import Database
from tests.chains import FixedSecret, break_in, recorded
from tests.keyring import done
from tests.unit.cli.shell import rows, run


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EPICRISIS_SECRET_KEY", FixedSecret().known().decode())
    return tmp_path / "data"


@pytest.fixture
def log(data: Path) -> Path:
    """Return the folder of a log of four rows, a second apart from 2031-02-03T04:05:01Z on."""
    database = Database(data)
    done(recorded(4, SqliteAudit(database)))
    database.close()
    return data


def exported(*arguments: str) -> list[dict[str, Any]]:
    result = run("audit", "export", *arguments)
    assert result.exit_code == 0, result.stderr
    return rows(result.stdout)


def test_an_empty_log_holds_and_looking_makes_no_file(data: Path) -> None:
    result = run("audit", "verify")

    assert (result.exit_code, result.stdout) == (0, "0 rows, each as it was written.\n")
    assert not data.exists()


@pytest.mark.usefixtures("log")
def test_says_how_many_rows_hold_and_where_the_log_ends() -> None:
    told = run("audit", "verify").stdout
    head = told.split("Head: ")[1].strip()

    assert told.startswith("4 rows, each as it was written. Head: 4:")
    assert json.loads(run("audit", "verify", "--json").stdout) == {"holds": True, "head": head, "fault": None}
    assert run("audit", "verify", "--noted", head).exit_code == 0


def test_names_the_first_bad_row_and_what_was_done_to_it(log: Path) -> None:
    break_in(log, "UPDATE audit_log SET entry = x'7b7d' WHERE number > 2")

    result = run("audit", "verify")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: row 3: edited: ")
    assert result.stderr.endswith("[audit-fault]\n")
    assert run("audit", "verify", "--after", "4").exit_code == 0


def test_a_head_that_is_none_is_refused() -> None:
    assert run("audit", "verify", "--noted", "yesterday").exit_code == 1


@pytest.mark.usefixtures("log")
def test_writes_the_log_one_row_a_line_and_records_that_it_did() -> None:
    first, second = exported(), exported()

    assert [row["number"] for row in first] == [1, 2, 3, 4]
    assert (first[0]["who"], first[0]["action"], first[0]["counts"]) == ("k3v9x0q2m7aa", "redact", {"NAME": 1})
    assert first == second[:4]
    assert (second[4]["action"], second[4]["route"], second[4]["counts"]) == ("audit.export", "cli", {"rows": 4})
    assert second[4]["who"].startswith("cli:")


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("since", "until", "numbers"),
    [
        ("2031-02-03T04:05:02Z", "2031-02-03T04:05:04", [2, 3]),
        ("2031-02-03T05:05:04+01:00", "2031-02-04", [4]),
        ("2031-02-03", "2031-02-03T04:05:02", [1]),
    ],
)
def test_writes_the_rows_of_a_time(since: str, until: str, numbers: list[int]) -> None:
    assert [row["number"] for row in exported("--since", since, "--until", until)] == numbers


def test_a_time_that_is_none_is_refused_as_usage() -> None:
    assert run("audit", "export", "--since", "yesterday").exit_code == 2


def test_what_is_done_to_keys_is_recorded() -> None:
    key = json.loads(run("keys", "create", "billing", "--scope", "audit", "--tenant", "north", "--json").stdout)
    run("keys", "rotate", key["id"])
    run("keys", "revoke", key["id"])
    run("keys", "revoke", "aaaaaaaaaaaa")
    run("keys", "rotate", "Ana Ruiz")

    told = [(row["action"], row["subject"], row["outcome"]) for row in exported()]
    assert told == [
        ("keys.create", key["id"], "done"),
        ("keys.rotate", key["id"], "done"),
        ("keys.revoke", key["id"], "done"),
        ("keys.revoke", "aaaaaaaaaaaa", "unknown-key"),
        ("keys.rotate", "", "unknown-key"),
    ]
    assert (key["tenant"], key["scopes"]) == ("north", ["audit"])
    assert run("audit", "verify").exit_code == 0


def test_a_key_that_cannot_be_recorded_is_not_handed_over(log: Path) -> None:
    break_in(log, "DELETE FROM audit_head")

    result = run("keys", "create", "billing")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[storage-error]" in result.stderr


def keep_differentials(folder: Path, *tenants: str) -> None:
    """Keep a differential of each tenant, a minute after each other from 2031-02-03T12:00:00Z on."""
    from epicrisis.assembly import interactions_of
    from epicrisis.settings import load_settings
    from tests.interactions import EXCHANGE, NOON, asker

    interactions = interactions_of(load_settings(data=folder, interactions=True))
    times = iter(NOON + timedelta(minutes=number) for number in range(len(tenants)))
    interactions.now = lambda: next(times)
    for tenant in tenants:
        done(interactions.keep(EXCHANGE, asker(tenant)))


def test_differentials_are_written_out_and_that_they_were_is_recorded(data: Path) -> None:
    keep_differentials(data, "north", "south")

    closed, opened = run("audit", "interactions"), run("audit", "interactions", "--open", "--tenant", "south")

    assert [row["tenant"] for row in rows(closed.stdout)] == ["north", "south"]
    assert "asked" not in closed.stdout
    [row] = rows(opened.stdout)
    assert (row["tenant"], row["asked"], row["codes"]) == ("south", {"age": 71}, ["I21.9", "I20.0"])
    assert opened.stderr == "Exported 1 interaction.\n"
    assert [(each["action"], each["counts"]) for each in exported()][:2] == [
        ("interactions.read", {"rows": 2}), ("interactions.read", {"rows": 0}),
    ]  # fmt: skip


def test_old_differentials_are_forgotten_when_it_is_said_so(data: Path) -> None:
    keep_differentials(data, "north", "south")

    told = run("audit", "purge", "--before", "2031-02-03T12:00:30Z").stdout

    assert told == "Forgot 1 interaction.\n"
    assert [row["tenant"] for row in rows(run("audit", "interactions").stdout)] == ["south"]
    assert exported()[0]["action"] == "interactions.purge"


def test_without_differentials_nothing_is_made_but_a_record_that_somebody_looked(data: Path) -> None:
    assert run("audit", "purge").stdout == "Forgot 0 interactions.\n"
    assert not data.exists()
    assert run("audit", "interactions").stdout == ""
