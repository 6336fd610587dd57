"""Which engine writes a record: one that is installed, or the plain reader without any logic of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from epicrisis import assembly
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Experiencer
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import (
    FamilyCondition,
    Measurement,
    MeasurementKind,
    Medication,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    Stated,
)
from epicrisis.engines import registry
from epicrisis.engines.extraction.note import Found, Note

PLAIN = "plain"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def record_engine(name: str, language: str) -> Callable[[AnnotatedDocument], NoteRecord]:
    """Return what writes records: an installed engine of that name, or ``plain``, the baseline.

    Raises:
        UnknownEngine: no installed package offers it.
        UnknownLanguage: it does not read ``language``.
    """
    return plain if name == PLAIN else registry.extraction_engine(name, language).extract


def read(documents: Sequence[Document]) -> list[AnnotatedDocument]:
    """Return ``documents`` as the reader of their language reads them."""
    annotation = assembly.load().annotation
    return [annotation.one(document) for document in documents]


def plain(annotated: AnnotatedDocument) -> NoteRecord:
    """Return what the reader found as a record: every entity an item, every attribute that of the nearest entity."""
    note = Note(annotated)
    family, own = [], []
    for found in note.of(EntityLabel.PROBLEM):
        if found.assertion is not None and found.assertion.experiencer is Experiencer.FAMILY:
            family.append(FamilyCondition(note.stated(found.span), found.assertion.status))
        elif found.assertion is not None:
            own.append(Problem(note.stated(found.span), found.assertion.status, found.assertion.temporality))
    return NoteRecord(
        document_id=annotated.document.id,
        language=annotated.document.language,
        problems=tuple(own),
        medications=tuple(_drug(note, found) for found in note.of(EntityLabel.MEDICATION)),
        measurements=tuple(_measured(note, found) for found in note.of(EntityLabel.VALUE)),
        procedures=tuple(
            Procedure(note.stated(found.span), found.assertion.status)
            for found in note.of(EntityLabel.PROCEDURE)
            if found.assertion is not None
        ),
        family=tuple(family),
        engine=PLAIN,
    )


def _drug(note: Note, drug: Found) -> Medication:
    def attribute(label: EntityLabel) -> Stated | None:
        found = [
            each
            for each in note.within(note.sentence(drug.span), label)
            if _nearest(note, each, EntityLabel.MEDICATION) == drug
        ]
        return note.stated(found[0].span) if found else None

    return Medication(
        name=note.stated(drug.span),
        dose=attribute(EntityLabel.DOSE),
        route=attribute(EntityLabel.ROUTE),
        frequency=attribute(EntityLabel.FREQUENCY),
        duration=attribute(EntityLabel.DURATION),
    )


def _measured(note: Note, value: Found) -> Measurement:
    test = _nearest(note, value, EntityLabel.TEST) or value
    number = _NUMBER.search(note.stated(value.span).text)
    quantity = None if number is None else Quantity(float(number[0]))
    return Measurement(note.stated(test.span), MeasurementKind.OTHER, note.stated(value.span), quantity)


def _nearest(note: Note, found: Found, label: EntityLabel) -> Found | None:
    """Return the entity of ``label`` that stands nearest to ``found`` in its sentence."""
    near = note.within(note.sentence(found.span), label)
    return min(near, key=lambda each: _gap(each, found), default=None)


def _gap(one: Found, other: Found) -> int:
    return max(one.span.start - other.span.end, other.span.start - one.span.end)
