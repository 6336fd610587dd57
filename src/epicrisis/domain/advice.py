"""What a clinician is advised while they look at a patient or order something: short, with what it rests on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from epicrisis.domain.differentials import Alarm, Differential, Hypothesis
from epicrisis.domain.patients import Concept, MedicationUse, Observation
from epicrisis.domain.records import Code
from epicrisis.domain.summaries import Current

# Of one answer there are never more: who is shown many cards reads none.
MOST_CARDS = 8
_CARDS = uuid.UUID("2f0d6b8e-7e4c-5a1d-9b57-0c8f7a4d1e63")


class Level(StrEnum):
    """How much it matters, as CDS Hooks calls it (``indicator``)."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class TestOrder:
    """A test that can be ordered: what it is called, and its code where we know one."""

    text: str
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """The test ``name`` as the knowledge base has it, the orders it takes, and the condition that asks for it."""

    name: str
    orders: tuple[TestOrder, ...]
    hypothesis: Hypothesis


@dataclass(frozen=True, slots=True)
class MayHave:
    """What may explain what the record tells: the leading conditions, what needs action, and the tests they ask for."""

    level: Level
    hypotheses: tuple[Hypothesis, ...]
    differential: Differential
    alarms: tuple[Alarm, ...] = ()
    suggested: tuple[Suggested, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A test that is being ordered, and the leading conditions that ask for it."""

    order: str
    test: Concept
    hypotheses: tuple[Hypothesis, ...]
    level: Level = Level.INFO


@dataclass(frozen=True, slots=True)
class Measured:
    """A test that is being ordered, and its result that the record has already."""

    order: str
    test: Concept
    result: Observation
    level: Level = Level.INFO


class Closeness(StrEnum):
    """How close a drug comes to an allergy: the same substance, one class, or classes that may cross."""

    SAME = "same"
    CLASS = "class"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Allergic:
    """A drug that is being ordered, and an allergy to ``allergen`` against it; ``through`` is what they share."""

    order: str
    drug: MedicationUse
    allergy: Current
    allergen: str
    closeness: Closeness
    through: str
    level: Level


Advice: TypeAlias = MayHave | AskedFor | Measured | Allergic


@dataclass(frozen=True, slots=True)
class Advised:
    """All that is advised, what matters most first, in ``language``, and the differential it comes from."""

    advice: tuple[Advice, ...]
    differential: Differential
    language: str
    missing: tuple[str, ...] = field(default=())
    """The parts of the record that were not sent."""


def card_ids(request_id: str) -> tuple[str, ...]:
    """Return the ids that the cards of one answer have, so that what is said of a card is found by its request."""
    return tuple(str(uuid.uuid5(_CARDS, f"{request_id} {number}")) for number in range(MOST_CARDS))
