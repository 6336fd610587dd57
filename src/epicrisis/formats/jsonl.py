"""An annotated note as plain JSON, the same for ``epicrisis annotate --json`` and ``/v1/annotations``; and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import (
    Assertion,
    Conflict,
    Cue,
    CueKind,
    Experiencer,
    SentenceLabel,
    Status,
    Temporality,
)
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow
from epicrisis.text.alignment import OffsetUnit, convert, to_code_points

Plain = dict[str, Any]

# Probabilities are told to four decimals: more would promise a precision no calibration has.
_DECIMALS = 4


def to_plain(annotated: AnnotatedDocument, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT) -> Plain:
    """Return ``annotated`` as values ``json.dumps`` takes; offsets count ``offset_unit``."""
    write = _Writer.of(annotated, offset_unit)
    return {
        "id": annotated.document.id,
        "language": annotated.document.language,
        "offset_unit": offset_unit.value,
        "entities": [
            write.entity(number, entity, assertion)
            for number, (entity, assertion) in enumerate(zip(annotated.entities, annotated.assertions, strict=True), 1)
        ],
        "sentences": [write.sentence(sentence) for sentence in annotated.sentences],
        "sections": [write.section(section) for section in annotated.sections],
        "cues": [write.cue(cue) for cue in annotated.cues],
        "engine": annotated.engine,
        "version": annotated.version,
    }


def assertion_to_plain(
    document: Document, assertion: Assertion, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT
) -> Plain:
    """Return one ``assertion`` about ``document`` with the span it is about."""
    spans = [assertion.target, *_spans_of(assertion)]
    write = _Writer(document.text, _offsets(document.text, spans, offset_unit))
    return {**write.span(assertion.target), **write.assertion(assertion)}


def from_plain(plain: Mapping[str, Any], document: Document) -> AnnotatedDocument:
    """Return what ``to_plain`` wrote about ``document``.

    Raises:
        InvalidRow: a field is missing or holds another kind of value.
        InvalidSpan: an offset lies outside the text or inside a character.
    """
    try:
        read = _Reader.of(plain, document.text)
        return AnnotatedDocument(
            document=document,
            entities=tuple(read.entity(entity) for entity in plain["entities"]),
            assertions=tuple(read.assertion(entity) for entity in plain["entities"]),
            cues=tuple(read.cue(cue) for cue in plain["cues"]),
            sentences=tuple(read.sentence(sentence) for sentence in plain["sentences"]),
            sections=tuple(read.section(section) for section in plain["sections"]),
            engine=plain["engine"],
            version=plain["version"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise InvalidRow(
            f"The annotations of document {document.id!r} are not as `epicrisis annotate --json` writes them "
            f"({type(cause).__name__})."
        ) from cause


def _spans_of(assertion: Assertion | None) -> Iterator[Span]:
    if assertion is not None:
        cues = (*assertion.cues, *(assertion.conflict.cues if assertion.conflict else ()))
        yield from _spans_of_cues(cues)


def _spans_of_cues(cues: Iterable[Cue]) -> Iterator[Span]:
    for cue in cues:
        yield cue.span
        if cue.scope is not None:
            yield cue.scope


def _offsets(text: str, spans: Iterable[Span], unit: OffsetUnit) -> dict[int, int]:
    places = sorted({place for span in spans for place in (span.start, span.end)})
    return dict(zip(places, convert(text, places, unit), strict=True))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes values with offsets counted in the unit asked for."""

    text: str
    offsets: Mapping[int, int]

    @classmethod
    def of(cls, annotated: AnnotatedDocument, unit: OffsetUnit) -> _Writer:
        spans = [entity.span for entity in annotated.entities]
        spans += [span for assertion in annotated.assertions for span in _spans_of(assertion)]
        spans += [sentence.span for sentence in annotated.sentences]
        spans += _spans_of_cues(annotated.cues)
        for section in annotated.sections:
            spans += [section.span] if section.heading is None else [section.span, section.heading]
        text = annotated.document.text
        return cls(text, _offsets(text, spans, unit))

    def span(self, span: Span) -> Plain:
        return {**self._bounds(span), "text": self.text[span.start : span.end]}

    def entity(self, number: int, entity: Entity, assertion: Assertion | None) -> Plain:
        plain = {"id": f"T{number}", **self.span(entity.span), "label": entity.label}
        if entity.code is not None:
            plain["code"] = entity.code
        return {
            **plain,
            "score": round(entity.score, _DECIMALS),
            "assertion": None if assertion is None else self.assertion(assertion),
        }

    def assertion(self, assertion: Assertion) -> Plain:
        return {
            "status": assertion.status.value,
            "confidence": round(assertion.confidence, _DECIMALS),
            "scores": {status.value: round(score, _DECIMALS) for status, score in assertion.scores.items()},
            "temporality": assertion.temporality.value,
            "experiencer": assertion.experiencer.value,
            "cues": [self.cue(cue) for cue in assertion.cues],
            "conflict": None if assertion.conflict is None else self._conflict(assertion.conflict),
        }

    def cue(self, cue: Cue) -> Plain:
        return {
            **self.span(cue.span),
            "kind": cue.kind.value,
            "score": round(cue.score, _DECIMALS),
            "scope": None if cue.scope is None else self._bounds(cue.scope),
        }

    def sentence(self, sentence: Sentence) -> Plain:
        return {
            **self._bounds(sentence.span),
            "label": None if sentence.label is None else sentence.label.value,
            "scores": {label.value: round(score, _DECIMALS) for label, score in sentence.scores.items()},
        }

    def section(self, section: Section) -> Plain:
        return {
            **self._bounds(section.span),
            "category": section.category.value,
            "heading": None if section.heading is None else self.span(section.heading),
        }

    def _conflict(self, conflict: Conflict) -> Plain:
        return {
            "engine": conflict.engine,
            "status": conflict.status.value,
            "cues": [self.cue(cue) for cue in conflict.cues],
        }

    def _bounds(self, span: Span) -> Plain:
        return {"start": self.offsets[span.start], "end": self.offsets[span.end]}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values back into code points."""

    places: Mapping[int, int]

    @classmethod
    def of(cls, plain: Mapping[str, Any], text: str) -> _Reader:
        places = sorted(set(_places(plain)))
        unit = OffsetUnit(plain.get("offset_unit", OffsetUnit.CODE_POINT))
        return cls(dict(zip(places, to_code_points(text, places, unit), strict=True)))

    def entity(self, plain: Plain) -> Entity:
        return Entity(self._span(plain), plain["label"], plain["score"], plain.get("code"))

    def assertion(self, entity: Plain) -> Assertion | None:
        plain = entity["assertion"]
        if plain is None:
            return None
        return Assertion(
            target=self._span(entity),
            status=Status(plain["status"]),
            confidence=plain["confidence"],
            temporality=Temporality(plain["temporality"]),
            experiencer=Experiencer(plain["experiencer"]),
            cues=tuple(self.cue(cue) for cue in plain["cues"]),
            scores={Status(status): score for status, score in plain["scores"].items()},
            conflict=None if plain["conflict"] is None else self._conflict(plain["conflict"]),
        )

    def cue(self, plain: Plain) -> Cue:
        scope = None if plain["scope"] is None else self._span(plain["scope"])
        return Cue(self._span(plain), CueKind(plain["kind"]), scope, plain["score"])

    def sentence(self, plain: Plain) -> Sentence:
        label = None if plain["label"] is None else SentenceLabel(plain["label"])
        return Sentence(
            self._span(plain), label, {SentenceLabel(name): score for name, score in plain["scores"].items()}
        )

    def section(self, plain: Plain) -> Section:
        heading = None if plain["heading"] is None else self._span(plain["heading"])
        return Section(self._span(plain), SectionCategory(plain["category"]), heading)

    def _conflict(self, plain: Plain) -> Conflict:
        return Conflict(plain["engine"], Status(plain["status"]), tuple(self.cue(cue) for cue in plain["cues"]))

    def _span(self, plain: Plain) -> Span:
        return Span(self.places[plain["start"]], self.places[plain["end"]])


def _places(plain: object) -> Iterator[int]:
    """Yield every offset, however deep it stands."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            if name in ("start", "end") and isinstance(value, int):
                yield value
            else:
                yield from _places(value)
    elif isinstance(plain, list):
        for item in plain:
            yield from _places(item)
