"""The time in which changes are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """After ``first`` and until ``last``, which is in it."""

    first: datetime
    last: datetime

    def holds(self, moment: datetime) -> bool:
        """Return whether ``moment`` lies in it."""
        return self.first < moment <= self.last
