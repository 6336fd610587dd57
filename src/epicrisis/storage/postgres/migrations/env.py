"""What alembic runs for every command: on the connection, and in the transaction, that ``migrating`` hands over."""

from __future__ import annotations

from alembic import context

from epicrisis.storage.postgres.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="epicrisis_version",
)
context.run_migrations()
