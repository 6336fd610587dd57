"""The patterns and the learnt engine as a redaction hears them: one answer, look-alikes spared."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis import assembly
from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identified, Identifier
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.identify import Identify
from epicrisis_lab.errors import MissingCapability

TOGETHER = "together"


class Together:
    """What the service says of each document."""

    def __init__(self, identify: Identify, language: str) -> None:
        """Ask ``identify`` about documents in ``language``."""
        self._identify = identify
        cards = identify.cards(language)
        names = " and ".join(f"{card.name} {card.version}" for card in cards)
        self.card = EngineCard(
            TOGETHER, cards[-1].version, f"What a redaction is told: {names}.", languages=(language,)
        )

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        """Return the identifiers of each document, in order, none overlapping another.

        Raises:
            MissingCapability: a document cannot be read.
        """
        found: list[list[Identifier]] = []
        for document, outcome in zip(documents, self._identify.many(documents), strict=True):
            if not isinstance(outcome, Identified):
                raise MissingCapability(f"The row {document.id!r} was not answered: {outcome.code}.")
            found.append(list(outcome.identifiers))
        return found


def together(language: str) -> Together:
    """Build the engine from the settings of this machine."""
    return Together(assembly.load().identify, language)
