"""The parts a note is written in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
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


def section_of(sections: Sequence[Section], span: Span) -> Section | None:
    """Return the one of ``sections`` that holds all of ``span``; they follow each other, so there is at most one."""
    index = bisect_right(sections, span.start, key=lambda section: section.span.start) - 1
    return sections[index] if index >= 0 and sections[index].span.contains(span) else None
