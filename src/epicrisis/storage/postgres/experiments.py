"""Which versions are compared, in PostgreSQL."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from epicrisis.services.experiment_table import KeptExperiment, read, written
from epicrisis.services.experiments import Capability
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import experiments


class PostgresExperiments:
    """Experiments as long as the database lives, the same for every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def all(self) -> dict[Capability, KeptExperiment]:
        """Return what is kept for each capability; looking makes no database."""
        if not self.database.exists:
            return {}
        rows = await self.database.run(lambda connection: connection.execute(select(experiments)).mappings().all())
        known = [row for row in rows if row["capability"] in set(Capability)]
        return {Capability(row["capability"]): KeptExperiment(read(row["experiment"]), row["set_at"]) for row in known}

    async def put(self, capability: Capability, kept: KeptExperiment) -> None:
        """Keep ``kept`` in the place of what was."""
        values = {
            "capability": capability.value,
            "experiment": written(kept.experiment),
            "set_at": kept.at,
        }
        put = insert(experiments).values(values).on_conflict_do_update(index_elements=["capability"], set_=values)
        await self.database.run(lambda connection: connection.execute(put))
