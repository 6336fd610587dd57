"""What a read note becomes: a record by engines that extract its items and linkers that find codes, or a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.note_summaries import Bounds, NoteSummary
from epicrisis.domain.records import Code, NoteRecord
from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.contracts import EngineCard


@runtime_checkable
class ExtractionEngine(Protocol):
    """Makes one record of what was found in a note."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def extract(self, note: AnnotatedDocument) -> NoteRecord:
        """Return the record of ``note``, without codes; every item quotes the note where its spans say.

        Raises:
            UnknownLanguage: the engine does not read the language of the note.
        """
        ...


class Coded(StrEnum):
    """What kind of thing a code is looked for."""

    PROBLEM = "PROBLEM"
    MEASUREMENT = "MEASUREMENT"
    MEDICATION = "MEDICATION"


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that a code is looked for, as a note names it.

    ``sentence`` is what stands around it, ``unit`` the UCUM unit of a measurement's result; both may help to choose.
    ``part`` says which of several results under one name is meant: "systolic", "hematocrit", whatever the language.
    ``past`` says that the note tells of it as over.
    """

    text: str
    kind: Coded
    language: str = "en"
    section: SectionCategory | None = None
    sentence: str = ""
    unit: str | None = None
    part: str | None = None
    past: bool = False


@runtime_checkable
class NoteSummaryEngine(Protocol):
    """Tells a note in short."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def summarize(self, note: AnnotatedDocument, *, bounds: Bounds) -> NoteSummary:
        """Return the summary of ``note``, with no more words than ``bounds`` allow.

        Raises:
            UnknownLanguage: the engine does not read the language of the note.
        """
        ...


@runtime_checkable
class CodeLinker(Protocol):
    """Finds codes of one system."""

    @property
    def card(self) -> EngineCard:
        """Describe the linker."""
        ...

    @property
    def kinds(self) -> frozenset[Coded]:
        """Return what kinds of things it finds codes for."""
        ...

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> Sequence[tuple[Code, ...]]:
        """Return the codes of each mention, in order: the likeliest first, ``most`` at most, none where none is sure.

        A mention of a kind or in a language it does not know has none. Neighbours never change an answer.
        """
        ...
