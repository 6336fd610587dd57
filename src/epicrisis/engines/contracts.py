"""One contract per capability; an engine fulfils it without inheriting from it.

An engine is found by its entry point (``registry.py``), describes itself with an ``EngineCard``, and is covered by the
contract suite in ``tests/contract`` the moment its line stands in ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
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
class NoteReader(Protocol):
    """Reads whole notes: entities, assertions, cues, sentences and sections in one pass."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        """Return one annotated document per document, in order; neighbours never change an answer."""
        ...
