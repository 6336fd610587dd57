"""The parts a note is written in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.spans import Span


class SectionCategory(StrEnum):
    """What a section is about, as far as it changes how its sentences are read."""

    CHIEF_COMPLAINT = "chief-complaint"
    PRESENT_ILLNESS = "present-illness"
    PAST_HISTORY = "past-history"
    FAMILY_HISTORY = "family-history"
    SOCIAL_HISTORY = "social-history"
    ALLERGIES = "allergies"
    MEDICATIONS = "medications"
    REVIEW_OF_SYSTEMS = "review-of-systems"
    PHYSICAL_EXAM = "physical-exam"
    VITAL_SIGNS = "vital-signs"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    PROCEDURE = "procedure"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    HOSPITAL_COURSE = "hospital-course"
    DISCHARGE = "discharge"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Section:
    """A stretch under one heading; ``heading`` marks the words of the heading, where there is one."""

    span: Span
    category: SectionCategory = SectionCategory.OTHER
    heading: Span | None = None
