"""A note with everything we found beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from epicrisis.domain.assertions import Assertion, Cue, SentenceLabel
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import Section, section_of
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the note, its label as a whole, and a calibrated probability per label.

    ``language`` is there where the sentence is clearly in another than the one its note was read in.
    """

    span: Span
    label: SentenceLabel | None = None
    scores: Mapping[SentenceLabel, float] = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document and what its engines say of it, each list in the order of the text.

    ``assertions[i]`` belongs to ``entities[i]``; it is ``None`` for attributes (a dose, a value), which carry none.
    """

    document: Document
    entities: tuple[Entity, ...]
    assertions: tuple[Assertion | None, ...]
    cues: tuple[Cue, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    sections: tuple[Section, ...] = ()
    engine: str = ""
    version: str = ""

    def section_of(self, span: Span) -> Section | None:
        """Return the section that holds all of ``span``; sections follow each other, so there is at most one."""
        return section_of(self.sections, span)
