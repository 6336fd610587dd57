"""The forms ``epicrisis extract`` tells a record in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import Code, FamilyCondition, Measurement, Medication, NoteRecord, Problem, Stated
from epicrisis.formats.fhir.bundle import to_bundle
from epicrisis.formats.record_tables import COLUMNS, Row, note_nlp, rows
from epicrisis.formats.records import record_to_plain
from epicrisis.formats.writing import Plain
from epicrisis.text.alignment import OffsetUnit

ENDINGS = {
    "summary": ".txt", "json": ".json", "fhir": ".fhir.json", "csv": ".csv", "jsonl": ".jsonl", "omop": ".omop.jsonl",
}  # fmt: skip
# What a spreadsheet would take for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(record: NoteRecord, document: Document, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT) -> Plain:
    """Return the record as values ``json.dumps`` takes."""
    return record_to_plain(record, document, offset_unit=offset_unit)


def json_text(record: NoteRecord, document: Document) -> str:
    """Return the record as JSON."""
    return json.dumps(as_json(record, document), ensure_ascii=False, indent=2)


def fhir(record: NoteRecord, document: Document) -> str:
    """Return the record as a FHIR R4 Bundle."""
    return json.dumps(to_bundle(record, document), ensure_ascii=False, indent=2)


def fhir_line(record: NoteRecord, document: Document) -> str:
    """Return the record as a FHIR R4 Bundle in one line: several are NDJSON."""
    return json.dumps(to_bundle(record, document), ensure_ascii=False)


def csv_head() -> str:
    """Return the names of the columns as CSV."""
    return ",".join(COLUMNS) + "\n"


def csv_rows(record: NoteRecord, document: Document) -> str:
    """Return the items of the record as CSV; a cell a spreadsheet would run begins with an apostrophe."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    table.writerows({name: _safe(cell) for name, cell in row.items()} for row in rows(record))
    return written.getvalue()


def json_lines(record: NoteRecord, document: Document) -> str:
    """Return the items of the record, one JSON object a line."""
    return _lines(rows(record))


def omop(record: NoteRecord, document: Document, *, ids: Iterator[int]) -> str:
    """Return the rows of ``note_nlp``, one JSON object a line, each with the next of ``ids``."""
    return _lines(note_nlp(record, document, note_id=record.document_id, on=datetime.now(UTC).date(), ids=ids))


def summary(record: NoteRecord, document: Document) -> str:
    """Return the record for people, list by list, in the words of the note."""
    parts = (
        (document.id, _demographics(record)),
        ("Problems", map(_problem, record.problems)),
        ("Denied", (_flat(each.name) for each in record.denied)),
        ("To look out for", (_flat(each.name) for each in record.hypothetical)),
        ("Medications", map(_medication, record.medications)),
        ("Results", map(_measurement, record.measurements)),
        ("Procedures", (_told(each.name, each.status, each.temporality) for each in record.procedures)),
        ("Allergies", _allergies(record)),
        ("Family", map(_relatives, record.family)),
        ("Social", (_flat(each.words) for each in record.social)),
        ("Follow-up", (_flat(each.words) for each in record.follow_up)),
    )
    return "\n".join(line for title, told in parts for line in _listed(title, list(told)))


def _listed(title: str, told: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in told)] if told else []


def _demographics(record: NoteRecord) -> Iterator[str]:
    told = record.demographics
    words = [told.age.text] if told.age else []
    words += [told.sex.value.lower()] if told.sex else []
    yield ", ".join(words) if words else "age and sex not told"


def _problem(problem: Problem) -> str:
    more = [_flat(each) for each in (problem.severity, problem.body_site) if each]
    return _told(problem.name, problem.status, problem.temporality, more) + _code(problem.codes)


def _told(name: Stated, status: Status, temporality: Temporality, more: Iterable[str] = ()) -> str:
    said = [status.value.lower()] if status is not Status.PRESENT else []
    said += [temporality.value.lower()] if temporality is not Temporality.CURRENT else []
    return f"{_flat(name)}" + "".join(f", {word}" for word in (*said, *more))


def _medication(drug: Medication) -> str:
    parts = (drug.strength, drug.form, drug.dose, drug.route, drug.frequency, drug.duration)
    how = " ".join(_flat(part) for part in sorted(part for part in parts if part))
    why = f" for {_flat(drug.reason)}" if drug.reason else ""
    return f"{_flat(drug.name)}{' ' if how else ''}{how}{why}, {drug.state.value.lower().replace('_', ' ')}" + _code(
        drug.codes
    )


def _measurement(measured: Measurement) -> str:
    part = f" ({measured.part})" if measured.part else ""
    flag = f", {measured.flag.value.lower()}" if measured.flag else ""
    return f"{_flat(measured.name)}{part} {_flat(measured.value)}{flag}" + _code(measured.codes)


def _allergies(record: NoteRecord) -> Iterator[str]:
    for allergy in record.allergies:
        reactions = ", ".join(map(_flat, allergy.reactions))
        denied = ", denied" if allergy.status is Status.ABSENT else ""
        yield f"{_flat(allergy.substance)}{': ' if reactions else ''}{reactions}{denied}"
    if record.no_known_allergies is not None:
        yield f"none ({_flat(record.no_known_allergies)})"


def _relatives(told: FamilyCondition) -> str:
    """Return a condition and whose it is; what is denied of somebody says so first: "no diabetes (Mother)"."""
    no = "no " if told.status is Status.ABSENT else ""
    of = f" ({_flat(told.relative)})" if told.relative else ""
    is_plain = told.status in {Status.ABSENT, Status.PRESENT}
    return f"{no}{_flat(told.condition)}{of}{'' if is_plain else f', {told.status.value.lower()}'}"


def _code(codes: tuple[Code, ...]) -> str:
    return f"  [{codes[0].code} {codes[0].display}]" if codes else ""


def _flat(stated: Stated) -> str:
    return " ".join(stated.text.split())


def _lines(table: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table)


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
