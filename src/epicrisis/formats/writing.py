"""Values as plain JSON: the shapes every answer is made of, with offsets counted in the unit asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Conflict, Cue, SentenceLabel, Status
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import Section
from epicrisis.domain.spans import Span
from epicrisis.text.alignment import OffsetUnit, convert

Plain = dict[str, Any]

# Probabilities are told to four decimals: more would promise a precision no calibration has.
_DECIMALS = 4


def probability(share: float) -> float:
    """Return ``share`` as it is told."""
    # An engine may say 0 where it means 0.0; told again from a cache it must be the same byte for byte.
    return round(float(share), _DECIMALS)


def probabilities(scores: Mapping[Status, float] | Mapping[SentenceLabel, float]) -> dict[str, float]:
    """Return ``scores`` as they are told."""
    return {label.value: probability(score) for label, score in scores.items()}


def spans_of_assertion(assertion: Assertion) -> Iterator[Span]:
    """Yield every stretch ``assertion`` mentions."""
    yield assertion.target
    yield from spans_of_cues(assertion.cues)
    if assertion.conflict is not None:
        yield from spans_of_cues(assertion.conflict.cues)


def spans_of_sections(sections: Iterable[Section]) -> Iterator[Span]:
    """Yield every stretch ``sections`` mention."""
    for section in sections:
        yield section.span
        if section.heading is not None:
            yield section.heading


def spans_of_cues(cues: Iterable[Cue]) -> Iterator[Span]:
    """Yield every stretch ``cues`` mention."""
    for cue in cues:
        yield cue.span
        if cue.scope is not None:
            yield cue.scope


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes values about one text with offsets counted in the unit asked for."""

    text: str
    offsets: Mapping[int, int]

    @classmethod
    def over(cls, text: str, spans: Iterable[Span], unit: OffsetUnit) -> Writer:
        """Return the writer that knows the places of ``spans``, counted in one pass over ``text``."""
        places = sorted({place for span in spans for place in (span.start, span.end)})
        return cls(text, dict(zip(places, convert(text, places, unit), strict=True)))

    def bounds(self, span: Span) -> Plain:
        """Return where ``span`` begins and ends."""
        return {"start": self.offsets[span.start], "end": self.offsets[span.end]}

    def span(self, span: Span) -> Plain:
        """Return ``span`` with its words."""
        return {**self.bounds(span), "text": self.text[span.start : span.end]}

    def entity(self, number: int, entity: Entity, assertion: Assertion | None) -> Plain:
        """Return the entity of that ``number`` with what is said of it."""
        plain = {"id": f"T{number}", **self.span(entity.span), "label": entity.label}
        if entity.code is not None:
            plain["code"] = entity.code
        return {
            **plain,
            "score": probability(entity.score),
            "assertion": None if assertion is None else self.assertion(assertion),
        }

    def assertion(self, assertion: Assertion) -> Plain:
        """Return what is said of a finding, without the finding."""
        return {
            "status": assertion.status.value,
            "confidence": probability(assertion.confidence),
            "scores": probabilities(assertion.scores),
            "temporality": assertion.temporality.value,
            "experiencer": assertion.experiencer.value,
            "cues": [self.cue(cue) for cue in assertion.cues],
            "conflict": None if assertion.conflict is None else self._conflict(assertion.conflict),
        }

    def cue(self, cue: Cue) -> Plain:
        """Return ``cue`` with its words and its reach."""
        return {
            **self.span(cue.span),
            "kind": cue.kind.value,
            "score": probability(cue.score),
            "scope": None if cue.scope is None else self.bounds(cue.scope),
        }

    def sentence(self, sentence: Sentence) -> Plain:
        """Return ``sentence`` with what it says as a whole, and its language where that is not the note's."""
        plain = {
            **self.bounds(sentence.span),
            "label": None if sentence.label is None else sentence.label.value,
            "scores": probabilities(sentence.scores),
        }
        return plain if sentence.language is None else {**plain, "language": sentence.language}

    def section(self, section: Section) -> Plain:
        """Return ``section`` with its heading."""
        return {
            **self.bounds(section.span),
            "category": section.category.value,
            "heading": None if section.heading is None else self.span(section.heading),
        }

    def _conflict(self, conflict: Conflict) -> Plain:
        return {
            "engine": conflict.engine,
            "status": conflict.status.value,
            "cues": [self.cue(cue) for cue in conflict.cues],
        }
