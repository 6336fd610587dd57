"""Cases without who they were of: what was told is sealed, what a search narrows by and compares is not.

Vectors are compared by pgvector. Whoever may, has it made here; elsewhere an administrator says ``CREATE EXTENSION
vector``, and the table is made when a case is first kept (docs/how-to/similar-cases.md).
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection, text

revision = "0008"
down_revision = "0007"

# In half precision, so that a row fits into its page and the index into less memory.
DIMENSIONS = 512

# What it raises where the extension is not installed, or not ours to make, has many names.
_EXTENSION = """
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS vector;
EXCEPTION
    WHEN OTHERS THEN NULL;
END
$$
"""

# Filters ask for more than the nearest, which pgvector looks for from 0.8 on.
_READY = """
SELECT count(*) FROM pg_extension
WHERE extname = 'vector' AND string_to_array(extversion, '.')::int[] >= ARRAY[0, 8]
"""

_TABLE = f"""
CREATE TABLE IF NOT EXISTS cases (
    id text PRIMARY KEY,
    tenant text NOT NULL,
    owner text NOT NULL,
    created_at timestamptz NOT NULL,
    language text NOT NULL,
    age double precision,
    sex text NOT NULL,
    outcome text,
    space text NOT NULL,
    content bytea NOT NULL,
    vector halfvec({DIMENSIONS}) NOT NULL
)
"""

VECTORS = (
    "CREATE INDEX IF NOT EXISTS cases_vector ON cases USING hnsw (vector halfvec_cosine_ops) "
    "WITH (m = 16, ef_construction = 100)"
)

_AFTER = (
    # What is sealed gets no shorter by trying.
    "ALTER TABLE cases ALTER COLUMN content SET STORAGE EXTERNAL",
    "CREATE INDEX IF NOT EXISTS cases_tenant ON cases (tenant, outcome text_pattern_ops)",
    VECTORS,
)


def made(connection: Connection) -> bool:
    """Make the table and its indexes where they are missing; return whether they are there."""
    connection.execute(text(_EXTENSION))
    if not connection.execute(text(_READY)).scalar_one():
        return False
    for statement in (_TABLE, *_AFTER):
        connection.execute(text(statement))
    return True


def upgrade() -> None:
    """Make the table, where vectors can be compared."""
    made(op.get_bind())


def downgrade() -> None:
    """Drop it, and what it holds; the extension stays, for somebody else may use it."""
    op.execute("DROP TABLE IF EXISTS cases")
