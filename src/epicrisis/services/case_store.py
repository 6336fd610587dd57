"""Where cases are kept: the port, the rows it keeps, and what may narrow a search.

A row holds no word: what was told stands sealed in ``content``, and what a search narrows by are labels and numbers.
The vector beside it stands open, for an index reads it; it is made of a text that was redacted before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.patients import Sex

Vector = NDArray[np.float32]

# The table and the column that the content is sealed for, in whatever store.
CONTENT = ("cases", "content")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What is kept of a case beside its vector; ``space`` names what the vector was made with.

    ``outcome`` is a code of ICD-10-CM.
    """

    id: str
    tenant: str
    owner: str
    created_at: datetime
    language: str
    age: float | None
    sex: Sex
    outcome: str | None
    space: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which cases a search is among: of a tenant (the installation's own see all), a language, a sex, some ages.

    ``age_from`` is the first age in years that counts, ``age_below`` the first that does not. ``outcome`` is a code, or
    how codes begin: ``J18`` is J18.9 too.
    """

    tenant: str
    space: str
    language: str | None = None
    sex: Sex | None = None
    age_from: float | None = None
    age_below: float | None = None
    outcome: str | None = None

    def admits(self, row: CaseRow) -> bool:
        """Return whether ``row`` is among those."""
        return (
            self.tenant in ("", row.tenant)
            and self.space == row.space
            and self.language in (None, row.language)
            and self.sex in (None, row.sex)
            and (self.age_from is None or (row.age is not None and row.age >= self.age_from))
            and (self.age_below is None or (row.age is not None and row.age < self.age_below))
            and (self.outcome is None or (row.outcome or "").startswith(self.outcome))
        )


@dataclass(frozen=True, slots=True)
class Near:
    """A row, and the cosine of its vector with the one that was asked for."""

    row: CaseRow
    score: float


class CaseStore(Protocol):
    """Keeps cases; every method raises ``StorageError`` where it cannot.

    What is of another ``tenant`` is not there; to the installation itself, the tenant without a name, everything is.
    """

    async def add(self, row: CaseRow, vector: Vector) -> None:
        """Keep ``row``, whose id is new, and its vector of length 1."""
        ...

    async def find(self, case_id: str, *, tenant: str) -> CaseRow | None:
        """Return the row of that id, or ``None``."""
        ...

    async def conclude(self, case_id: str, outcome: str | None, *, tenant: str) -> bool:
        """Put ``outcome`` in the place of what stood there; return whether there was such a case."""
        ...

    async def remove(self, case_id: str, *, tenant: str) -> bool:
        """Forget the case of that id; return whether there was one."""
        ...

    async def nearest(self, vector: Vector, among: Narrowing, *, limit: int) -> Sequence[Near]:
        """Return up to ``limit`` rows ``among`` those whose vectors point most the way of ``vector``, nearest first."""
        ...
