"""What is done about the identifiers of a document, and the document that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind, Spared
from epicrisis.domain.spans import Span

# Safe Harbor lets an age stand up to this one; older ones are so rare that they tell people apart.
OLDEST_TOLD = 89


class Operator(StrEnum):
    """What is put in the place of an identifier."""

    KEEP = "keep"
    """Itself: the policy lets it stand."""
    MASK = "mask"
    """The same words for all: ``[REDACTED]``."""
    LABEL = "label"
    """Its kind: ``[NAME]``."""
    SURROGATE = "surrogate"
    """An invented one of the same form, the same for the same person wherever one key is used."""
    SHIFT = "shift"
    """A date so many days away, the same number for everything that is one patient's."""
    GENERALISE = "generalise"
    """What it says more broadly: a year for a date, ``90+`` for an age, three digits for a ZIP code."""
    HASH = "hash"
    """Its kind and a keyed pseudonym: ``[NAME:bcdfghjklmnp]``."""
    ENCRYPT = "encrypt"
    """Its kind and its cipher text, which whoever holds the key and the scope can open again."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which operator each kind of identifier takes, and which finer labels take another one than their kind."""

    name: str
    summary: str
    operators: Mapping[IdentifierKind, Operator]
    finer: Mapping[str, Operator] = field(default_factory=dict)
    mask: str = "[REDACTED]"
    ages_up_to: int | None = None
    """The oldest age that stands, whatever the operator of ages; ``None``: none does."""

    def operator(self, identifier: Identifier) -> Operator:
        """Return what ``identifier`` takes; a kind the policy does not name is masked, never kept."""
        finer = self.finer.get((identifier.sub or "").upper())
        return finer or self.operators.get(identifier.kind, Operator.MASK)


@dataclass(frozen=True, slots=True)
class Replacement:
    """An identifier, what stands in its place, where that stands in the new document, and by which operator."""

    identifier: Identifier
    text: str
    place: Span
    operator: Operator


@dataclass(frozen=True, slots=True)
class Redaction:
    """A new document without the identifiers of the old one; the replacements are in the order of the text.

    ``kept`` are identifiers that were found and let stand, as the policy says; ``spared`` only looked like some.
    """

    document: Document
    original_id: str
    policy: str
    replacements: tuple[Replacement, ...]
    kept: tuple[Identifier, ...]
    engine: str
    version: str
    spared: tuple[Spared, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many identifiers of each kind were replaced, in the order in which the kinds first appear."""
        return dict(Counter(each.identifier.kind.name for each in self.replacements))
