"""API keys, and what people said was right."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None

_TIME = DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "keys",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("scopes", ARRAY(Text), nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("made_with", Text, nullable=False),
        Column("created_at", _TIME, nullable=False),
        Column("expires_at", _TIME),
        Column("previous_digest", LargeBinary),
        Column("previous_until", _TIME),
        Column("used_at", _TIME),
        Column("revoked_at", _TIME),
    )
    op.create_table(
        "feedback",
        Column("id", Text, primary_key=True),
        Column("request_id", Text, nullable=False),
        Column("item", Integer),
        Column("target", Integer),
        Column("said_by", Text, nullable=False),
        Column("engine", Text, nullable=False),
        Column("version", Text, nullable=False),
        Column("given", Text, nullable=False),
        Column("was_right", Text, nullable=False),
        Column("said_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables, and what they hold."""
    op.drop_table("feedback")
    op.drop_table("keys")
