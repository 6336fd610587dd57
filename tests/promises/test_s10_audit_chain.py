"""S10: the audit log is only added to, and whoever changes it all the same is found: the first bad row is named."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import StorageError
from epicrisis.services.audit import Audit
from epicrisis.services.audit_chain import AuditHead, AuditRow, Chain
from epicrisis.services.audit_faults import Fault, Tampering
from epicrisis.storage.audit import SqliteAudit
from epicrisis.storage.secret import InstallationSecret
from epicrisis.storage.sqlite import FILE, Database
from tests.chains import SECRET, Doctored, FixedSecret, break_in, entry, recorded
from tests.keyring import done
from tests.unit.cli.shell import piped

ROWS = 8
MOVE_UP = "UPDATE audit_log SET number = -number WHERE number > {0}; UPDATE audit_log SET number = {1} WHERE number < 0"


async def in_file(data: Path, rows: int = ROWS) -> Audit:
    """Return a log in a file, of an installation that has its own secret."""
    database = Database(data)
    audit = await recorded(rows, SqliteAudit(database), secret=InstallationSecret("", data))
    database.close()
    return audit


def kept_in(data: Path) -> Audit:
    """Return the log of the installation whose folder this is."""
    return Audit(SqliteAudit(Database(data)), InstallationSecret("", data))


def moved(by: int, behind: int) -> list[str]:
    """Return what gives the rows ``behind`` a number other numbers ``by`` and leaves their order as it is."""
    return MOVE_UP.format(behind, f"{by} - number").split("; ")


TAMPERED: dict[str, tuple[list[str], int, Tampering]] = {
    "edited": (
        ["UPDATE audit_log SET entry = CAST(replace(entry, 'redact', 'nothing') AS BLOB) WHERE number = 3"],
        3,
        Tampering.EDITED,
    ),
    "edited, the last": (["UPDATE audit_log SET entry = x'7b7d' WHERE number = 8"], 8, Tampering.EDITED),
    "edited, its link too": (
        ["UPDATE audit_log SET entry = x'7b7d', link = x'00' WHERE number = 5"],
        5,
        Tampering.EDITED,
    ),
    "words for a link": (["UPDATE audit_log SET link = 'words' WHERE number = 5"], 5, Tampering.EDITED),
    "deleted": (["DELETE FROM audit_log WHERE number = 4"], 4, Tampering.DELETED),
    "deleted, the first": (["DELETE FROM audit_log WHERE number < 3"], 1, Tampering.DELETED),
    "deleted, the others moved up": (["DELETE FROM audit_log WHERE number = 4", *moved(-1, 4)], 4, Tampering.DELETED),
    "inserted": (
        [*moved(1, 4), "INSERT INTO audit_log SELECT 5, entry, link FROM audit_log WHERE number = 2"],
        5,
        Tampering.INSERTED,
    ),
    "inserted at the end": (["INSERT INTO audit_log VALUES (9, x'7b7d', x'00')"], 9, Tampering.INSERTED),
    "reordered": (
        [
            "UPDATE audit_log SET number = 99 WHERE number = 3",
            "UPDATE audit_log SET number = 3 WHERE number = 6",
            "UPDATE audit_log SET number = 6 WHERE number = 99",
        ],
        3,
        Tampering.REORDERED,
    ),
    "truncated": (["DELETE FROM audit_log WHERE number > 5"], 6, Tampering.TRUNCATED),
    "emptied": (["DELETE FROM audit_log"], 1, Tampering.TRUNCATED),
    "truncated, the head with it": (
        [
            "DELETE FROM audit_log WHERE number > 5",
            "UPDATE audit_head SET count = 5, link = (SELECT link FROM audit_log WHERE number = 5)",
        ],
        6,
        Tampering.HEAD,
    ),
    "the head deleted": (["DELETE FROM audit_head"], 9, Tampering.HEAD),
    "the head shortened alone": (["UPDATE audit_head SET count = 5"], 9, Tampering.HEAD),
}  # fmt: skip


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of a log that is as it was written; each test copies it."""
    data = tmp_path_factory.mktemp("intact")
    done(in_file(data))
    return data


def test_what_nobody_touched_holds(intact: Path) -> None:
    assert done(kept_in(intact).verify()) is None


@pytest.mark.anyio
@pytest.mark.parametrize(("statements", "number", "what"), TAMPERED.values(), ids=TAMPERED.keys())
async def test_whoever_breaks_into_the_file_is_found(
    intact: Path, tmp_path: Path, statements: list[str], number: int, what: Tampering
) -> None:
    copytree(intact, tmp_path, dirs_exist_ok=True)

    break_in(tmp_path, *statements)

    fault = await kept_in(tmp_path).verify()
    assert fault is not None
    assert (fault.number, fault.what) == (number, what)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET entry = x'00' WHERE number = 1", "DELETE FROM audit_log WHERE number = 8"]
)
def test_the_file_itself_refuses_to_be_changed(tmp_path: Path, statement: str) -> None:
    done(in_file(tmp_path))

    with closing(sqlite3.connect(tmp_path / FILE)) as file, pytest.raises(sqlite3.IntegrityError, match="never"):
        file.execute(statement)


def test_the_command_names_the_first_bad_row(tmp_path: Path) -> None:
    done(in_file(tmp_path))
    environment = {**os.environ, "EPICRISIS_DATA": str(tmp_path)}
    whole = piped("audit", "verify", environment=environment)

    break_in(tmp_path, "UPDATE audit_log SET entry = x'7b7d' WHERE number IN (3, 6)")
    broken = piped("audit", "verify", environment=environment)
    told = json.loads(piped("audit", "verify", "--json", environment=environment).stdout)

    assert (whole.returncode, whole.stderr) == (0, b"")
    assert whole.stdout.startswith(b"8 rows, each as it was written. Head: 8:")
    assert (broken.returncode, broken.stdout) == (1, b"")
    assert broken.stderr.startswith(b"error: row 3: edited: ")
    assert (told["holds"], told["fault"]["row"], told["fault"]["what"]) == (False, 3, "edited")


def test_several_programs_write_one_chain(tmp_path: Path) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.storage.audit import SqliteAudit
from epicrisis.storage.secret import InstallationSecret
from epicrisis.storage.sqlite import Database
data = Path(sys.argv[1])
async def main():
    audit = Audit(SqliteAudit(Database(data)), InstallationSecret("", data))
    for number in range(25):
        await audit.record(AuditEntry(float(number), sys.argv[2], "redact"))
asyncio.run(main())
"""
    programs = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name], stderr=subprocess.PIPE) for name in "abcd"
    ]
    ends = [(program.communicate()[1], program.returncode) for program in programs]

    audit = kept_in(tmp_path)

    assert ends == [(b"", 0)] * 4
    assert done(audit.verify()) is None
    head = done(audit.head())
    assert head is not None
    assert head.count == 100


@pytest.mark.anyio
async def test_rows_that_are_recorded_while_it_is_checked_do_no_harm(tmp_path: Path) -> None:
    audit = await in_file(tmp_path, rows=1500)
    found: list[Fault | None] = []

    async def check() -> None:
        found.extend([await audit.verify() for _ in range(5)])
        group.cancel_scope.cancel()

    async def write() -> None:
        for number in range(2000):
            await audit.record(entry(number))

    async with anyio.create_task_group() as group:
        group.start_soon(check)
        group.start_soon(write)

    assert found == [None] * 5


@pytest.mark.anyio
async def test_a_shortened_log_is_not_mended_by_the_next_row(tmp_path: Path) -> None:
    audit = await in_file(tmp_path)
    break_in(
        tmp_path,
        "DELETE FROM audit_log WHERE number > 5",
        "UPDATE audit_head SET count = 5, link = (SELECT link FROM audit_log WHERE number = 5)",
    )

    for number in range(6, 12):
        await audit.record(entry(number))

    assert await audit.verify() == Fault(
        6, Tampering.HEAD, "the head, or the secret, was changed before this row was written."
    )


@pytest.mark.anyio
async def test_a_log_put_back_to_an_older_copy_of_itself_shows_by_a_head_that_was_noted(tmp_path: Path) -> None:
    audit = await in_file(tmp_path)
    noted = str(await audit.head())
    older = await recorded(5)
    head = await older.head()
    copy = Audit(Doctored(await older.store.rows(), head), FixedSecret())
    another = await recorded(9, secret=FixedSecret(b"another secret, also long enough for an HMAC"))

    assert await audit.verify(noted=noted) is None
    assert await copy.verify() is None
    fault = await copy.verify(noted=noted)
    assert fault is not None
    assert (fault.number, fault.what) == (6, Tampering.TRUNCATED)
    other = await another.verify(noted=noted)
    assert other is not None
    assert other.number == 8


@pytest.mark.anyio
async def test_a_deleted_head_stops_the_log_and_does_not_begin_another(tmp_path: Path) -> None:
    audit = await in_file(tmp_path)
    break_in(tmp_path, "DELETE FROM audit_head")

    with pytest.raises(StorageError, match="epicrisis audit verify"):
        await audit.record(entry(9))

    assert len(await audit.store.rows()) == ROWS


@pytest.mark.anyio
async def test_after_a_change_of_the_secret_the_rest_can_still_be_checked() -> None:
    before = await recorded(3)
    audit = await recorded(3, before.store, secret=FixedSecret(b"another secret, also long enough for an HMAC"))

    whole, rest = await audit.verify(), await audit.verify(after=3)

    assert whole is not None
    assert (whole.number, "secret" in whole.why) == (1, True)
    assert rest is None


# Whatever a thief does to rows and head, short of putting both back to how they once were together.
CHAIN = Chain(SECRET)
GENUINE: list[AuditRow] = []
HEADS: list[AuditHead] = []
for _number in range(1, 7):
    _row, _head = CHAIN.grown(HEADS[-1] if HEADS else None, entry(_number).to_bytes())
    GENUINE.append(_row)
    HEADS.append(_head)
FORGED = [AuditRow(row.number, row.entry + b" ", row.link) for row in GENUINE]
FORGED += [AuditRow(row.number, row.entry, row.link[::-1]) for row in GENUINE]
FALSE = AuditHead(4, GENUINE[3].link, bytes(32))


@given(
    rows=st.lists(st.sampled_from([*GENUINE, *FORGED]), max_size=8),
    renumbered=st.booleans(),
    head=st.sampled_from([*HEADS, FALSE, None]),
)
def test_only_what_was_written_holds(rows: list[AuditRow], renumbered: bool, head: AuditHead | None) -> None:
    unique = {row.number: row for row in rows}.values()
    kept = [replace(row, number=n) for n, row in enumerate(rows, 1)] if renumbered else sorted(unique, key=numbered)
    genuine = 0
    while genuine < min(len(kept), len(GENUINE)) and kept[genuine] == GENUINE[genuine]:
        genuine += 1
    written = len(kept) == genuine and head == (HEADS[genuine - 1] if genuine else None)

    fault = done(Audit(Doctored(kept, head), FixedSecret()).verify())

    assert (fault is None) == written
    if fault is not None and len(kept) > genuine:
        # The head may tell of the end before the rows do, and never names a row that is as it was written.
        assert fault.number == genuine + 1 or fault.what is Tampering.HEAD


def numbered(row: AuditRow) -> int:
    return row.number
