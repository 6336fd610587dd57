"""Finds codes for the items of a record, all of one kind at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.records import (
    Allergy,
    Code,
    FamilyCondition,
    Measurement,
    Medication,
    NoteRecord,
    Problem,
    Stated,
)
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.note import Note
from epicrisis.engines.record_contracts import Coded, CodeLinker, Mention

Item = Problem | Medication | Measurement | Allergy | FamilyCondition
_One = TypeVar("_One", Problem, Medication, Measurement, Allergy, FamilyCondition)

# Which lists of a record have codes, and what a code is looked for; procedures have no system we may ship.
_LISTS: Mapping[str, Coded] = {
    "problems": Coded.PROBLEM,
    "denied": Coded.PROBLEM,
    "hypothetical": Coded.PROBLEM,
    "medications": Coded.MEDICATION,
    "measurements": Coded.MEASUREMENT,
    "allergies": Coded.MEDICATION,
    "family": Coded.PROBLEM,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """An item of a record by its list and number, and the mention a code is looked for."""

    record: int
    list: str
    mention: Mention


def with_codes(
    records: Sequence[NoteRecord],
    notes: Sequence[AnnotatedDocument],
    linkers: Sequence[CodeLinker],
    *,
    most: int,
) -> list[NoteRecord]:
    """Return ``records`` with up to ``most`` codes of each linker at each item, in the order of the linkers.

    ``notes`` are what the records were written from, in the same order.
    """
    if not linkers:
        return list(records)
    places = [
        place
        for number, (record, note) in enumerate(zip(records, notes, strict=True))
        for place in _places(number, record, Note(note))
    ]
    codes = iter(linked([place.mention for place in places], linkers, most=most))
    found: list[dict[str, list[tuple[Code, ...]]]] = [{name: [] for name in _LISTS} for _ in records]
    for place in places:
        found[place.record][place.list].append(next(codes))
    return [_coded(record, own) for record, own in zip(records, found, strict=True)]


def _places(number: int, record: NoteRecord, note: Note) -> Iterator[_Place]:
    for name, kind in _LISTS.items():
        for item in getattr(record, name):
            yield _Place(number, name, _mention(item, kind, note))


def _mention(item: Item, kind: Coded, note: Note) -> Mention:
    named = _name(item)
    quantity = item.quantity if isinstance(item, Measurement) else None
    return Mention(
        text=named.text,
        kind=kind,
        language=note.language,
        section=note.category(named.span),
        sentence=note.stated(_around(note, named.span)).text,
        unit=None if quantity is None else quantity.ucum,
        # Under one name stand the two pressures, or hemoglobin and hematocrit.
        part=item.part if isinstance(item, Measurement) else None,
        past=isinstance(item, Problem) and item.status is Status.PRESENT and item.temporality is Temporality.PAST,
    )


def _name(item: Item) -> Stated:
    match item:
        case Allergy():
            return item.substance
        case FamilyCondition():
            return item.condition
        case _:
            return item.name


def _around(note: Note, span: Span) -> Span:
    sentence = note.sentence(span)
    return Span(sentence.start, max(sentence.end, span.end))


def linked(mentions: Sequence[Mention], linkers: Sequence[CodeLinker], *, most: int) -> list[tuple[Code, ...]]:
    """Return the codes of each mention; equal ones, and a note has many, are asked for once."""
    every = list(dict.fromkeys(mentions))
    codes: dict[Mention, tuple[Code, ...]] = dict.fromkeys(every, ())
    for linker in linkers:
        own = [mention for mention in every if mention.kind in linker.kinds]
        if own:
            for mention, found in zip(own, linker.link(own, most=most), strict=True):
                codes[mention] += found
    return [codes[mention] for mention in mentions]


def _coded(record: NoteRecord, codes: Mapping[str, Sequence[tuple[Code, ...]]]) -> NoteRecord:
    return replace(
        record,
        problems=_each_coded(record.problems, codes["problems"]),
        denied=_each_coded(record.denied, codes["denied"]),
        hypothetical=_each_coded(record.hypothetical, codes["hypothetical"]),
        medications=_each_coded(record.medications, codes["medications"]),
        measurements=_each_coded(record.measurements, codes["measurements"]),
        allergies=_each_coded(record.allergies, codes["allergies"]),
        family=_each_coded(record.family, codes["family"]),
    )


def _each_coded(items: Sequence[_One], codes: Sequence[tuple[Code, ...]]) -> tuple[_One, ...]:
    return tuple(replace(item, codes=own) for item, own in zip(items, codes, strict=True))
