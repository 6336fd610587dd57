"""The sections of a note, by its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.text.headings import DECORATION, Heading, heading_key, headings
from epicrisis.text.phrases import Phrases, folded
from epicrisis.text.wordlists import word_lists

# "LUNGS:" stays in the section it stands in, but it cannot belong to these: there the examination begins unannounced.
_LEFT_BY_EXAM_PARTS = {
    None,
    SectionCategory.CHIEF_COMPLAINT,
    SectionCategory.FAMILY_HISTORY,
    SectionCategory.SOCIAL_HISTORY,
    SectionCategory.ALLERGIES,
    SectionCategory.MEDICATIONS,
    SectionCategory.VITAL_SIGNS,
}
# "AF: padre con DM." and on the next line "Acude por disnea.": these end where a line tells of the visit.
_LEFT_BY_VISIT = {
    SectionCategory.ALLERGIES,
    SectionCategory.FAMILY_HISTORY,
    SectionCategory.MEDICATIONS,
    SectionCategory.PAST_HISTORY,
    SectionCategory.SOCIAL_HISTORY,
}
# Here a number or a hash begins an item, and no section: "1. COPD: tiotropium."
_ITEMISED = {SectionCategory.ASSESSMENT, SectionCategory.PLAN}
# How far a line may be set in.
_INDENT = 8
_NUMBERED = re.compile(r"\(?\d{1,2}[.)]")


def section_spans(text: str, language: str = "en") -> list[Section]:
    """Return the sections of ``text`` in order; together they hold every character that is not white space."""
    opened = list(_opened(text, headings(text, language), frozenset(word_lists("sections", language)["parts-in-exam"])))
    starts = [_with_decoration(text, heading.span.start) for heading, _ in opened]
    edges = [0, *starts, len(text)]
    stretches = [_trimmed(text, start, end) for start, end in pairwise(edges)]
    sections = [Section(stretches[0])] if stretches[0] is not None else []
    for (heading, category), span in zip(opened, stretches[1:], strict=True):
        if span is not None:
            sections.extend(_until_visit(text, Section(span, category, heading.span), language))
    return sections


def _until_visit(text: str, section: Section, language: str) -> Iterator[Section]:
    """Yield ``section``, in two where a line of a history tells of the visit without a heading of its own."""
    span, heading = section.span, section.heading
    if section.category not in _LEFT_BY_VISIT or heading is None:
        yield section
        return
    low = folded(text[heading.end : span.end])
    begins = (visit.start for visit in _visits(language).find(low) if _opens_line(low, visit.start))
    first = next(begins, None)
    if first is None:
        yield section
        return
    start = heading.end + first
    own = _trimmed(text, span.start, start)
    if own is not None:
        yield Section(own, section.category, heading)
    yield Section(Span(start, span.end), SectionCategory.PRESENT_ILLNESS)


def _opens_line(text: str, at: int) -> bool:
    before = text[max(0, at - _INDENT) : at].rstrip(" \t")
    return before.endswith("\n")


@cache
def _visits(language: str) -> Phrases:
    """Return what a line begins with that tells what brought somebody: "Acude por", "Presents with"."""
    return Phrases(word_lists("visits", language)["visits"])


def _opened(
    text: str, found: list[Heading], parts_in_exam: frozenset[str]
) -> Iterator[tuple[Heading, SectionCategory]]:
    current: SectionCategory | None = None
    for heading in found:
        words = text[heading.span.start : heading.span.end]
        if current in _ITEMISED and heading.category is SectionCategory.OTHER and _is_item(text, heading.span):
            continue
        if current is SectionCategory.PHYSICAL_EXAM and heading_key(words) in parts_in_exam:
            continue
        if heading.category is not None:
            current = heading.category
        elif current in _LEFT_BY_EXAM_PARTS:
            current = SectionCategory.PHYSICAL_EXAM
        else:
            continue
        yield heading, current


def _is_item(text: str, span: Span) -> bool:
    """Return whether capitals are what an item is about, by its number or hash: "1. COPD:", "# COPD:"."""
    return _NUMBERED.match(text, span.start) is not None or text[max(0, span.start - 2) : span.start].endswith(
        ("#", "# ")
    )


def _with_decoration(text: str, start: int) -> int:
    """Return where the marks before a heading begin: "## Plan", "**Plan**"."""
    while start > 0 and text[start - 1] in DECORATION:
        start -= 1
    return start


def _trimmed(text: str, start: int, end: int) -> Span | None:
    stretch = text[start:end]
    begin = start + len(stretch) - len(stretch.lstrip())
    stop = start + len(stretch.rstrip())
    return Span(begin, stop) if begin < stop else None
