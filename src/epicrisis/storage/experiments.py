"""Which versions are compared, in the database."""

from __future__ import annotations

import sqlite3

from epicrisis.services.experiment_table import KeptExperiment, read, written
from epicrisis.services.experiments import Capability
from epicrisis.storage.sqlite import Database


class SqliteExperiments:
    """Experiments as long as the database lives, the same for every process that uses it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def all(self) -> dict[Capability, KeptExperiment]:
        """Return what is kept for each capability; looking makes no database."""
        if not self.database.exists:
            return {}
        rows = await self.database.run(lambda connection: connection.execute("SELECT * FROM experiments").fetchall())
        known = [row for row in rows if row["capability"] in set(Capability)]
        return {Capability(row["capability"]): KeptExperiment(read(row["experiment"]), row["set_at"]) for row in known}

    async def put(self, capability: Capability, kept: KeptExperiment) -> None:
        """Keep ``kept`` in the place of what was."""
        values = (capability.value, written(kept.experiment), kept.at)

        def put(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO experiments (capability, experiment, set_at) VALUES (?, ?, ?)",
                values,
            )

        await self.database.run(put)
