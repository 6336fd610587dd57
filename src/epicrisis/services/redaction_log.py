"""What is kept of every redaction, as contract H asks (``phi_audit_log``): kinds and counts, never what was hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RedactionRecord:
    """One redaction: through which route, by which policy and engine, and how many of each kind were hidden.

    ``id`` is a UUID, and keeps a record from being kept twice; ``text_hash`` is the mark of the text (``Audit.mark``).
    """

    id: str
    created_at: datetime
    route: str
    kinds: Mapping[str, int] = field(default_factory=dict)
    text_hash: str = ""
    engine: str = ""
    version: str = ""
    policy: str = ""
    request_id: str = ""

    @property
    def redaction_count(self) -> int:
        """Return how many stretches were hidden."""
        return sum(self.kinds.values())


class RedactionLog(Protocol):
    """Keeps a record of every redaction; every method raises ``StorageError`` where it cannot."""

    async def keep(self, record: RedactionRecord) -> None:
        """Keep ``record``; one whose id is kept already stays as it is."""
        ...

    async def latest(self, *, limit: int = 100) -> Sequence[RedactionRecord]:
        """Return the records kept last, the newest first."""
        ...
