"""The audit log and the log of redactions: tables that grow and are never changed, for whoever connects.

Two things hold that. A trigger refuses to change, delete or truncate, to the owner of the table too. And the role
``epicrisis_audit``, in which the server writes them, may read and add and nothing else; it is made where the user of
the server may make roles, and docs/how-to/keep-data-in-postgres.md says how somebody else makes it.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0002"
down_revision = "0001"

_GROWING = ("audit_log", "phi_audit_log")

_REFUSE = """
CREATE FUNCTION epicrisis_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: no % here', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$
"""

# A role belongs to all databases of a server, so another one may have made it already.
_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'epicrisis_audit') THEN
        CREATE ROLE epicrisis_audit NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'epicrisis_audit', 'MEMBER') THEN
        EXECUTE format('GRANT epicrisis_audit TO %I', current_user);
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END
$$
"""

_GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'epicrisis_audit') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO epicrisis_audit', current_schema());
        GRANT SELECT, INSERT ON audit_log, phi_audit_log TO epicrisis_audit;
        GRANT SELECT, INSERT, UPDATE ON audit_head TO epicrisis_audit;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN NULL;
END
$$
"""


def upgrade() -> None:
    """Make the tables, what refuses to change them, and the role that cannot."""
    op.create_table(
        "audit_log",
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("entry", LargeBinary, nullable=False),
        Column("link", LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_head",
        Column("one", SmallInteger, primary_key=True, autoincrement=False),
        Column("count", BigInteger, nullable=False),
        Column("link", LargeBinary, nullable=False),
        Column("seal", LargeBinary, nullable=False),
    )
    op.create_table(
        "phi_audit_log",
        Column("id", UUID(as_uuid=False), primary_key=True),
        Column("number", BigInteger, Identity(always=True), nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("request_id", Text, nullable=False),
        Column("route", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("kinds", JSONB, nullable=False),
        Column("redaction_count", Integer, nullable=False),
        Column("text_hash", Text, nullable=False),
        Column("engine", Text, nullable=False),
        Column("version", Text, nullable=False),
    )
    op.create_index("phi_audit_log_number", "phi_audit_log", ["number"], unique=True)
    op.execute(_REFUSE)
    for table in _GROWING:
        op.execute(
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION epicrisis_refuse_change()"
        )
    op.execute(_ROLE)
    op.execute(_GRANTS)


def downgrade() -> None:
    """Drop the tables and what they hold; the role stays, for another database of the server may use it."""
    for table in ("phi_audit_log", "audit_head", "audit_log"):
        op.drop_table(table)
    op.execute("DROP FUNCTION epicrisis_refuse_change()")
