"""What the heading of a section says of the findings below it, where they say nothing themselves."""

from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Temporality, in_text_order
from epicrisis.domain.sections import Section, SectionCategory


def with_section_defaults(annotated: AnnotatedDocument) -> AnnotatedDocument:
    """Return ``annotated`` with findings under a family or past-history heading read so; the heading is the cue."""
    assertions = tuple(
        assertion and _under(annotated.section_of(assertion.target), assertion) for assertion in annotated.assertions
    )
    headings = {cue for assertion in assertions if assertion for cue in assertion.cues} - set(annotated.cues)
    return replace(annotated, assertions=assertions, cues=in_text_order({*annotated.cues, *headings}))


def _under(section: Section | None, assertion: Assertion) -> Assertion:
    # Without the words of a heading there is nothing to show for the change, so none is made.
    if section is None or section.heading is None or section.heading.overlaps(assertion.target):
        return assertion
    match section.category:
        case SectionCategory.FAMILY_HISTORY if assertion.experiencer is Experiencer.PATIENT:
            cue = Cue(section.heading, CueKind.FAMILY, scope=section.span)
            return replace(assertion, experiencer=Experiencer.FAMILY, cues=(*assertion.cues, cue))
        case SectionCategory.PAST_HISTORY if assertion.temporality is Temporality.CURRENT:
            cue = Cue(section.heading, CueKind.PAST, scope=section.span)
            return replace(assertion, temporality=Temporality.PAST, cues=(*assertion.cues, cue))
        case _:
            return assertion
