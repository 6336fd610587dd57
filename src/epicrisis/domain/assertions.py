"""What a note says of a finding: whether it is so, when, and for whom.

The six statuses are the finest reading; every coarser one (the 2010 i2b2/VA classes, the three and four labels of the
HTTP contracts, the Azure Text Analytics for Health axes) is a projection of them, written once, here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from epicrisis.domain.spans import Span


class Status(StrEnum):
    """Whether the finding is so; ``docs/clinical/assertion.md`` defines each with sentences."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    POSSIBLE = "POSSIBLE"
    CONDITIONAL = "CONDITIONAL"
    HYPOTHETICAL = "HYPOTHETICAL"
    NORMAL = "NORMAL"


class Temporality(StrEnum):
    """When it is, was or will be so."""

    CURRENT = "CURRENT"
    PAST = "PAST"
    FUTURE = "FUTURE"


class Experiencer(StrEnum):
    """Whom it is about; OTHER is anyone who is neither the patient nor a relative (a donor, a partner)."""

    PATIENT = "PATIENT"
    FAMILY = "FAMILY"
    OTHER = "OTHER"


class CueKind(StrEnum):
    """What a cue does to the findings in its scope."""

    NEGATION = "NEG"
    UNCERTAINTY = "UNC"
    HYPOTHESIS = "HYP"
    CONDITION = "COND"
    FAMILY = "FAM"
    PAST = "PAST"
    NORMALITY = "NORM"


class SentenceLabel(StrEnum):
    """What a sentence says, as a whole, of the main finding it is about."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    POSSIBLE = "POSSIBLE"
    CONDITIONAL = "CONDITIONAL"
    MIXED = "MIXED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Cue:
    """The words that gave a finding its status, and the stretch they reach over where that is known."""

    span: Span
    kind: CueKind
    scope: Span | None = None
    score: float = 1.0


def in_text_order(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Return ``cues`` as they stand in the text, those of one place always in the same order."""
    return tuple(sorted(cues, key=lambda cue: (cue.span, cue.kind, cue.scope or cue.span, cue.score)))


@dataclass(frozen=True, slots=True)
class Conflict:
    """The reading of another engine that strongly disagrees."""

    engine: str
    status: Status
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Assertion:
    """One judgement about one target, with the words that led to it.

    ``scores`` holds a calibrated probability per status and sums to 1; ``confidence`` is the one of ``status``.
    """

    target: Span
    status: Status
    confidence: float
    temporality: Temporality = Temporality.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT
    cues: tuple[Cue, ...] = ()
    scores: Mapping[Status, float] = field(default_factory=dict)
    conflict: Conflict | None = None

    @property
    def scope(self) -> Span | None:
        """Return the reach of the first cue whose reach holds some of the target, where one is known."""
        reaches = (cue.scope for cue in self.cues if cue.scope is not None)
        return next((scope for scope in reaches if scope.overlaps(self.target)), None)


class Scheme(StrEnum):
    """A coarser reading an assertion can be told in."""

    I2B2 = "i2b2"
    THREE = "three"
    FOUR = "four"
    AZURE = "azure"


I2B2_CLASSES = ("present", "absent", "possible", "conditional", "hypothetical", "associated_with_someone_else")


def to_i2b2(assertion: Assertion) -> str:
    """Return the class of the 2010 i2b2/VA assertion task (Uzuner et al. 2011, JAMIA 18:552)."""
    if assertion.experiencer is not Experiencer.PATIENT:
        return "associated_with_someone_else"
    if assertion.status is Status.NORMAL:
        return "absent"
    return assertion.status.value.lower()


def to_four_labels(status: Status) -> str:
    """Return PRESENT, ABSENT, POSSIBLE or CONDITIONAL: what might happen counts as conditional."""
    match status:
        case Status.NORMAL:
            return "ABSENT"
        case Status.HYPOTHETICAL:
            return "CONDITIONAL"
        case _:
            return status.value


def to_three_labels(status: Status) -> str:
    """Return PRESENT, ABSENT or POSSIBLE: whatever is not settled counts as possible."""
    label = to_four_labels(status)
    return "POSSIBLE" if label == "CONDITIONAL" else label


def to_azure(assertion: Assertion) -> dict[str, str]:
    """Return the axes of Azure Text Analytics for Health: certainty, conditionality, association, temporality."""
    certainty = {
        Status.PRESENT: "positive",
        Status.ABSENT: "negative",
        Status.NORMAL: "negative",
        Status.POSSIBLE: "neutralPossible",
    }
    conditionality = {Status.HYPOTHETICAL: "hypothetical", Status.CONDITIONAL: "conditional"}
    return {
        "certainty": certainty.get(assertion.status, "positive"),
        "conditionality": conditionality.get(assertion.status, "none"),
        "association": "subject" if assertion.experiencer is Experiencer.PATIENT else "other",
        "temporality": assertion.temporality.value.lower(),
    }


def projected(assertion: Assertion, scheme: Scheme) -> str | dict[str, str]:
    """Return ``assertion`` as ``scheme`` tells it."""
    match scheme:
        case Scheme.I2B2:
            return to_i2b2(assertion)
        case Scheme.THREE:
            return to_three_labels(assertion.status)
        case Scheme.FOUR:
            return to_four_labels(assertion.status)
        case Scheme.AZURE:
            return to_azure(assertion)
