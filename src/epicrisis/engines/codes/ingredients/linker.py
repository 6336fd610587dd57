"""Finds the ingredients of drugs: generic names, brands, salts and combinations, and long names one letter off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.ingredients.names import Names
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.engines.shipped import ShippedEngine

FOLDER, VOCABULARY = "ingredients", "names.json"


class IngredientLinker:
    """DrugBank ids of ingredients; a combination has the codes of all, in the order of its name."""

    kinds = frozenset({Coded.MEDICATION})

    def __init__(self, artifact: Artifact) -> None:
        """Link with the vocabulary in ``artifact``."""
        self.card: EngineCard = artifact.card
        self._artifact = artifact

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> list[tuple[Code, ...]]:
        """Return the ingredients of each mention, in order: ``most`` at most, none where its name is not known."""
        return [self._codes(mention, most) for mention in mentions]

    @cached_property
    def _names(self) -> Names:
        return vocabulary_of(self._artifact)

    def _codes(self, mention: Mention, most: int) -> tuple[Code, ...]:
        language = mention.language.partition("-")[0].lower()
        if mention.kind not in self.kinds or language not in self.card.languages:
            return ()
        found = self._names.of(mention.text)[:most]
        return tuple(Code(CodeSystem.DRUGBANK, drug.id, drug.display, score) for drug, score in found)


def vocabulary_of(artifact: Artifact) -> Names:
    """Return the vocabulary in ``artifact``; whoever asks for it, it is read once.

    Raises:
        ArtifactError: its file is missing or not what the card says.
    """
    return _read(artifact.path(VOCABULARY))


@cache
def _read(path: Path) -> Names:
    return Names.read(path)


build = ShippedEngine(FOLDER, IngredientLinker)
