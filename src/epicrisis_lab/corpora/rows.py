"""What one row of a corpus says, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from epicrisis.domain.assertions import CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span

Layer = Literal["entities", "targets", "cues", "scopes", "sentence_label"]


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """A marked entity; attributes (a dose, a value) and entities of other corpora carry no status.

    ``sub`` is the finer label a corpus keeps beside its own: HUMAN or SPECIES in LivingNER.
    """

    span: Span
    label: str
    status: Status | None = None
    temporality: Temporality | None = None
    experiencer: Experiencer | None = None
    code: str | None = None
    sub: str | None = None


@dataclass(frozen=True, slots=True)
class GoldTarget:
    """A concept whose status is given; ``derived`` where a rule, not an annotator, gave it."""

    span: Span
    status: Status
    temporality: Temporality = Temporality.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT
    label: str | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class GoldCue:
    """The words that change a status; ``parts`` where they stand apart ("neither ... nor")."""

    span: Span
    kind: CueKind
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldScope:
    """The stretch a cue reaches over; ``cue`` is an index into the cues of the row."""

    span: Span
    kind: CueKind
    cue: int
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldRelation:
    """What joins two entities of a row, by the name its corpus has for it; both are indexes into its entities."""

    kind: str
    head: int
    tail: int


@dataclass(frozen=True, slots=True)
class LabRow:
    """A sentence or a document with what its corpus marks in it.

    ``layers`` names what was annotated: an empty tuple of a layer that is named means that there is nothing to find,
    of a layer that is not named that nobody looked. ``pair`` is true where the row holds one target of a sentence that
    other rows repeat.
    """

    id: str
    text: str
    language: str
    source: str
    doc: str
    entities: tuple[GoldEntity, ...] = ()
    targets: tuple[GoldTarget, ...] = ()
    cues: tuple[GoldCue, ...] = ()
    scopes: tuple[GoldScope, ...] = ()
    sentence_label: SentenceLabel | None = None
    layers: frozenset[Layer] = frozenset()
    pair: bool = False
    relations: tuple[GoldRelation, ...] = ()

    @property
    def document(self) -> Document:
        """Return the text as engines read it."""
        return Document(id=self.id, text=self.text, language=self.language)
