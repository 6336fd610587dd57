"""A note under the rules: its sentences are read once, its sections say what their sentences leave out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.findings import Finding, read_finding
from epicrisis.engines.assertion.lexicon import Lexicon, Trait
from epicrisis.engines.assertion.reading import SentenceReading, read_sentence
from epicrisis.engines.assertion.scopes import ScopedCue
from epicrisis.engines.assertion.signs import sign_of
from epicrisis.engines.assertion.verdicts import UNMARKED, Verdict, decide
from epicrisis.text.characters import plain
from epicrisis.text.lines import ITEM
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans

_HEADING_KINDS: Mapping[SectionCategory, CueKind] = {
    SectionCategory.ALLERGIES: CueKind.CONDITION,
    SectionCategory.FAMILY_HISTORY: CueKind.FAMILY,
    SectionCategory.PAST_HISTORY: CueKind.PAST,
}
# How many words before a finding its subject is looked for.
_SUBJECT = 12
_WORD = re.compile(r"\w")


@dataclass(slots=True)
class RuledNote:
    """A document and what the rules have read of it so far."""

    document: Document
    lexicon: Lexicon
    _sentences: Sequence[Span]
    _sections: Sequence[Section]
    _text: str
    _readings: dict[int, SentenceReading] = field(default_factory=dict)
    _reaches: dict[Span, int] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, lexicon: Lexicon) -> RuledNote:
        """Split ``document`` into sentences and sections."""
        # A text of invisible characters alone has no sentence, and is read as one.
        sentences = sentence_spans(document.text, document.language) or [Span(0, len(document.text))]
        sections = section_spans(document.text, document.language)
        return cls(document, lexicon, sentences, sections, plain(document.text))

    def readings(self) -> Iterator[SentenceReading]:
        """Yield every sentence as the rules read it."""
        return (self._reading(index) for index in range(len(self._sentences)))

    def judge(self, target: Span) -> Assertion:
        """Return the assertion of ``target``, which must lie within the text."""
        place = self._sentence_at(target.start)
        reading = self._reading(place)
        finding = read_finding(reading, target, self.lexicon)
        acting = reading.acting_on(finding.first)
        heading = self._heading(target)
        verdict = decide(reading, finding, acting, self.lexicon)
        if heading is not None and heading.kind is CueKind.CONDITION and verdict == UNMARKED:
            verdict = Verdict(Status.CONDITIONAL, heading, f"allergy/{Status.CONDITIONAL}")
        verdict = self._signed(verdict, self._sentences[place], target, finding)
        temporality, when = _temporality(verdict, finding, acting, heading)
        experiencer, whose = _experiencer(reading, finding, acting, heading, self.lexicon)
        scores = self.lexicon.odds.get(verdict.evidence) or self.lexicon.odds[f"other/{verdict.status}"]
        return Assertion(
            target=target,
            status=verdict.status,
            confidence=scores[verdict.status],
            temporality=temporality,
            experiencer=experiencer,
            cues=tuple(
                sorted({cue for cue in (verdict.cue, when, whose) if cue is not None}, key=lambda cue: cue.span)
            ),
            scores=scores,
        )

    def _signed(self, verdict: Verdict, sentence: Span, target: Span, finding: Finding) -> Verdict:
        """Return ``verdict``, or what the sign or box beside ``target`` says."""
        sign = sign_of(self.document.text, sentence, target, self.lexicon)
        if sign is None:
            return verdict
        label = EntityLabel.TEST if finding.is_intervention and not finding.is_problem else None
        is_denied = verdict.cue is not None and verdict.cue.kind is CueKind.NEGATION
        status = sign.status(verdict.status, label=label, is_denied=is_denied)
        return verdict if status is verdict.status else Verdict(status, sign.cue, f"sign/{status}")

    def _sentence_at(self, offset: int) -> int:
        return max(bisect_right(self._sentences, offset, key=lambda span: span.start) - 1, 0)

    def _reading(self, index: int) -> SentenceReading:
        if index not in self._readings:
            self._readings[index] = read_sentence(self.document.text, self._sentences[index], self.lexicon)
        return self._readings[index]

    def _heading(self, target: Span) -> Cue | None:
        """Return the heading ``target`` stands under, as a cue, where it says something of findings."""
        index = bisect_right(self._sections, target.start, key=lambda section: section.span.start) - 1
        section = self._sections[index] if index >= 0 else None
        if section is None or section.heading is None or section.category not in _HEADING_KINDS:
            return None
        if section.heading not in self._reaches:
            self._reaches[section.heading] = self._reach(section.heading, section.span.end)
        reach = self._reaches[section.heading]
        if section.heading.overlaps(target) or target.start >= reach:
            return None
        return Cue(section.heading, _HEADING_KINDS[section.category], Span(section.span.start, reach))

    def _reach(self, heading: Span, end: int) -> int:
        """Return where what ``heading`` says ends: with its section, or sooner where its own line has text."""
        line_end = self._text.find("\n", heading.end, end)
        if line_end == -1 or not _WORD.search(self._text, heading.end, line_end):
            return end
        for index in range(self._sentence_at(heading.start) + 1, len(self._sentences)):
            before, sentence = self._sentences[index - 1], self._sentences[index]
            if sentence.start >= end:
                break
            if self._turns_away(index, line_feeds=self._text.count("\n", before.end, sentence.start)):
                return before.end
        return end

    def _turns_away(self, index: int, *, line_feeds: int) -> bool:
        """Return whether a sentence that begins ``line_feeds`` below the one before leaves the heading's text."""
        # "PMH: DM2.\n\nPresents with fever." But a list goes on: "PMH: 1. DM2.\n\n2. Gout."
        if line_feeds > 1:
            return ITEM.match(self._text, self._sentences[index].start) is None
        # Nor is this the father's: "FH: Father with colon cancer.\nPatient reports bleeding."
        return line_feeds == 1 and _is_about_patient(self._reading(index), self.lexicon)


def _is_about_patient(reading: SentenceReading, lexicon: Lexicon) -> bool:
    """Return whether the sentence begins with its patient: "The patient reports", not "The patient's mother"."""
    hints = lexicon.hints
    subject = 1 if reading.form(0) in hints["determiners"] else 0
    return reading.form(subject) in hints["patient"] and reading.form(subject + 1) not in hints["possessives"]


def _temporality(
    verdict: Verdict, finding: Finding, acting: Sequence[ScopedCue], heading: Cue | None
) -> tuple[Temporality, Cue | None]:
    past = _nearest(finding, acting, CueKind.PAST)
    if past is not None:
        return Temporality.PAST, past.cue
    if verdict.status is Status.HYPOTHETICAL and _is_planned(verdict.traits, finding):
        return Temporality.FUTURE, None
    if heading is not None and heading.kind is CueKind.PAST:
        return Temporality.PAST, heading
    return Temporality.CURRENT, None


def _is_planned(traits: frozenset[Trait], finding: Finding) -> bool:
    return (
        Trait.PLANS in traits
        or (Trait.PROPOSES in traits and finding.is_intervention)
        or (Trait.HEDGES in traits and finding.is_procedure)
    )


def _experiencer(
    reading: SentenceReading,
    finding: Finding,
    acting: Sequence[ScopedCue],
    heading: Cue | None,
    lexicon: Lexicon,
) -> tuple[Experiencer, Cue | None]:
    person = _nearest(finding, acting, CueKind.FAMILY)
    if person is not None:
        is_relative = Trait.OTHER_PERSON not in person.group.traits
        return (Experiencer.FAMILY if is_relative else Experiencer.OTHER), person.cue
    # Below the heading of a family history: "The patient herself has had a mammogram."
    before = reading.forms(max(finding.first - _SUBJECT, 0), finding.first)
    names_patient = not lexicon.hints["patient"].isdisjoint(before)
    if heading is not None and heading.kind is CueKind.FAMILY and not names_patient:
        return Experiencer.FAMILY, heading
    return Experiencer.PATIENT, None


def _nearest(finding: Finding, acting: Sequence[ScopedCue], kind: CueKind) -> ScopedCue | None:
    found = [cue for cue in acting if cue.cue.kind is kind]
    return min(found, key=lambda cue: cue.distance(finding.first, finding.last), default=None)
