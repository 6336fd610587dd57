"""What was asked of a differential and answered, sealed, beside codes and times; and what was said of it, in codes."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables, and what finds rows by time, by request, and by the key they are sealed with."""
    op.create_table(
        "interactions",
        Column("id", UUID(as_uuid=False), primary_key=True),
        Column("number", BigInteger, Identity(always=True), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        *_texts("request_id", "route", "owner", "tenant", "engine", "version"),
        Column("codes", ARRAY(Text), nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    op.create_index("interactions_number", "interactions", ["number"], unique=True)
    op.create_index("interactions_at", "interactions", ["at"])
    op.create_index("interactions_request_id", "interactions", ["request_id"])
    op.create_index("interactions_sealed_with", "interactions", [text("substr(content, 1, 6)")])
    op.create_table(
        "judgements",
        Column("id", Text, primary_key=True),
        *_texts("about", "subject", "judged", "final", "reason", "said_by", "tenant", "engine", "version"),
        Column("said_at", DateTime(timezone=True), nullable=False),
        Column("known", Boolean, nullable=False),
    )
    op.create_index("judgements_about", "judgements", ["about"])


def downgrade() -> None:
    """Drop them, and what they hold."""
    op.drop_table("judgements")
    op.drop_table("interactions")


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]
