"""Whose an API key is; the keys there were belong to the installation itself."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tenant of a key."""
    op.add_column("keys", Column("tenant", Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("keys", "tenant")
