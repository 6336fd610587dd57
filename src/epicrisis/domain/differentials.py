"""What may explain what was found in a patient: conditions, how likely each is, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from epicrisis.domain.patients import Sex, Source
from epicrisis.domain.records import Code


class FindingKind(StrEnum):
    """What kind of thing a canonical finding is: who can tell it, or what shows it."""

    SYMPTOM = "SYMPTOM"
    SIGN = "SIGN"
    VITAL = "VITAL"
    LAB = "LAB"
    STUDY = "STUDY"
    HISTORY = "HISTORY"


class Urgency(StrEnum):
    """How soon a patient who has a condition should be seen."""

    EMERGENCY = "EMERGENCY"
    URGENT = "URGENT"
    SOON = "SOON"
    ROUTINE = "ROUTINE"


class Severity(StrEnum):
    """How ill a patient is, as whoever asks says."""

    MILD = "MILD"
    MODERATE = "MODERATE"
    SEVERE = "SEVERE"


@dataclass(frozen=True, slots=True)
class Observed:
    """A canonical finding that somebody looked for: there, or not.

    ``told`` is what it was read from (words, or a result with its unit), ``source`` where that stands.
    """

    finding: str
    present: bool = True
    told: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A clause of a note in its own ``words``, and the numbers an encoder of clauses hears it as.

    The last of ``heard`` is over 0 where the clause says that what it tells is there.
    """

    words: str
    heard: Sequence[float]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a patient: ``age`` in years, what was looked for, and the conditions they are known to have.

    ``unmatched`` are words that no finding was found for. ``said`` is the note they were read in, clause by clause, for
    engines that hear words; it is not told again.
    """

    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    severity: Severity | None = None
    observed: tuple[Observed, ...] = ()
    known: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    said: tuple[Said, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Weighed:
    """An observed finding and how much it moves the log-odds of a condition, in nats: above 0 it speaks for it."""

    observed: Observed
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the probability of a condition would be, were a finding there, and were it not."""

    finding: str
    name: str
    kind: FindingKind
    if_present: float
    if_absent: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One condition that may explain a case.

    ``confidence`` (0 to 1) is its own, calibrated: those of a list need not sum to 1. ``score`` is the log-odds it
    rests on, in nats: ``prior`` and all weights sum to it. ``is_known`` says that the patient is said to have it, and
    that its confidence is that of the saying.
    """

    condition: str
    name: str
    code: Code
    confidence: float
    score: float
    prior: float
    urgency: Urgency
    supporting: tuple[Weighed, ...] = ()
    opposing: tuple[Weighed, ...] = ()
    missing: tuple[WhatIf, ...] = ()
    red_flags: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask or test next, and how many bits it is expected to tell about which condition it is."""

    finding: str
    name: str
    kind: FindingKind
    gain: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A finding of the case that needs action whatever the ranking says, and the conditions it makes dangerous."""

    observed: Observed
    name: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differential:
    """The conditions that may explain ``case``, the likeliest first, and how likely it is that none of them does."""

    case: Case
    hypotheses: tuple[Hypothesis, ...]
    none_of_these: float
    questions: tuple[Question, ...]
    alarms: tuple[Alarm, ...]
    engine: str
    version: str
    warnings: tuple[str, ...] = ()
