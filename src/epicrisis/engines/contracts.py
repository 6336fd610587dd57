"""One contract per capability; an engine fulfils it without inheriting from it.

An engine is found by its entry point (``registry.py``), describes itself with an ``EngineCard``, and is covered by the
contract suite in ``tests/contract`` the moment its line stands in ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.identifiers import Identifier
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class EngineCard:
    """What an engine is, what it learnt from, how it scores, and what it gets wrong."""

    name: str
    version: str
    summary: str
    languages: tuple[str, ...]
    trained_on: tuple[str, ...] = ()
    licence: str = "Apache-2.0"
    scores: Mapping[str, float] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Make:
    """What an engine is made of, for whoever runs it: what computes it, what cuts its words, how large it is.

    ``longest`` is how many tokens a sentence may have that ``sentence_labels`` is asked about, as ``pieces`` counts.
    """

    framework: str
    tokenizer: str
    size_bytes: int = 0
    longest: int = 512


@runtime_checkable
class AssertionEngine(Protocol):
    """Judges given findings."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        """Return one assertion per target, in the order of ``targets``.

        Raises:
            InvalidSpan: a target ends after the text does.
        """
        ...


@runtime_checkable
class EntityEngine(Protocol):
    """Finds what a note names."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def extract(self, document: Document) -> Sequence[Entity]:
        """Return the entities of ``document`` in the order of the text, none overlapping another of the same label."""
        ...


@runtime_checkable
class NamesEntities(Protocol):
    """Finds entities of several label sets in one pass: what different corpora call by different names."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    @property
    def label_sets(self) -> tuple[str, ...]:
        """Return the entity label sets this engine knows."""
        ...

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> Sequence[Mapping[str, list[Entity]]]:
        """Return the entities of each document, in order, by label set and in the order of the text.

        Entities of one label set never overlap; those of different ones may. Neighbours never change an answer.

        Raises:
            InvalidInput: the engine does not know a label set.
            UnknownLanguage: it does not read the language of a document.
        """
        ...


@runtime_checkable
class IdentifierEngine(Protocol):
    """Finds what says whose note it is."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def find(self, documents: Sequence[Document]) -> Sequence[list[Identifier]]:
        """Return the identifiers of each document, in order: in the order of the text, none overlapping another.

        The time this takes grows with the text and not faster. Neighbours never change an answer.

        Raises:
            UnknownLanguage: the engine does not read the language of a document.
        """
        ...


@runtime_checkable
class ReadsMeanwhile(Protocol):
    """Finds what says whose note it is on threads of its own, so that whoever asks can do other work meanwhile."""

    def begun(self, documents: Sequence[Document]) -> AbstractContextManager[Callable[[], Sequence[list[Identifier]]]]:
        """Begin to read ``documents``; within it, what is given returns what ``IdentifierEngine.find`` does.

        Raises:
            UnknownLanguage: the engine does not read the language of a document.
        """
        ...


@runtime_checkable
class FindsBesidePatterns(Protocol):
    """Finds what says whose note it is, and takes from the patterns where what they know begins and ends."""

    def find_beside(
        self, documents: Sequence[Document], known: Sequence[Sequence[Identifier]]
    ) -> Sequence[list[Identifier]]:
        """Return what ``IdentifierEngine.find`` does; ``known`` is what the patterns found in each document.

        Raises:
            UnknownLanguage: the engine does not read the language of a document.
        """
        ...


@runtime_checkable
class LabelsSentences(Protocol):
    """Says what a sentence says as a whole, and nothing else of it: the quickest answer there is."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        """Return one sentence per text, in order, each labelled and with scores that sum to 1.

        Each text is one sentence in ``language``, by default the first the engine reads; neighbours never change an
        answer.

        Raises:
            UnknownLanguage: the engine does not read that language.
        """
        ...

    @property
    def make(self) -> Make:
        """Say what the engine is made of."""
        ...

    def pieces(self, text: str) -> int:
        """Return how many tokens ``text`` has for this engine."""
        ...


@runtime_checkable
class LabelsQuickly(Protocol):
    """Labels sentences for a fraction of what ``sentence_labels`` costs, and nearly as well: the card says how well."""

    def quick_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        """Return what ``sentence_labels`` does, in the four labels of the contracts as good as the same."""
        ...


@runtime_checkable
class NoteReader(LabelsSentences, Protocol):
    """Reads whole notes: entities, assertions, cues, sentences and sections in one pass."""

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        """Return one annotated document per document, in order; neighbours never change an answer."""
        ...
