"""What a server answers about identifiers, as values: what stands in their place, and never what stood there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Hidden:
    """What stands in the place of an identifier: ``place`` in the new text, ``original`` in the one sent.

    ``found_by``, ``why`` and ``score`` are there where an explanation was asked for.
    """

    text: str
    place: Span
    original: Span
    kind: IdentifierKind
    operator: Operator
    sub: str | None = None
    found_by: str = ""
    why: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Untouched:
    """A stretch of the text sent that stands as it was, and why: the policy lets it, or it only looks like somebody."""

    original: Span
    kind: IdentifierKind
    why: str
    found_by: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class RedactedNote:
    """A note without its identifiers; ``kept`` and ``spared`` are there where an explanation was asked for."""

    text: str
    language: str
    policy: str
    hidden: tuple[Hidden, ...]
    counts: Mapping[str, int]
    engine: str
    version: str
    kept: tuple[Untouched, ...] = ()
    spared: tuple[Untouched, ...] = ()


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted note. An answer told again has the id of the request that was done."""

    note: RedactedNote
    request_id: str


@dataclass(frozen=True, slots=True)
class RedactedFile:
    """A file without identities: its bytes, of the same kind, and how many identifiers of each kind were hidden."""

    data: bytes = field(repr=False)
    media_type: str
    policy: str
    counts: Mapping[str, int]
    engine: str
    version: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Reidentified:
    """A text with its identifiers as they were, and how many had been sealed."""

    text: str = field(repr=False)
    opened: int
    request_id: str
