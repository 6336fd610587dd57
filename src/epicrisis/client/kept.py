"""What a server answers about cases that are kept, as values that show nothing of what was told of a patient."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from epicrisis.domain.patients import Sex
from epicrisis.domain.records import Code


@dataclass(frozen=True, slots=True)
class NamedFinding:
    """A finding by its id in the knowledge base, and what it is called."""

    finding: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """A finding of a case: there, or looked for and not there."""

    finding: str
    name: str
    present: bool


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case as it is kept: its ``text`` is redacted, its ``age`` in years, and 90 stands for every age above.

    ``unmatched`` are words that no finding was found for, which only the call that keeps a case tells.
    """

    id: str
    created_at: datetime
    language: str
    sex: Sex
    age: float | None = field(repr=False)
    text: str = field(repr=False)
    findings: tuple[CaseFinding, ...] = field(repr=False)
    outcome: Code | None = field(repr=False)
    unmatched: tuple[str, ...] = field(repr=False)
    request_id: str


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A kept case, how similar it is (1 is the same, 0 has nothing in common), and why.

    ``opposed`` are findings that one has and the other has not; ``only_asked`` and ``only_kept`` those that one alone
    says anything of.
    """

    score: float
    case: KeptCase
    shared: tuple[NamedFinding, ...] = field(repr=False)
    both_absent: tuple[NamedFinding, ...] = field(repr=False)
    opposed: tuple[NamedFinding, ...] = field(repr=False)
    only_asked: tuple[NamedFinding, ...] = field(repr=False)
    only_kept: tuple[NamedFinding, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundCases:
    """The cases that are similar, the most similar first; ``notice`` belongs beside them wherever somebody reads it."""

    cases: tuple[SimilarCase, ...]
    notice: str
    unmatched: tuple[str, ...] = field(repr=False)
    request_id: str


@dataclass(frozen=True, slots=True)
class RemovedCase:
    """A case that is kept no more."""

    id: str
    request_id: str
