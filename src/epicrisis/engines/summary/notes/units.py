"""What a summary is made of: the sentences of a note, each with the heading it cannot be told without."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Experiencer, Status
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.summary.notes.lists import phrases, primary
from epicrisis.text.headings import DECORATION
from epicrisis.text.phrases import folded

# Here even a few words say by themselves what they say. Elsewhere the heading is half of it: "PLAN: Chest X-ray."
_TELLING = frozenset(
    {
        SectionCategory.CHIEF_COMPLAINT,
        SectionCategory.PRESENT_ILLNESS,
        SectionCategory.PHYSICAL_EXAM,
        SectionCategory.VITAL_SIGNS,
        SectionCategory.LABORATORY,
        SectionCategory.IMAGING,
        SectionCategory.HOSPITAL_COURSE,
    }
)
# And here even a whole sentence needs it: "FAMILY HISTORY: There is diabetes."
_HALF_TOLD = frozenset({SectionCategory.ALLERGIES, SectionCategory.FAMILY_HISTORY})
_AFTER_HEADING = DECORATION + "\n:-\u2013\u2014."
_MARKER = re.compile(r"(?:\(?\d{1,2}[.)]|[-*\u2022\u25aa\u25cf])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence without its heading and its number in a list, and what was found in it.

    ``heading`` is what has to be told with it, where the note has it elsewhere than in ``span``. ``leans`` says that
    what it says of a finding depends on words that stand in neither, so that it cannot be told alone; a courtesy says
    nothing of the patient.
    """

    span: Span
    section: Section | None
    heading: Span | None
    found: tuple[tuple[Entity, Assertion | None], ...]
    leans: bool
    is_courtesy: bool
    index: int
    opens_section: bool
    is_item: bool

    @property
    def category(self) -> SectionCategory:
        """Return what the section it stands in is about."""
        return SectionCategory.OTHER if self.section is None else self.section.category


def units_of(note: AnnotatedDocument) -> list[Unit]:
    """Return the sentences of ``note`` that have words of their own, in order."""
    return list(_units(note))


def _units(note: AnnotatedDocument) -> Iterator[Unit]:
    text = note.document.text
    found = sorted(zip(note.entities, note.assertions, strict=True), key=lambda pair: pair[0].span)
    starts = [entity.span.start for entity, _ in found]
    before: Section | None = None
    low = folded(text)
    predicates, courtesies = (phrases(primary(note), key) for key in ("predicates", "courtesies"))
    led_in = False
    index = 0
    for sentence in note.sentences:
        section = note.section_of(sentence.span)
        span = _core(text, sentence.span, section)
        if span is None:
            led_in = False
            continue
        # "He denies the following:" and, below it, "1. Fever."
        led_in = led_in and _MARKER.match(text, sentence.span.start) is not None
        own = tuple(
            pair
            for pair in found[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
            if span.contains(pair[0].span)
        )
        heading = _heading(section, whole=predicates.first(low, span.start, span.end) is not None)
        yield Unit(
            span=span,
            section=section,
            heading=heading,
            found=own,
            leans=led_in or _leans(own, [span] if heading is None else [span, heading]),
            is_courtesy=not own and courtesies.first(low, span.start, span.end) is not None,
            index=index,
            opens_section=section is not before or index == 0,
            is_item=text[span.start - 1 : span.start].isspace()
            and _MARKER.match(text, sentence.span.start) is not None,
        )
        led_in = led_in or text[span.end - 1] == ":"
        before = section
        index += 1


def _heading(section: Section | None, *, whole: bool) -> Span | None:
    """Return the heading that what stands in ``section`` cannot be told without, ``whole`` sentence or not."""
    if section is None or section.category in _TELLING or (whole and section.category not in _HALF_TOLD):
        return None
    return section.heading


def _core(text: str, sentence: Span, section: Section | None) -> Span | None:
    """Return ``sentence`` without heading and marker; ``None`` where no letter is left."""
    start, end = sentence.start, sentence.end
    heading = None if section is None else section.heading
    if heading is not None and start <= heading.end <= end and heading.start - start <= len(DECORATION):
        start = heading.end
        while start < end and text[start] in _AFTER_HEADING:
            start += 1
    marker = _MARKER.match(text, start, end)
    if marker is not None:
        start = marker.end()
    if not any(map(str.isalpha, text[start:end])):
        return None
    return Span(start, end)


def _leans(found: Sequence[tuple[Entity, Assertion | None]], told: Sequence[Span]) -> bool:
    return any(assertion is not None and _rests_elsewhere(assertion, told) for _, assertion in found)


def _rests_elsewhere(assertion: Assertion, told: Sequence[Span]) -> bool:
    """Return whether it is not simply so, and none of the words that say so are told."""
    if assertion.status is Status.PRESENT and assertion.experiencer is Experiencer.PATIENT:
        return False
    return bool(assertion.cues) and not any(span.contains(cue.span) for cue in assertion.cues for span in told)
