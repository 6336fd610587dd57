"""Which versions of an engine are compared, as somebody set it while servers ran."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Double, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "experiments",
        Column("capability", Text, primary_key=True),
        Column("experiment", Text, nullable=False),
        Column("set_at", Double, nullable=False),
    )


def downgrade() -> None:
    """Drop it: the settings alone say what is compared."""
    op.drop_table("experiments")
