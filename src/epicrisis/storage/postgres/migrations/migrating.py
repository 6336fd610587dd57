"""Brings the tables of a database to a step, whoever else is starting at the same moment."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from epicrisis.errors import StorageError

NEWEST = "head"
NOTHING = "base"

# Any number will do, so long as every epicrisis asks for the same one.
_LOCK = 0x65706963_72697369


def migrate(engine: Engine, to: str = NEWEST) -> None:
    """Bring the tables up or down to the step ``to``: all of it, or nothing.

    Raises:
        StorageError: a newer epicrisis has brought them further than this one knows.
        sqlalchemy.exc.SQLAlchemyError: the database refused a step.
    """
    with engine.begin() as connection:
        # Whoever starts at the same moment waits here, and then finds the steps taken.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        # A step over many rows takes longer than a request may.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        config = _config(connection)
        here, steps = _taken(connection), _steps(config)
        if here is not None and here not in steps:
            raise StorageError(
                f"The database was brought to step {here!r} by a newer epicrisis; install that one, or name another "
                "database in EPICRISIS_DATABASE_URL."
            )
        if to == NOTHING or (here is not None and to in steps and steps.index(to) < steps.index(here)):
            command.downgrade(config, to)
        elif here != (steps[-1] if to == NEWEST else to):
            command.upgrade(config, to)


def _taken(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table": "epicrisis_version"}).get_current_revision()


def _steps(config: Config) -> list[str]:
    """Return the steps there are, the first one first."""
    return [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "epicrisis.storage.postgres:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
