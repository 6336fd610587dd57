"""A record out of plain JSON: the way back from what ``records.py`` writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    Demographics,
    FamilyCondition,
    Flag,
    FollowUp,
    Measurement,
    MeasurementKind,
    Medication,
    MedicationState,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    ReferenceRange,
    Sex,
    SocialFact,
    SocialKind,
    Stated,
    Use,
)
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats.reading import Reader
from epicrisis.formats.writing import Plain


def record_from_plain(plain: Mapping[str, Any], document: Document) -> NoteRecord:
    """Return what ``record_to_plain`` wrote about ``document``, its offsets in code points whatever they counted.

    Raises:
        InvalidRow: a field is missing or holds another kind of value.
        InvalidSpan: an offset lies outside the text or inside a character, or other words stand there.
    """
    try:
        read = _RecordReader(Reader.of(plain, document.text), document)
        return NoteRecord(
            document_id=document.id,
            language=plain["language"],
            problems=tuple(map(read.problem, plain["problems"])),
            denied=tuple(map(read.problem, plain["denied"])),
            hypothetical=tuple(map(read.problem, plain["hypothetical"])),
            medications=tuple(map(read.medication, plain["medications"])),
            measurements=tuple(map(read.measurement, plain["measurements"])),
            procedures=tuple(map(read.procedure, plain["procedures"])),
            allergies=tuple(map(read.allergy, plain["allergies"])),
            no_known_allergies=read.perhaps(plain["no_known_allergies"]),
            family=tuple(map(read.family_condition, plain["family"])),
            social=tuple(map(read.social_fact, plain["social"])),
            demographics=read.demographics(plain["demographics"]),
            follow_up=tuple(map(read.follow_up, plain["follow_up"])),
            engine=plain["engine"],
            version=plain["version"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise InvalidRow(
            f"The record of document {document.id!r} is not as `/v1/extractions` writes it ({type(cause).__name__})."
        ) from cause


@dataclass(frozen=True, slots=True)
class _RecordReader:
    """Reads the items of one record."""

    read: Reader
    document: Document

    def stated(self, plain: Plain) -> Stated:
        span = self.read.span(plain)
        words = self.document.quote(span)
        if plain["text"] != words:
            raise InvalidSpan(
                f"Document {self.document.id!r} has other words at {span.start}; read a record with the text it is of."
            )
        return Stated(span, words)

    def perhaps(self, plain: Plain | None) -> Stated | None:
        return None if plain is None else self.stated(plain)

    def problem(self, plain: Plain) -> Problem:
        return Problem(
            name=self.stated(plain["name"]),
            status=Status(plain["status"]),
            temporality=Temporality(plain["temporality"]),
            experiencer=Experiencer(plain["experiencer"]),
            confidence=plain["confidence"],
            severity=self.perhaps(plain["severity"]),
            body_site=self.perhaps(plain["body_site"]),
            section=_section(plain),
            codes=_codes(plain),
            mentions=self._mentions(plain),
        )

    def medication(self, plain: Plain) -> Medication:
        return Medication(
            name=self.stated(plain["name"]),
            state=MedicationState(plain["state"]),
            status=Status(plain["status"]),
            temporality=Temporality(plain["temporality"]),
            confidence=plain["confidence"],
            strength=self.perhaps(plain["strength"]),
            form=self.perhaps(plain["form"]),
            dose=self.perhaps(plain["dose"]),
            route=self.perhaps(plain["route"]),
            frequency=self.perhaps(plain["frequency"]),
            duration=self.perhaps(plain["duration"]),
            reason=self.perhaps(plain["reason"]),
            section=_section(plain),
            codes=_codes(plain),
            mentions=self._mentions(plain),
        )

    def measurement(self, plain: Plain) -> Measurement:
        return Measurement(
            name=self.stated(plain["name"]),
            part=plain["part"],
            kind=MeasurementKind(plain["kind"]),
            value=self.stated(plain["value"]),
            quantity=_quantity(plain["quantity"]),
            reference=_reference(plain["reference"]),
            flag=None if plain["flag"] is None else Flag(plain["flag"]),
            time=self.perhaps(plain["time"]),
            confidence=plain["confidence"],
            section=_section(plain),
            codes=_codes(plain),
        )

    def procedure(self, plain: Plain) -> Procedure:
        return Procedure(
            name=self.stated(plain["name"]),
            status=Status(plain["status"]),
            temporality=Temporality(plain["temporality"]),
            confidence=plain["confidence"],
            body_site=self.perhaps(plain["body_site"]),
            time=self.perhaps(plain["time"]),
            section=_section(plain),
            codes=_codes(plain),
            mentions=self._mentions(plain),
        )

    def allergy(self, plain: Plain) -> Allergy:
        return Allergy(
            substance=self.stated(plain["substance"]),
            status=Status(plain["status"]),
            reactions=tuple(map(self.stated, plain["reactions"])),
            severity=self.perhaps(plain["severity"]),
            codes=_codes(plain),
            mentions=self._mentions(plain),
        )

    def family_condition(self, plain: Plain) -> FamilyCondition:
        return FamilyCondition(
            condition=self.stated(plain["condition"]),
            status=Status(plain["status"]),
            relative=self.perhaps(plain["relative"]),
            codes=_codes(plain),
        )

    def social_fact(self, plain: Plain) -> SocialFact:
        return SocialFact(
            kind=SocialKind(plain["kind"]),
            words=self.stated(plain["words"]),
            use=None if plain["use"] is None else Use(plain["use"]),
            amount=self.perhaps(plain["amount"]),
        )

    def demographics(self, plain: Plain) -> Demographics:
        return Demographics(
            age=self.perhaps(plain["age"]),
            years=plain["years"],
            sex=None if plain["sex"] is None else Sex(plain["sex"]),
            sex_words=self.perhaps(plain["sex_words"]),
        )

    def follow_up(self, plain: Plain) -> FollowUp:
        return FollowUp(
            words=self.stated(plain["words"]),
            when=self.perhaps(plain["when"]),
            whom=self.perhaps(plain["whom"]),
        )

    def _mentions(self, plain: Plain) -> tuple[Span, ...]:
        mentions: Iterable[Plain] = plain["mentions"]
        return tuple(self.stated(mention).span for mention in mentions)


def _section(plain: Plain) -> SectionCategory | None:
    return None if plain["section"] is None else SectionCategory(plain["section"])


def _codes(plain: Plain) -> tuple[Code, ...]:
    return tuple(Code(code["system"], code["code"], code["display"], code["score"]) for code in plain["codes"])


def _quantity(plain: Plain | None) -> Quantity | None:
    if plain is None:
        return None
    return Quantity(plain["value"], plain["unit"], plain["ucum"], plain["comparator"])


def _reference(plain: Plain | None) -> ReferenceRange | None:
    return None if plain is None else ReferenceRange(plain["low"], plain["high"])
