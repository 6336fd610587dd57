"""Requests that may be sent again: hashes of who sent what under which key, and the answer, sealed."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, LargeBinary, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table, and what finds the rows that hold no more."""
    op.create_table(
        "idempotency",
        Column("mark", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("claimed_by", Text, nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        Column("answer", LargeBinary),
    )
    op.create_index("idempotency_expires_at", "idempotency", ["expires_at"])


def downgrade() -> None:
    """Drop it, and what it holds: requests sent again are done again."""
    op.drop_table("idempotency")
