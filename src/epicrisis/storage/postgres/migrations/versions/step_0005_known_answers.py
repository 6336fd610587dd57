"""Whether the answer an opinion is about was remembered; of the opinions there were, nobody looked."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add whether the answer was known."""
    op.add_column("feedback", Column("known", Boolean, nullable=False, server_default=false()))


def downgrade() -> None:
    """Drop it: opinions about answers that nobody remembered are counted like the others again."""
    op.drop_column("feedback", "known")
