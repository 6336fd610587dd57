"""The patient's problems: what holds, what is denied, what might come, each with every place that says so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import Problem
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.findings.sameness import Sameness
from epicrisis.engines.extraction.findings.severity import severity
from epicrisis.engines.extraction.findings.sites import body_site
from epicrisis.engines.extraction.history.family import is_familys
from epicrisis.engines.extraction.history.uses import is_use
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.places import Places
from epicrisis.text.phrases import folded

# What a note says at its end it has weighed; there its last word on a problem stands.
_FINAL = frozenset({SectionCategory.ASSESSMENT, SectionCategory.DISCHARGE})
# Of what several places say of one problem, the first of these holds.
_STRONGEST = (Status.PRESENT, Status.CONDITIONAL, Status.POSSIBLE, Status.ABSENT, Status.HYPOTHETICAL)
# A list of questions asked of everybody, and the history that was told: where they differ, the history holds.
_ASKED = frozenset({SectionCategory.REVIEW_OF_SYSTEMS})
_HISTORY = frozenset({SectionCategory.PRESENT_ILLNESS, SectionCategory.CHIEF_COMPLAINT})
_HELD = frozenset({Status.PRESENT, Status.CONDITIONAL, Status.POSSIBLE})
# What is so, or was examined and is normal; "not oriented" is neither.
_AS_IT_IS = frozenset({Status.PRESENT, Status.NORMAL})
_PARTS = re.compile(r",? (?:and|y|e) |, ?|/")
_TIMES = (Temporality.CURRENT, Temporality.PAST, Temporality.FUTURE)
# "Tylenol as needed for her pain": how far behind the words the reason of a drug may begin.
_NEEDED_REACH = 40


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems of one note, each list in the order of the text."""

    held: tuple[Problem, ...] = ()
    denied: tuple[Problem, ...] = ()
    hypothetical: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    span: Span
    assertion: Assertion
    status: Status
    section: SectionCategory | None


def problems(note: Note, *, besides: Collection[Span] = (), reasons: Collection[Span] = ()) -> Problems:
    """Return the problems of the patient of ``note``; what overlaps a span of ``besides`` is told elsewhere.

    What stands at one of ``reasons`` is the reason of a drug taken as needed, and need not be there.

    Mentions that name the same are one problem, with the strongest of PRESENT, CONDITIONAL and POSSIBLE. Where the
    assessment or the discharge names it, their word is the last; else what the note denies of it stands beside it among
    the denied, unless the history tells it and only the review of systems denies it. What might come stands by itself
    where nothing of the same holds.
    """
    reading = _Reading(note, besides, reasons)
    found = sorted(reading.problems(), key=lambda problem: problem.name.span)
    return Problems(
        held=tuple(problem for problem in found if problem.status in _HELD),
        denied=tuple(problem for problem in found if problem.status is Status.ABSENT),
        hypothetical=tuple(problem for problem in found if problem.status is Status.HYPOTHETICAL),
    )


class _Reading:
    def __init__(self, note: Note, besides: Collection[Span], reasons: Collection[Span]) -> None:
        self.note = note
        self.besides = Places(besides)
        self.reasons = Places(reasons)
        self.language = primary(note)
        self.low = folded(note.text)
        self.sameness = Sameness(note, self.low)

    def problems(self) -> Iterator[Problem]:
        """Yield the problems that mentions name, one for each thing and status."""
        mentions = {mention.span: mention for mention in self._mentions()}
        for group in self.sameness.grouped(mentions):
            yield from map(self._problem, _settled([mentions[span] for span in group]))

    def _mentions(self) -> Iterator[_Mention]:
        for found in self.note.of(EntityLabel.PROBLEM):
            if found.assertion is not None and self._is_a_problem(found, found.assertion):
                yield _Mention(
                    found.span, found.assertion, self._said(found, found.assertion), self.note.category(found.span)
                )

    def _is_a_problem(self, found: Found, assertion: Assertion) -> bool:
        if assertion.experiencer is not Experiencer.PATIENT or is_familys(self.note, found):
            return False
        if self.besides.overlap(found.span) or self.sameness.is_empty(found.span):
            return False
        words = self.low[found.span.start : found.span.end]
        return not is_use(words, self.language) and not (assertion.status in _AS_IT_IS and self._is_normal(words))

    def _is_normal(self, words: str) -> bool:
        """Return whether ``words`` name nothing but what is as it should be: "consciente, orientado y colaborador"."""
        normal = phrases("problems", self.language, "normal")
        return words in normal or all(part in normal for part in _PARTS.split(words))

    def _said(self, found: Found, assertion: Assertion) -> Status:
        """Return the status of one mention; the reason of a drug that is taken as needed need not be there."""
        if assertion.status is Status.NORMAL:
            return Status.ABSENT
        if assertion.status in _HELD and self._is_reason(found.span):
            return Status.HYPOTHETICAL
        return assertion.status

    def _is_reason(self, span: Span) -> bool:
        if self.reasons.overlap(span):
            return True
        sentence = self.note.sentence(span)
        start = max(sentence.start, span.start - _NEEDED_REACH)
        needed = phrases("problems", self.language, "as-needed").last(self.low, start, span.start)
        return needed is not None and not self.low[needed.end : span.start].strip(" .")

    def _problem(self, told: Sequence[_Mention]) -> Problem:
        status = told[0].status
        agreeing = [mention for mention in told if mention.status is status]
        spans = [mention.span for mention in told]
        name = self.sameness.best_name([mention.span for mention in agreeing])
        best = next(mention for mention in agreeing if mention.span == name)
        where = [name, *(mention.span for mention in agreeing if mention.span != name)]
        return Problem(
            name=self.note.stated(name),
            status=status,
            temporality=min((mention.assertion.temporality for mention in agreeing), key=_TIMES.index),
            confidence=max(mention.assertion.confidence for mention in agreeing),
            severity=next((found for span in where if (found := severity(self.note, self.low, span))), None),
            body_site=next((found for span in where if (found := body_site(self.note, self.low, span))), None),
            section=best.section,
            mentions=tuple(sorted(spans)),
        )


def _settled(told: Sequence[_Mention]) -> Iterator[list[_Mention]]:
    """Yield the mentions of one thing by the problem they are, those first whose status holds."""
    final = [mention for mention in told if mention.section in _FINAL and mention.status is not Status.HYPOTHETICAL]
    if final:
        # What a note says at its end it has weighed.
        status = min((mention.status for mention in final), key=_STRONGEST.index)
        yield _led_by(status, told)
        return
    held = [mention for mention in told if mention.status in _HELD]
    denied = [mention for mention in told if mention.status is Status.ABSENT]
    ahead = [mention for mention in told if mention.status is Status.HYPOTHETICAL]
    if held:
        asked = [mention for mention in denied if mention.section in _ASKED] if _is_history(held) else []
        denied = [mention for mention in denied if mention not in asked]
        status = min((mention.status for mention in held), key=_STRONGEST.index)
        yield _led_by(status, [*held, *asked, *ahead])
    if denied:
        yield denied
    if ahead and not held:
        yield ahead


def _is_history(held: Sequence[_Mention]) -> bool:
    return any(mention.section in _HISTORY for mention in held)


def _led_by(status: Status, told: Iterable[_Mention]) -> list[_Mention]:
    return sorted(told, key=lambda mention: (mention.status is not status, mention.span))
