from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("alembic")
pytest.importorskip("psycopg")

import psycopg
from psycopg.errors import InsufficientPrivilege

from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.services.audit_faults import Tampering
from epicrisis.storage.memory import MemorySecret
from epicrisis.storage.postgres.audit import ROLE, PostgresAudit
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.redactions import PostgresRedactionLog
from tests.contract.test_redaction_logs import RECORD
from tests.postgres_server import a_postgres_address, administer, at, url_of

pytestmark = pytest.mark.anyio

CHANGES = [
    "UPDATE audit_log SET entry = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log",
    "UPDATE phi_audit_log SET redaction_count = 0", "DELETE FROM phi_audit_log", "TRUNCATE phi_audit_log",
]  # fmt: skip


@pytest.fixture
async def address() -> str:
    """Return a database with a row in each table that grows."""
    with a_postgres_address() as address:
        database = PostgresDatabase(at(address), patience=20)
        await Audit(PostgresAudit(database), MemorySecret()).record(ENTRY)
        await PostgresRedactionLog(database).keep(RECORD)
        database.close()
    return address


ENTRY = AuditEntry(at=1.0, who="ward", action="redact")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [None, ROLE])
async def test_nobody_changes_what_only_grows_not_even_its_owner(address: str, change: str, role: str | None) -> None:
    with psycopg.connect(address) as connection:
        if role is not None:
            connection.execute(f"SET ROLE {role}")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(change)
        connection.rollback()

    assert administer("SELECT count(*) FROM audit_log") == administer("SELECT count(*) FROM phi_audit_log") == [(1,)]


async def test_the_role_that_writes_can_add_and_nothing_else(address: str) -> None:
    rights = administer(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
        f"WHERE grantee = '{ROLE}' AND table_name LIKE '%audit_log' ORDER BY 1, 2"
    )

    assert rights == [(table, right) for table in ("audit_log", "phi_audit_log") for right in ("INSERT", "SELECT")]


async def test_rows_are_written_in_that_role(address: str) -> None:
    administer(f"REVOKE INSERT ON audit_log FROM {ROLE}")
    database = PostgresDatabase(at(address), patience=20)
    try:
        with pytest.raises(Exception, match="refused"):
            await Audit(PostgresAudit(database), MemorySecret()).record(ENTRY)
    finally:
        administer(f"GRANT INSERT ON audit_log TO {ROLE}")
        database.close()


@pytest.fixture
def plain_user() -> Iterator[str]:
    """Lend a database to a user who may make tables and no roles, as a hospital's administrator gives them out."""
    with a_postgres_address(empty=True) as address:
        name = address.partition("@/")[2].partition("?")[0]
        administer("CREATE ROLE ward")
        administer(f"GRANT CREATE ON SCHEMA public TO ward; ALTER DATABASE {name} OWNER TO ward", name)
        yield f"{address}&options=-c%20role%3Dward"
    administer("DROP ROLE ward")


async def test_a_user_who_may_not_make_roles_keeps_the_log_all_the_same(plain_user: str) -> None:
    database = PostgresDatabase(at(plain_user), patience=20)
    audit = Audit(PostgresAudit(database), MemorySecret())
    await audit.record(ENTRY)
    await audit.record(ENTRY)
    database.close()

    assert await audit.verify() is None
    with psycopg.connect(plain_user) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("DELETE FROM audit_log")
    database.close()


async def test_whoever_goes_round_all_that_is_found_out() -> None:
    with a_postgres_address() as address:
        database = PostgresDatabase(at(address), patience=20)
        audit = Audit(PostgresAudit(database), MemorySecret())
        for _ in range(3):
            await audit.record(ENTRY)
        administer("SET session_replication_role = replica; DELETE FROM audit_log WHERE number = 2")

        fault = await audit.verify()
        database.close()

    assert fault is not None
    assert (fault.number, fault.what) == (2, Tampering.DELETED)
    assert url_of("postgres") == address
