"""What an engine may be able to do beyond its contract; the lab asks for it and does without where it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Cue
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span


@runtime_checkable
class AssessesMany(Protocol):
    """Judges the findings of many documents in one go."""

    def assess_many(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> Sequence[Sequence[Assertion]]:
        """Return the assertions of each document, in order; each document is one sentence, given as such."""
        ...


@runtime_checkable
class ExtractsMany(Protocol):
    """Finds entities of several label sets in many documents in one go."""

    def extract_many(self, documents: Sequence[Document], label_set: str) -> Sequence[Sequence[Entity]]:
        """Return the entities of each document, in order; each is one sentence or abstract, read as it stands."""
        ...


@runtime_checkable
class FindsCues(Protocol):
    """Finds the words that change a status."""

    def cues(self, document: Document) -> Sequence[Cue]:
        """Return the cues of ``document`` in the order of the text."""
        ...


@runtime_checkable
class FindsCuesMany(Protocol):
    """Finds cues in many documents in one go."""

    def cues_many(self, documents: Sequence[Document]) -> Sequence[Sequence[Cue]]:
        """Return the cues of each document, in order; each document is one sentence, given as such."""
        ...


@runtime_checkable
class LabelsSentences(Protocol):
    """Says what a sentence says as a whole."""

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        """Return one labelled sentence per text, in order; each text is one sentence in ``language``."""
        ...
