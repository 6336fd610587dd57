"""Which diseases a note tells of the patient's relatives, and of whom."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from epicrisis.domain.assertions import Assertion, Experiencer, Status
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.records import FamilyCondition
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary, word_lists
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.places import Places
from epicrisis.text.phrases import alternatives, folded

# "Father is deceased. He had emphysema": a sentence that begins so goes on about the relative of the one before.
_GOES_ON = re.compile(
    r"\W*(?:s?he|they|el|ella|este|esta|fallecid[oa])\b"
    r"(?! (?:otherwise |also )?(?:denies|describes|is (?:not aware|unaware)|reports|states|niega|refiere)\b)"
)
# A relative who is named further away in a sentence is not whose disease it is.
_REACH = 240
_PARAGRAPH = re.compile(r"\S[^\S\n]*\n[^\S\n]*\n")
_WHO = re.compile(r",? (?:who|que|quien)\b(?! (?:both|have|tienen|tuvieron)\b)")
# What joins a relative to what follows, as lists do: "PGM - stroke", "mom w/ DM".
_LEADS = re.compile(r"\s?[-:]\s?|\s(?:w/|with|con)\s?")
# No list of one relative's diseases is longer.
_MOST_LISTED = 20
# An answer is all that stands behind its condition: "DM neg, CAD +", and no "HTN, no DM".
_ENDS = re.compile(r"\s{0,2}(?:[,;.\n]|\Z)")
_COLON = re.compile(r"\s?[-:]\s?")
_BULLET = re.compile(r"[\s*-]{0,6}")
# How sure a word list is of what it finds.
_READ = 0.8
_NEW_SUBJECT = re.compile(r"[;.](?! s?he\b)|\bno (?:other )?family\b|\bfamily history\b")


def family(note: Note) -> tuple[FamilyCondition, ...]:
    """Return the conditions of relatives in the order of the text, one per condition and relative.

    What stands under a heading of family history is never the patient's, whatever its sentence says. Beside a denied
    condition stands ABSENT; a relative is missing where the note names none.
    """
    reading = _Reading(note)
    return tuple(condition for each in reading.found for condition in reading.conditions(each))


def is_familys(note: Note, found: Found) -> bool:
    """Return whether ``found`` is said of the family: by the reader, or by the heading it stands right under.

    A heading reaches over its own line or, where it stands alone, its paragraph: "Antecedentes familiares: no refiere."
    is often followed by the patient's history without a heading of its own. There the reader is believed.
    """
    if found.assertion is not None and found.assertion.experiencer is not Experiencer.PATIENT:
        return found.assertion.experiencer is Experiencer.FAMILY
    section = note.annotated.section_of(found.span)
    if section is None or section.heading is None or section.category is not SectionCategory.FAMILY_HISTORY:
        return False
    own_line = Span(section.heading.start, max(note.line(section.heading).end, section.heading.end))
    if own_line.contains(found.span):
        return True
    if note.text[section.heading.end : own_line.end].strip(" :*_\t"):
        return False
    return _PARAGRAPH.search(note.text, own_line.end, found.span.start) is None


def relative_in(low: str, language: str, start: int, end: int) -> Span | None:
    """Return the last relative named in ``low``, a text as ``phrases.folded`` returns it, between two places of it."""
    named = [Span(*match.span()) for match in _relative(language).finditer(low, start, end)]
    return named[-1] if named else None


class _Reading:
    def __init__(self, note: Note) -> None:
        self.note = note
        self.language = primary(note)
        self.low = folded(note.text)
        named = [*note.of(EntityLabel.PROBLEM), *self.short_forms()]
        self.found = sorted(named, key=lambda each: each.span)

    def short_forms(self) -> Iterator[Found]:
        """Yield what a list calls by letters alone and no reader took for a disease: "Mother - HTN, DM2"."""
        problems = Places(each.span for each in self.note.of(EntityLabel.PROBLEM))
        for span in phrases("family", self.language, "short-forms").find(self.low):
            found = Found(Entity(span, EntityLabel.PROBLEM), None)
            if problems.overlap(span) or not (is_familys(self.note, found) or self._is_led_by_relative(span)):
                continue
            status = Status.ABSENT if self._is_denied(span) else Status.PRESENT
            yield replace(found, assertion=Assertion(span, status, _READ, experiencer=Experiencer.FAMILY))

    def _is_led_by_relative(self, span: Span) -> bool:
        """Return whether its sentence is a line of such a list: "Father - deceased, CAD"."""
        sentence = self.note.sentence(span)
        bullet = _BULLET.match(self.low, sentence.start)
        start = sentence.start if bullet is None else bullet.end()
        relative = _relative(self.language).match(self.low, start, sentence.end)
        return relative is not None and _COLON.match(self.low, relative.end()) is not None

    def _is_denied(self, span: Span) -> bool:
        start = max(self.note.sentence(span).start, span.start - _REACH)
        denial = phrases("family", self.language, "denied").last(self.low, start, span.start)
        if denial is None or _NEW_SUBJECT.search(self.low, denial.end, span.start):
            return False
        if _ENDS.match(self.low, denial.end):
            # "DM neg, CAD": it answers for what stands before it.
            return False
        held = phrases("family", self.language, "held").first(self.low, denial.end, span.start)
        return held is None and not self._named(denial.end, max(denial.end, span.start))

    def conditions(self, found: Found) -> Iterator[FamilyCondition]:
        found = self._without_relative(found)
        words = self.low[found.span.start : found.span.end]
        if not is_familys(self.note, found) or words in phrases("family", self.language, "not-conditions"):
            return
        if self._is_relative(found.span):
            return
        read = Status.PRESENT if found.assertion is None else found.assertion.status
        status = self._answer(found.span) or read
        named = self._relatives(found)
        if status is Status.ABSENT:
            # "No family members with dementia" names nobody.
            named = [each for each in named if not self._is_whole(each)]
        relatives: Sequence[Span | None] = named or [None]
        for relative in relatives:
            yield FamilyCondition(
                condition=self.note.stated(found.span),
                status=status,
                relative=None if relative is None else self.note.stated(relative),
            )

    def _answer(self, span: Span) -> Status | None:
        """Return what the answer right behind a condition says: "HTN - negative", "HTA no", "CAD +"."""
        answer = _answer(self.language).match(self.low, span.end)
        if answer is None:
            return None
        return Status.PRESENT if answer["no"] is None else Status.ABSENT

    def _without_relative(self, found: Found) -> Found:
        """Return ``found`` without whose it is: "PGM - stroke" is a stroke."""
        relative = next(iter(self._named(found.span.start, found.span.end)), None)
        if relative is None or relative.start != found.span.start:
            return found
        lead = _LEADS.match(self.low, relative.end, found.span.end)
        if lead is None or lead.end() >= found.span.end:
            return found
        return replace(found, entity=replace(found.entity, span=Span(lead.end(), found.span.end)))

    def _is_whole(self, relative: Span) -> bool:
        words = phrases("family", self.language, "whole")
        return words.first(self.low, relative.start, relative.end) is not None

    def _is_relative(self, span: Span) -> bool:
        return any(span == each for each in self._named(span.start, span.end))

    def _relatives(self, found: Found) -> Sequence[Span]:
        """Return whose the condition is: those named behind it with "in", or those named last before it."""
        sentence = self.note.sentence(found.span)
        start = max(sentence.start, found.span.start - _REACH)
        end = max(found.span.end, min(sentence.end, found.span.end + _REACH))
        behind = _behind(self.language).match(self.low, self._end_of_list(found, end), end)
        if behind is not None:
            return self._joined(self._named(behind.end(), end), forward=True)
        before = self._named(start, found.span.start)
        if before:
            between = self.low[before[-1].end : found.span.start]
            if _NEW_SUBJECT.search(between):
                return []
            # "In his one sister and his mom, who died of congestive heart failure": the last of them did.
            return before[-1:] if _WHO.match(between) else self._joined(before, forward=False)
        goes_on = _GOES_ON.match(self.low, sentence.start) is not None
        if not goes_on or phrases("family", self.language, "family").first(self.low, start, end) is not None:
            return []
        return self._earlier(sentence)

    def _end_of_list(self, found: Found, end: int) -> int:
        """Return where a list of conditions ends: "heart disease and diabetes in the father" is all his."""
        last = found.span.end
        following = bisect_left(self.found, last, key=lambda each: each.span.start)
        for each in self.found[following : following + _MOST_LISTED]:
            if each.span.end > end or not _is_join(self.low[last : each.span.start], self.language):
                break
            last = each.span.end
        return last

    def _earlier(self, sentence: Span) -> Sequence[Span]:
        sentences = self.note.annotated.sentences
        number = bisect_left(sentences, sentence.start, key=lambda each: each.span.start) - 1
        if number < 0 or self.note.category(sentences[number].span) is not self.note.category(sentence):
            return []
        before = sentences[number].span
        return self._named(max(before.start, before.end - _REACH), before.end)[-1:]

    def _named(self, start: int, end: int) -> list[Span]:
        return [Span(*match.span()) for match in _relative(self.language).finditer(self.low, start, end)]

    def _joined(self, named: Sequence[Span], *, forward: bool) -> Sequence[Span]:
        """Return the relatives that stand together at one end of ``named``: "her mother, father and sister"."""
        order = named if forward else named[::-1]
        together = list(order[:1])
        for each in order[1:]:
            first, second = sorted((together[-1], each))
            if not _is_join(self.low[first.end : second.start], self.language):
                break
            together.append(each)
        return sorted(together)


def _is_join(between: str, language: str) -> bool:
    return _join(language).fullmatch(between) is not None


@cache
def _relative(language: str) -> re.Pattern[str]:
    lists = word_lists("family", language)
    quality, relative = f"(?:{alternatives(lists['qualities'])})", f"(?:{alternatives(lists['relatives'])})"
    return re.compile(rf"(?<!\w)(?:{relative}'s\s)?(?:{quality}[\s-]){{0,2}}{relative}(?:\s{quality})?(?!\w)")


@cache
def _answer(language: str) -> re.Pattern[str]:
    lists = word_lists("family", language)
    no, yes = alternatives(lists["answers-no"]), alternatives(lists["answers-yes"])
    return re.compile(rf"\s{{0,2}}(?:[-:=]\s{{0,2}})?(?:(?P<no>{no})|{yes}|\+)(?={_ENDS.pattern})")


@cache
def _behind(language: str) -> re.Pattern[str]:
    """Return what joins a condition to the relative right behind it, and nothing of the relative."""
    lists = word_lists("family", language)
    between, relative = rf"(?:(?:{alternatives(lists['between'])})\s){{0,2}}", _relative(language).pattern
    return re.compile(
        rf"[?\"]?\s?(?:\(|(?:{alternatives(lists['behind'])})\s){between}(?={relative})"
        # "CAD - father, DM - mother", and no "HTN - father - CAD".
        rf"|\s?-\s{between}(?={relative}\s{{0,2}}(?:[,;.)\n]|\Z))"
    )


@cache
def _join(language: str) -> re.Pattern[str]:
    lists = word_lists("family", language)
    between = alternatives((*lists["joins"], *lists["between"]))
    return re.compile(rf"(?:[\s,/&]|(?<!\w)(?:{between})(?!\w)){{1,12}}")
