"""The twins in memory of what keeps differentials and what is said of them: for tests, and where nothing is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from epicrisis.services.interactions import ALL, Interaction, Looked, SealedInteraction
from epicrisis.services.judgements import Counted, Judgement


class MemoryInteractions:
    """Interactions as long as the process lives, or until they are purged."""

    def __init__(self) -> None:
        self._kept: dict[str, SealedInteraction] = {}
        self._last = 0

    async def keep(self, sealed: SealedInteraction) -> None:
        """Keep ``sealed``; one whose id is kept already stays as it is."""
        if sealed.interaction.id in self._kept:
            return
        self._last += 1
        numbered = replace(sealed.interaction, number=self._last)
        self._kept[numbered.id] = replace(sealed, interaction=numbered)

    async def find(self, interaction_id: str, *, tenant: str = "") -> SealedInteraction | None:
        """Return the interaction of that id, or ``None``; to a ``tenant``, what is another's is not there."""
        found = self._kept.get(interaction_id)
        return found if found is not None and Looked(tenant=tenant).takes(found.interaction) else None

    async def page(self, looked: Looked = ALL, *, after: int = 0, limit: int = 100) -> Sequence[Interaction]:
        """Return up to ``limit`` of those ``looked`` for, whose numbers come after ``after``, in their order."""
        every = (sealed.interaction for sealed in self._kept.values())
        return [each for each in every if each.number > after and looked.takes(each)][:limit]

    async def purge(self, before: datetime) -> int:
        """Forget those from before ``before``, and return how many that were."""
        gone = [name for name, sealed in self._kept.items() if sealed.interaction.at < before]
        for name in gone:
            del self._kept[name]
        return len(gone)


class MemoryJudgements:
    """Judgements as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, Judgement] = {}

    async def keep(self, judgement: Judgement) -> Judgement | None:
        """Keep ``judgement`` in the place of the one with its id, and return that one; what was known stays known."""
        before = self._kept.get(judgement.id)
        known = judgement.known or (before is not None and before.known)
        self._kept[judgement.id] = replace(judgement, known=known)
        return before

    async def about(self, ids: Sequence[str], *, tenant: str = "") -> Sequence[Judgement]:
        """Return those about any of ``ids``, the first said first; to a ``tenant``, what is another's is not there."""
        found = (each for each in self._kept.values() if each.said.about in ids and tenant in ("", each.tenant))
        return sorted(found, key=lambda each: (each.at, each.id))

    async def totals(self) -> Counter[Counted]:
        """Return how many of the judgements about known answers say so."""
        return Counter(each.counted for each in self._kept.values() if each.known)
