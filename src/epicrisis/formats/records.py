"""A record as plain JSON, the shape of ``/v1/extractions``: every quoted word with where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    Demographics,
    FamilyCondition,
    FollowUp,
    Measurement,
    Medication,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    ReferenceRange,
    SocialFact,
    Stated,
    spans_of,
)
from epicrisis.domain.spans import Span
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit

_Item = TypeVar("_Item")


def record_to_plain(
    record: NoteRecord, document: Document, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT
) -> Plain:
    """Return ``record``, which is of ``document``, as values ``json.dumps`` takes; offsets count ``offset_unit``.

    What the note does not say is ``null``; a list is there even where it is empty.
    """
    write = _RecordWriter(Writer.over(document.text, spans_of(record), offset_unit))
    return {
        "id": record.document_id,
        "language": record.language,
        "offset_unit": offset_unit.value,
        "demographics": write.demographics(record.demographics),
        "problems": _each(write.problem, record.problems),
        "denied": _each(write.problem, record.denied),
        "hypothetical": _each(write.problem, record.hypothetical),
        "medications": _each(write.medication, record.medications),
        "measurements": _each(write.measurement, record.measurements),
        "procedures": _each(write.procedure, record.procedures),
        "allergies": _each(write.allergy, record.allergies),
        "no_known_allergies": write.stated(record.no_known_allergies),
        "family": _each(write.family_condition, record.family),
        "social": _each(write.social_fact, record.social),
        "follow_up": _each(write.follow_up, record.follow_up),
        "engine": record.engine,
        "version": record.version,
    }


def _each(write: Callable[[_Item], Plain], items: Iterable[_Item]) -> list[Plain]:
    return [write(item) for item in items]


class _RecordWriter:
    """Writes the items of one record, each with all its keys in one order."""

    def __init__(self, write: Writer) -> None:
        self._write = write

    def stated(self, stated: Stated | None) -> Plain | None:
        return None if stated is None else self._write.span(stated.span)

    def problem(self, problem: Problem) -> Plain:
        return {
            "name": self.stated(problem.name),
            "status": problem.status.value,
            "temporality": problem.temporality.value,
            "experiencer": problem.experiencer.value,
            "confidence": probability(problem.confidence),
            "severity": self.stated(problem.severity),
            "body_site": self.stated(problem.body_site),
            "section": _value(problem.section),
            "codes": self._codes(problem.codes),
            "mentions": self._mentions(problem.mentions),
        }

    def medication(self, drug: Medication) -> Plain:
        return {
            "name": self.stated(drug.name),
            "state": drug.state.value,
            "status": drug.status.value,
            "temporality": drug.temporality.value,
            "confidence": probability(drug.confidence),
            "strength": self.stated(drug.strength),
            "form": self.stated(drug.form),
            "dose": self.stated(drug.dose),
            "route": self.stated(drug.route),
            "frequency": self.stated(drug.frequency),
            "duration": self.stated(drug.duration),
            "reason": self.stated(drug.reason),
            "section": _value(drug.section),
            "codes": self._codes(drug.codes),
            "mentions": self._mentions(drug.mentions),
        }

    def measurement(self, measurement: Measurement) -> Plain:
        return {
            "name": self.stated(measurement.name),
            "part": measurement.part,
            "kind": measurement.kind.value,
            "value": self.stated(measurement.value),
            "quantity": _quantity(measurement.quantity),
            "reference": _reference(measurement.reference),
            "flag": _value(measurement.flag),
            "time": self.stated(measurement.time),
            "confidence": probability(measurement.confidence),
            "section": _value(measurement.section),
            "codes": self._codes(measurement.codes),
        }

    def procedure(self, procedure: Procedure) -> Plain:
        return {
            "name": self.stated(procedure.name),
            "status": procedure.status.value,
            "temporality": procedure.temporality.value,
            "confidence": probability(procedure.confidence),
            "body_site": self.stated(procedure.body_site),
            "time": self.stated(procedure.time),
            "section": _value(procedure.section),
            "codes": self._codes(procedure.codes),
            "mentions": self._mentions(procedure.mentions),
        }

    def allergy(self, allergy: Allergy) -> Plain:
        return {
            "substance": self.stated(allergy.substance),
            "status": allergy.status.value,
            "reactions": [self.stated(reaction) for reaction in allergy.reactions],
            "severity": self.stated(allergy.severity),
            "codes": self._codes(allergy.codes),
            "mentions": self._mentions(allergy.mentions),
        }

    def family_condition(self, family: FamilyCondition) -> Plain:
        return {
            "condition": self.stated(family.condition),
            "status": family.status.value,
            "relative": self.stated(family.relative),
            "codes": self._codes(family.codes),
        }

    def social_fact(self, fact: SocialFact) -> Plain:
        return {
            "kind": fact.kind.value,
            "words": self.stated(fact.words),
            "use": _value(fact.use),
            "amount": self.stated(fact.amount),
        }

    def demographics(self, told: Demographics) -> Plain:
        return {
            "age": self.stated(told.age),
            "years": told.years,
            "sex": _value(told.sex),
            "sex_words": self.stated(told.sex_words),
        }

    def follow_up(self, follow_up: FollowUp) -> Plain:
        return {
            "words": self.stated(follow_up.words),
            "when": self.stated(follow_up.when),
            "whom": self.stated(follow_up.whom),
        }

    def _codes(self, codes: Iterable[Code]) -> list[Plain]:
        return [
            {"system": code.system, "code": code.code, "display": code.display, "score": probability(code.score)}
            for code in codes
        ]

    def _mentions(self, mentions: Iterable[Span]) -> list[Plain]:
        return [self._write.span(mention) for mention in mentions]


def _value(member: StrEnum | None) -> str | None:
    return None if member is None else member.value


def _quantity(quantity: Quantity | None) -> Plain | None:
    if quantity is None:
        return None
    return {
        "comparator": quantity.comparator,
        "value": quantity.value,
        "unit": quantity.unit,
        "ucum": quantity.ucum,
    }


def _reference(reference: ReferenceRange | None) -> Plain | None:
    return None if reference is None else {"low": reference.low, "high": reference.high}
