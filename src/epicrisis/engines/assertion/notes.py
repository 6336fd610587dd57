"""A note under the rules: its sentences are read once, its sections say what their sentences leave out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.findings import Finding, read_finding
from epicrisis.engines.assertion.lexicon import Lexicon, Trait
from epicrisis.engines.assertion.reading import SentenceReading, read_sentence
from epicrisis.engines.assertion.scopes import ScopedCue
from epicrisis.engines.assertion.verdicts import UNMARKED, Verdict, decide
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans

_HEADING_KINDS: Mapping[SectionCategory, CueKind] = {
    SectionCategory.ALLERGIES: CueKind.CONDITION,
    SectionCategory.FAMILY_HISTORY: CueKind.FAMILY,
    SectionCategory.PAST_HISTORY: CueKind.PAST,
}
# How many words before a finding its subject is looked for.
_SUBJECT = 12


@dataclass(slots=True)
class RuledNote:
    """A document and what the rules have read of it so far."""

    document: Document
    lexicon: Lexicon
    _sentences: Sequence[Span]
    _sections: Sequence[Section]
    _readings: dict[int, SentenceReading] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, lexicon: Lexicon) -> RuledNote:
        """Split ``document`` into sentences and sections."""
        # A text of invisible characters alone has no sentence, and is read as one.
        sentences = sentence_spans(document.text, document.language) or [Span(0, len(document.text))]
        return cls(document, lexicon, sentences, section_spans(document.text, document.language))

    def readings(self) -> Iterator[SentenceReading]:
        """Yield every sentence as the rules read it."""
        return (self._reading(index) for index in range(len(self._sentences)))

    def judge(self, target: Span) -> Assertion:
        """Return the assertion of ``target``, which must lie within the text."""
        reading = self._reading(max(bisect_right(self._sentences, target.start, key=lambda span: span.start) - 1, 0))
        finding = read_finding(reading, target, self.lexicon)
        acting = reading.acting_on(finding.first)
        heading = self._heading(target)
        verdict = decide(reading, finding, acting, self.lexicon)
        if heading is not None and heading.kind is CueKind.CONDITION and verdict == UNMARKED:
            verdict = Verdict(Status.CONDITIONAL, heading, f"allergy/{Status.CONDITIONAL}")
        temporality, when = _temporality(verdict, finding, acting, heading)
        experiencer, whose = _experiencer(reading, finding, acting, heading)
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
        if section.heading.overlaps(target) or target.start >= section.span.end:
            return None
        return Cue(section.heading, _HEADING_KINDS[section.category], section.span)


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
    reading: SentenceReading, finding: Finding, acting: Sequence[ScopedCue], heading: Cue | None
) -> tuple[Experiencer, Cue | None]:
    person = _nearest(finding, acting, CueKind.FAMILY)
    if person is not None:
        is_relative = Trait.OTHER_PERSON not in person.group.traits
        return (Experiencer.FAMILY if is_relative else Experiencer.OTHER), person.cue
    # Below the heading of a family history: "The patient herself has had a mammogram."
    names_patient = "patient" in reading.forms(max(finding.first - _SUBJECT, 0), finding.first)
    if heading is not None and heading.kind is CueKind.FAMILY and not names_patient:
        return Experiencer.FAMILY, heading
    return Experiencer.PATIENT, None


def _nearest(finding: Finding, acting: Sequence[ScopedCue], kind: CueKind) -> ScopedCue | None:
    found = [cue for cue in acting if cue.cue.kind is kind]
    return min(found, key=lambda cue: cue.distance(finding.first, finding.last), default=None)
