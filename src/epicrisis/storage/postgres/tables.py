"""The tables as they are now, for the statements of the adapters; how they came to be, the migrations tell."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Double,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    cast,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.types import UserDefinedType

metadata = MetaData()


class HalfVector(UserDefinedType[str]):
    """A vector of pgvector in half precision, as text: ``[0.25,-1]``."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return what the type is called."""
        return "halfvec"

    def bind_expression(self, bindvalue: BindParameter[str]) -> ColumnElement[str]:
        """Return what says of a text that it is such a vector."""
        return cast(bindvalue, self)


_Time = DateTime(timezone=True)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("made_with", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("expires_at", _Time),
    Column("previous_digest", LargeBinary),
    Column("previous_until", _Time),
    Column("used_at", _Time),
    Column("revoked_at", _Time),
    Column("tenant", Text, nullable=False, server_default=""),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, nullable=False),
    Column("item", Integer),
    Column("target", Integer),
    Column("said_by", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("was_right", Text, nullable=False),
    Column("said_at", _Time, nullable=False),
    Column("known", Boolean, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
    Column("link", LargeBinary, nullable=False),
)

# The one row of the log that is written over: where it ends.
audit_head = Table(
    "audit_head",
    metadata,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    Column("link", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

phi_audit_log = Table(
    "phi_audit_log",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    # In what order they were kept: the clocks of several servers differ.
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("kinds", JSONB, nullable=False),
    Column("redaction_count", Integer, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("version", Text, nullable=False),
)

experiments = Table(
    "experiments",
    metadata,
    Column("capability", Text, primary_key=True),
    Column("experiment", Text, nullable=False),
    Column("set_at", Double, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("expires_at", _Time, nullable=False),
    Column("answer", LargeBinary),
)

interactions = Table(
    "interactions",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    # In what order they were kept: the clocks of several servers differ.
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("at", _Time, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("codes", ARRAY(Text), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

judgements = Table(
    "judgements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("about", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("judged", Text, nullable=False),
    Column("final", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("said_at", _Time, nullable=False),
    Column("known", Boolean, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("created_at", _Time, nullable=False),
    Column("language", Text, nullable=False),
    Column("age", Double),
    Column("sex", Text, nullable=False),
    Column("outcome", Text),
    Column("space", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("vector", HalfVector, nullable=False),
)
