"""An annotated note as plain JSON, the same for ``epicrisis annotate --json`` and ``/v1/annotations``; and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow
from epicrisis.formats.reading import Reader
from epicrisis.formats.writing import Plain, Writer, spans_of_assertion, spans_of_cues, spans_of_sections
from epicrisis.text.alignment import OffsetUnit


def to_plain(annotated: AnnotatedDocument, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT) -> Plain:
    """Return ``annotated`` as values ``json.dumps`` takes; offsets count ``offset_unit``."""
    write = Writer.over(annotated.document.text, _spans(annotated), offset_unit)
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


def from_plain(plain: Mapping[str, Any], document: Document) -> AnnotatedDocument:
    """Return what ``to_plain`` wrote about ``document``.

    Raises:
        InvalidRow: a field is missing or holds another kind of value.
        InvalidSpan: an offset lies outside the text or inside a character.
    """
    try:
        read = Reader.of(plain, document.text)
        return AnnotatedDocument(
            document=document,
            entities=tuple(read.entity(entity) for entity in plain["entities"]),
            assertions=tuple(
                None if entity["assertion"] is None else read.assertion(entity["assertion"], of=entity)
                for entity in plain["entities"]
            ),
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


def _spans(annotated: AnnotatedDocument) -> Iterator[Span]:
    yield from (entity.span for entity in annotated.entities)
    for assertion in annotated.assertions:
        if assertion is not None:
            yield from spans_of_assertion(assertion)
    yield from (sentence.span for sentence in annotated.sentences)
    yield from spans_of_cues(annotated.cues)
    yield from spans_of_sections(annotated.sections)
