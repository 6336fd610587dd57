"""Notes whose findings are marked by hand, as a reader would have found them."""

from __future__ import annotations

import re

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.note import Note
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans

_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)((?: [a-z]+)*)\]")


def annotated(marked: str, language: str = "en") -> AnnotatedDocument:
    """Return ``marked`` as it was read: ``[chest pain|PROBLEM absent past]``, PRESENT where no status is named.

    Raises:
        ValueError: a mark is not well formed.
    """
    text, at = "", 0
    entities: list[Entity] = []
    assertions: list[Assertion | None] = []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        entity = Entity(Span(len(text), len(text) + len(mark[1])), EntityLabel(mark[2]))
        entities.append(entity)
        assertions.append(_assertion(entity.span, mark[3].split()) if EntityLabel(mark[2]).is_concept else None)
        text, at = text + mark[1], mark.end()
    text += marked[at:]
    if set("[|]") & set(text):
        raise ValueError(f"Not well marked: {marked!r}")
    return AnnotatedDocument(
        Document("n1", text, language),
        tuple(entities),
        tuple(assertions),
        (),
        tuple(Sentence(span) for span in sentence_spans(text, language)),
        tuple(section_spans(text, language)),
    )


def note(marked: str, language: str = "en") -> Note:
    """Return what ``annotated`` does, as the parts of a record are asked."""
    return Note(annotated(marked, language))


def _assertion(span: Span, flags: list[str]) -> Assertion:
    named = [flag.upper() for flag in flags]
    status = next((Status(each) for each in named if each in set(Status)), Status.PRESENT)
    time = next((Temporality(each) for each in named if each in set(Temporality)), Temporality.CURRENT)
    person = next((Experiencer(each) for each in named if each in set(Experiencer)), Experiencer.PATIENT)
    if len(named) != sum(each in {*Status, *Temporality, *Experiencer} for each in named):
        raise ValueError(f"One of {flags} is no status, time or person.")
    return Assertion(span, status, 0.9, time, person)
