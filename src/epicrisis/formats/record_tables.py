"""Records as rows: for a spreadsheet, for JSON Lines, and for the table ``note_nlp`` of OMOP CDM 5.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    FamilyCondition,
    FollowUp,
    Measurement,
    Medication,
    MedicationState,
    NoteRecord,
    Problem,
    Procedure,
    SocialFact,
    Stated,
)
from epicrisis.formats.ingredients import ingredients_of
from epicrisis.formats.writing import probability

Row = dict[str, Any]

_HOW = ("strength", "form", "dose", "route", "frequency", "duration", "reason")
COLUMNS = (
    "document", "kind", "name", "start", "end", "status", "temporality", "experiencer", "value", "number", "unit",
    "details", "system", "code", "display", "score", "engine", "version", *_HOW,
)  # fmt: skip

_BETWEEN = "; "

# What OMOP says where a concept has not been looked up: its vocabularies are not shipped here.
_UNMAPPED = 0
_BEFORE, _BEHIND = 50, 50
_TEMPORAL = {Temporality.CURRENT: "Present", Temporality.PAST: "Past", Temporality.FUTURE: "Future"}


@dataclass(frozen=True, slots=True)
class _Item:
    """What every item of a record has, whatever it is."""

    kind: str
    name: Stated
    status: Status
    temporality: Temporality = Temporality.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT
    value: str = ""
    number: float | None = None
    unit: str = ""
    details: tuple[tuple[str, str], ...] = ()
    codes: tuple[Code, ...] = ()


def rows(record: NoteRecord) -> Iterator[Row]:
    """Yield one row per item of ``record``, with ``COLUMNS``; offsets count code points of the note.

    A drug of several ingredients has the codes of all, with a semicolon between two, and the least of their scores.
    """
    for item in _items(record):
        codes, details = _coded(item), dict(item.details)
        yield {
            "document": record.document_id,
            "kind": item.kind,
            "name": item.name.text,
            "start": item.name.span.start,
            "end": item.name.span.end,
            "status": item.status.value,
            "temporality": item.temporality.value,
            "experiencer": item.experiencer.value,
            "value": item.value,
            "number": item.number,
            "unit": item.unit,
            "details": _BETWEEN.join(f"{name}: {words}" for name, words in item.details),
            "system": codes[0].system if codes else "",
            "code": _BETWEEN.join(code.code for code in codes),
            "display": _BETWEEN.join(code.display for code in codes),
            "score": probability(min(code.score for code in codes)) if codes else None,
            "engine": record.engine,
            "version": record.version,
            **{name: details.get(name, "") for name in _HOW},
        }


def note_nlp(
    record: NoteRecord, document: Document, *, note_id: str | int, on: date, ids: Iterator[int] | None = None
) -> Iterator[Row]:
    """Yield the rows of ``note_nlp`` (OMOP CDM 5.4) for the note ``note_id``, read ``on`` a day.

    Rows are numbered by ``ids``, from 1 by default: a number is a key, so several notes written together share one
    ``ids``. The ids of concepts are the database's to give: each is 0, and ``note_nlp_source_concept`` carries our code
    as ``system|code``; a drug of several ingredients has a row for each. ``term_exists`` is "Y" only for what the
    patient has now or had, as the model defines it.
    """
    numbers = count(1) if ids is None else ids
    coded = ((item, code) for item in _items(record) for code in _coded(item) or (None,))
    for item, code in coded:
        start = item.name.span.start
        snippet = document.text[max(0, start - _BEFORE) : item.name.span.end + _BEHIND]
        yield {
            "note_nlp_id": next(numbers),
            "note_id": note_id,
            "section_concept_id": _UNMAPPED,
            "snippet": " ".join(snippet.split()),
            "offset": str(start),
            "lexical_variant": item.name.text,
            "note_nlp_concept_id": _UNMAPPED,
            "note_nlp_source_concept_id": _UNMAPPED,
            "note_nlp_source_concept": f"{code.system}|{code.code}" if code else "",
            "nlp_system": f"epicrisis {record.engine} {record.version}".strip(),
            "nlp_date": on.isoformat(),
            "term_exists": "Y" if _exists(item) else "N",
            "term_temporal": _TEMPORAL[item.temporality],
            "term_modifiers": ",".join(f"{name}={words}" for name, words in _modifiers(item)),
        }


def _coded(item: _Item) -> tuple[Code, ...]:
    """Return the likeliest code, or those of all ingredients."""
    likeliest = item.codes[:1]
    return ingredients_of(item.codes) if ingredients_of(likeliest) else likeliest


def _exists(item: _Item) -> bool:
    return item.status is Status.PRESENT and item.experiencer is Experiencer.PATIENT


def _modifiers(item: _Item) -> Iterator[tuple[str, str]]:
    yield "certainty", item.status.value
    yield "subject", item.experiencer.value
    if item.value:
        yield "value", item.value
    yield from item.details


def _items(record: NoteRecord) -> Iterator[_Item]:
    problems: Iterable[Problem] = (*record.problems, *record.denied, *record.hypothetical)
    yield from map(_problem, problems)
    yield from map(_medication, record.medications)
    yield from map(_measurement, record.measurements)
    yield from map(_procedure, record.procedures)
    yield from map(_allergy, record.allergies)
    if record.no_known_allergies is not None:
        yield _Item("allergy", record.no_known_allergies, Status.ABSENT)
    yield from map(_family, record.family)
    yield from map(_social, record.social)
    yield from map(_follow_up, record.follow_up)


def _problem(problem: Problem) -> _Item:
    return _Item(
        "problem", problem.name, problem.status, problem.temporality, problem.experiencer, codes=problem.codes,
        details=_told(severity=problem.severity, body_site=problem.body_site),
    )  # fmt: skip


def _medication(medication: Medication) -> _Item:
    status = Status.ABSENT if medication.state is MedicationState.NOT_TAKEN else medication.status
    details = _told(
        strength=medication.strength, form=medication.form, dose=medication.dose, route=medication.route,
        frequency=medication.frequency, duration=medication.duration, reason=medication.reason,
    )  # fmt: skip
    return _Item(
        "medication", medication.name, status, medication.temporality, codes=medication.codes,
        details=(("state", medication.state.value), *details),
    )  # fmt: skip


def _measurement(measurement: Measurement) -> _Item:
    quantity, reference, flag = measurement.quantity, measurement.reference, measurement.flag
    ends = () if reference is None else ((reference.low, "low"), (reference.high, "high"))
    details = (
        *((f"reference_{name}", f"{end:g}") for end, name in ends if end is not None),
        *((("part", measurement.part),) if measurement.part else ()),
        *((("flag", flag.value),) if flag else ()),
        *_told(time=measurement.time),
    )
    return _Item(
        measurement.kind.value.lower(), measurement.name, Status.PRESENT, value=measurement.value.text,
        number=quantity.value if quantity else None, unit=(quantity and (quantity.ucum or quantity.unit)) or "",
        codes=measurement.codes, details=details,
    )  # fmt: skip


def _procedure(procedure: Procedure) -> _Item:
    return _Item(
        "procedure", procedure.name, procedure.status, procedure.temporality, codes=procedure.codes,
        details=_told(body_site=procedure.body_site, time=procedure.time),
    )  # fmt: skip


def _allergy(allergy: Allergy) -> _Item:
    reactions = ", ".join(each.text for each in allergy.reactions)
    details = ((("reactions", reactions),) if reactions else ()) + _told(severity=allergy.severity)
    return _Item("allergy", allergy.substance, allergy.status, codes=allergy.codes, details=details)


def _family(family: FamilyCondition) -> _Item:
    return _Item(
        "family", family.condition, family.status, experiencer=Experiencer.FAMILY, codes=family.codes,
        details=_told(relative=family.relative),
    )  # fmt: skip


def _social(fact: SocialFact) -> _Item:
    use = (("use", fact.use.value),) if fact.use else ()
    details = (("about", fact.kind.value), *use, *_told(amount=fact.amount))
    return _Item("social", fact.words, Status.PRESENT, details=details)


def _follow_up(planned: FollowUp) -> _Item:
    details = _told(when=planned.when, whom=planned.whom)
    return _Item("follow-up", planned.words, Status.HYPOTHETICAL, Temporality.FUTURE, details=details)


def _told(**parts: Stated | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, " ".join(part.text.split())) for name, part in parts.items() if part is not None)
