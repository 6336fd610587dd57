"""S11: what is kept encrypted opens where it was put and nowhere else, keys can be changed, and a lost one is told."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import SecretStr

from epicrisis.assembly import interactions_of, serving
from epicrisis.errors import BrokenSeal, InvalidSettings
from epicrisis.services.access import ANYONE
from epicrisis.services.audit import Audit
from epicrisis.services.idempotency import Answer, Idempotency
from epicrisis.services.interactions import Exchange, Interactions
from epicrisis.services.reseal import Reseal
from epicrisis.services.seals import Place, key_of, key_of_bytes, opened_text
from epicrisis.settings import load_settings
from epicrisis.storage.crypto import KeyRing, encryption_keys
from epicrisis.storage.feedback import SqliteFeedback
from epicrisis.storage.idempotency import SqliteClaims
from epicrisis.storage.judgements import SqliteJudgements
from epicrisis.storage.memory import MemoryAudit
from epicrisis.storage.sealed import SAID_BY, SealedFeedback, SealedJudgements, said_by
from epicrisis.storage.secret import InstallationSecret
from epicrisis.storage.spool import FileSpool
from epicrisis.storage.sqlite import FILE, Database
from tests.interactions import REQUEST, asker, judgement
from tests.keyring import done
from tests.opinions import opinion
from tests.serving import RULES
from tests.unit.cli.shell import piped, run

WHO = "Ana Ruiz Prueba"


def a_key() -> str:
    return secrets.token_hex(32)


def ring(data: Path, *keys: str) -> KeyRing:
    return KeyRing(encryption_keys(",".join(keys)), secret=InstallationSecret("", data))


def store(data: Path, *keys: str) -> SealedFeedback:
    """Return the opinions of an installation that encrypts with ``keys``, or does not where there are none."""
    return SealedFeedback(SqliteFeedback(Database(data)), ring(data, *keys) if keys else None)


def fill(data: Path, *keys: str, rows: int = 6) -> None:
    opinions = store(data, *keys)
    for number in range(rows):
        done(opinions.keep(opinion(f"{number:04}", by=f"{WHO} {number}")))


def kept(data: Path) -> dict[str, str]:
    """Return what the file holds of who said what."""
    with closing(sqlite3.connect(data / FILE)) as file:
        return dict(file.execute("SELECT id, said_by FROM feedback ORDER BY id"))


def told(data: Path, number: int, *keys: str) -> str:
    """Return who gave an opinion, as the installation reads it."""
    before = done(store(data, *keys).keep(opinion(f"{number:04}", by="somebody else")))
    assert before is not None
    return before.by


def opened(seals: KeyRing, row: str, value: str) -> str:
    return opened_text(seals, value, Place(*SAID_BY, row))


def change(data: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(data / FILE)) as file, file:
        file.execute(statement, values)


def test_the_file_holds_no_name(tmp_path: Path) -> None:
    key = a_key()

    fill(tmp_path, key)

    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Prueba" not in files
    assert bytes.fromhex(key) not in files
    assert key.encode() not in files
    assert told(tmp_path, 3, key) == f"{WHO} 3"


def test_a_value_moved_to_another_row_does_not_open(tmp_path: Path) -> None:
    key = a_key()
    fill(tmp_path, key)
    one, other = kept(tmp_path)["0001"], kept(tmp_path)["0002"]

    change(tmp_path, "UPDATE feedback SET said_by = ? WHERE id = '0001'", other)
    change(tmp_path, "UPDATE feedback SET said_by = ? WHERE id = '0002'", one)

    for number in (1, 2):
        with pytest.raises(BrokenSeal):
            told(tmp_path, number, key)


def test_a_value_moved_to_another_column_or_table_does_not_open(tmp_path: Path) -> None:
    key = a_key()
    fill(tmp_path, key)
    seals, moved = ring(tmp_path, key), kept(tmp_path)["0001"]

    assert opened(seals, "0001", moved) == f"{WHO} 1"
    for place in (Place("feedback", "engine", "0001"), Place("keys", "said_by", "0001")):
        with pytest.raises(BrokenSeal):
            opened_text(seals, moved, place)


def test_with_a_wrong_key_nothing_opens_and_nothing_starts(tmp_path: Path) -> None:
    right, wrong = a_key(), a_key()
    fill(tmp_path, right)

    with pytest.raises(BrokenSeal, match="EPICRISIS_ENCRYPTION_KEYS"):
        told(tmp_path, 1, wrong)
    with pytest.raises(InvalidSettings, match=f"{encryption_keys(right)[0].id}.*EPICRISIS_ENCRYPTION_KEYS"):
        serving(RULES.model_copy(update={"data": tmp_path, "encryption_keys": SecretStr(wrong)}))


@pytest.mark.parametrize("setting", ["", "correct horse battery staple"])
def test_the_server_refuses_to_start_without_its_key_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    fill(tmp_path, a_key())
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path))
    monkeypatch.setenv("ENCRYPTION_KEY", setting)

    result = run("serve", "--engine", "rules")

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "EPICRISIS_ENCRYPTION_KEYS" in result.stderr
    assert "[invalid-settings]" in result.stderr
    assert "battery" not in result.stderr


def test_the_key_of_contract_d_is_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = a_key()
    monkeypatch.setenv("ENCRYPTION_KEY", key)
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path))
    services = serving(load_settings(reader="rules", reader_es="rules", assertion="rules", second_opinion=""))

    done(services.opinions.keep(opinion("0001", by=WHO)))

    assert key_of(kept(tmp_path)["0001"]) == encryption_keys(key)[0].id


def test_rows_from_before_are_read_and_then_encrypted(tmp_path: Path) -> None:
    key = a_key()
    fill(tmp_path)
    assert kept(tmp_path)["0003"] == f"{WHO} 3"
    assert told(tmp_path, 0, key) == f"{WHO} 0"

    result = rotate(tmp_path, key)

    assert result == {"key": encryption_keys(key)[0].id, "renewed": 5, "broken": 0, "left": 0, "aside": False}
    assert {key_of(value) for value in kept(tmp_path).values()} == {encryption_keys(key)[0].id}
    assert told(tmp_path, 3, key) == f"{WHO} 3"


def rotate(data: Path, *keys: str, code: int = 0) -> Any:
    environment = {**os.environ, "EPICRISIS_DATA": str(data), "EPICRISIS_ENCRYPTION_KEYS": ",".join(keys)}
    result = piped("keys", "rotate-encryption", "--json", environment=environment)
    assert result.returncode == code, result.stderr
    return json.loads(result.stdout) if result.stdout else None


def test_the_keys_are_changed_and_the_old_one_can_go(tmp_path: Path) -> None:
    old, new = a_key(), a_key()
    fill(tmp_path, old)

    first, again = rotate(tmp_path, new, old), rotate(tmp_path, new, old)

    assert (first["renewed"], again["renewed"]) == (6, 0)
    assert told(tmp_path, 5, new) == f"{WHO} 5"
    with pytest.raises(BrokenSeal):
        told(tmp_path, 4, old)


def test_a_value_that_does_not_open_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    old, new = a_key(), a_key()
    fill(tmp_path, old)
    change(tmp_path, "UPDATE feedback SET said_by = ? WHERE id = '0002'", kept(tmp_path)["0001"])

    assert rotate(tmp_path, new, old, code=1) == {
        "key": encryption_keys(new)[0].id, "renewed": 5, "broken": 1, "left": 0, "aside": False,
    }  # fmt: skip


def test_without_a_key_there_is_nothing_to_change_to(tmp_path: Path) -> None:
    fill(tmp_path)

    assert rotate(tmp_path, code=2) is None
    assert kept(tmp_path)["0001"] == f"{WHO} 1"


class Writer:
    """A server that goes on to write with the key it was started with, as fast as it can."""

    def __init__(self, data: Path, *keys: str) -> None:
        self.opinions = store(data, *keys)
        self.written = 0
        self._stop = Event()
        self._thread = Thread(target=self._write)

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._stop.is_set():
            number = self.written % 150
            done(self.opinions.keep(opinion(f"{number:04}", by=f"{WHO} {number}")))
            self.written += 1


def test_the_keys_are_changed_under_load(tmp_path: Path) -> None:
    old, new = a_key(), a_key()
    fill(tmp_path, old, rows=100)
    reseal = Reseal([said_by(Database(tmp_path))], ring(tmp_path, new, old))

    with Writer(tmp_path, old, new) as writer:
        during = done(reseal())
    after = done(reseal())

    assert writer.written > 0
    assert during.renewed >= 100 - during.left
    assert (during.broken, after.broken, after.left) == ((), (), 0)
    rows = kept(tmp_path)
    assert {key_of(value) for value in rows.values()} == {encryption_keys(new)[0].id}
    # Nothing that was written meanwhile is lost, and each name stands where it belongs.
    assert {row: opened(ring(tmp_path, new), row, value) for row, value in rows.items()} == {
        row: f"{WHO} {int(row)}" for row in rows
    }


def sent(data: Path, *keys: str) -> Answer | None:
    """Send a request with a key (again), and answer it where it is to be done."""
    secret = InstallationSecret("", data)
    claims = SqliteClaims(Database(data))
    kept = Idempotency(claims, secret, seals=ring(data, *keys), audit=Audit(MemoryAudit(), secret))
    attempt = kept.attempt(ANYONE, "key", sent=b"note", route="/v1/redactions", request_id="r")
    answer = done(kept.begin(attempt))
    if answer is None:
        done(kept.finish(attempt, Answer("r", 200, [], WHO.encode())))
    return answer


def test_what_is_kept_to_be_told_again_goes_over_to_the_new_key_and_the_old_one_can_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = a_key(), a_key()
    fill(tmp_path, old, rows=1)
    assert sent(tmp_path, old) is None
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path))
    monkeypatch.setenv("EPICRISIS_ENCRYPTION_KEYS", f"{new},{old}")

    told_of = json.loads(run("keys", "rotate-encryption", "--json").stdout)

    assert told_of == {"key": encryption_keys(new)[0].id, "renewed": 2, "broken": 0, "left": 0, "aside": False}
    assert told(tmp_path, 0, new) == f"{WHO} 0"
    answer = sent(tmp_path, new)
    assert answer is not None
    assert answer.body == WHO.encode()


def test_without_the_key_of_what_waits_for_its_database_nothing_starts(tmp_path: Path) -> None:
    old, new = a_key(), a_key()
    done(FileSpool(tmp_path, "audit", ring(tmp_path, old)).put(b"entry"))

    with pytest.raises(InvalidSettings, match=encryption_keys(old)[0].id):
        serving(RULES.model_copy(update={"data": tmp_path, "encryption_keys": SecretStr(new)}))
    serving(RULES.model_copy(update={"data": tmp_path, "encryption_keys": SecretStr(f"{new},{old}")}))


def interactions_in(data: Path, *keys: str) -> Interactions:
    """Return what keeps differentials in the file of an installation with ``keys``."""
    settings = RULES.model_copy(
        update={"data": data, "encryption_keys": SecretStr(",".join(keys)), "interactions": True}
    )
    return interactions_of(settings)


def contents(data: Path) -> dict[str, bytes]:
    """Return what the file holds of what was asked and answered."""
    with closing(sqlite3.connect(data / FILE)) as file:
        return dict(file.execute("SELECT id, content FROM interactions ORDER BY number"))


def asked(data: Path, row: str, *keys: str) -> Any:
    """Return what was asked in the interaction ``row``, as the installation reads it."""
    interactions = interactions_in(data, *keys)
    sealed = done(interactions.store.find(row))
    assert sealed is not None
    return interactions.opened(sealed).asked


def keep_differentials(data: Path, *keys: str, rows: int = 3) -> None:
    interactions = interactions_in(data, *keys)
    for number in range(rows):
        exchange = Exchange(json.dumps({"symptoms": [f"{WHO} {number}"]}).encode(), codes=("I21.9",))
        done(interactions.keep(exchange, asker()))


def test_what_was_asked_of_a_differential_opens_in_its_row_and_nowhere_else(tmp_path: Path) -> None:
    key = a_key()
    keep_differentials(tmp_path, key)
    one, other, _ = contents(tmp_path)
    assert b"Prueba" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert asked(tmp_path, one, key) == {"symptoms": [f"{WHO} 0"]}

    change(tmp_path, "UPDATE interactions SET content = (SELECT content FROM interactions WHERE id = ?) WHERE id = ?",
           one, other)  # fmt: skip

    with pytest.raises(BrokenSeal):
        asked(tmp_path, other, key)
    with pytest.raises(BrokenSeal):
        asked(tmp_path, one, a_key())


def test_what_was_asked_goes_over_to_the_new_key_and_without_any_key_nothing_starts(tmp_path: Path) -> None:
    old, new = a_key(), a_key()
    keep_differentials(tmp_path, old)

    assert rotate(tmp_path, new, old)["renewed"] == 3
    assert {key_of_bytes(each) for each in contents(tmp_path).values()} == {encryption_keys(new)[0].id}
    assert [asked(tmp_path, row, new)["symptoms"][0] for row in contents(tmp_path)] == [f"{WHO} {n}" for n in range(3)]
    with pytest.raises(InvalidSettings, match=encryption_keys(new)[0].id):
        serving(RULES.model_copy(update={"data": tmp_path, "encryption_keys": SecretStr(old)}))


def test_who_judged_a_differential_is_sealed_and_goes_over_to_the_new_key(tmp_path: Path) -> None:
    old, new = a_key(), a_key()

    def judgements(*keys: str) -> SealedJudgements:
        return SealedJudgements(SqliteJudgements(Database(tmp_path)), ring(tmp_path, *keys))

    done(judgements(old).keep(judgement(1, by=WHO)))
    assert b"Prueba" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert rotate(tmp_path, new, old)["renewed"] == 1
    assert [each.by for each in done(judgements(new).about([REQUEST]))] == [WHO]
