"""What a note names: problems, tests, procedures, drugs and what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.spans import Span


class EntityLabel(StrEnum):
    """The clinical label set; ``docs/clinical/entities.md`` defines each with sentences."""

    PROBLEM = "PROBLEM"
    TEST = "TEST"
    PROCEDURE = "PROCEDURE"
    MEDICATION = "MEDICATION"
    DOSE = "DOSE"
    ROUTE = "ROUTE"
    FREQUENCY = "FREQUENCY"
    DURATION = "DURATION"
    VALUE = "VALUE"

    @property
    def is_concept(self) -> bool:
        """Return whether an entity of this label carries an assertion (attributes of a drug or test do not)."""
        return self in _CONCEPTS


_CONCEPTS = frozenset({EntityLabel.PROBLEM, EntityLabel.TEST, EntityLabel.PROCEDURE, EntityLabel.MEDICATION})


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A named thing in a note: where it stands, what kind it is, and how sure the engine is (0 to 1)."""

    span: Span
    label: str
    score: float = 1.0
    code: str | None = None
