"""A record as a document Bundle of FHIR R4: a Composition, its resources, the note, and where in it each is said.

Every resource carries the extension ``derivation-reference`` once for each stretch of the note that it rests on, with
offset and length in code points; one Provenance says which engine, in which version, made them all from which note. All
ids are made from the text and the place of an item in its record (UUID version 5), so the same note gives the same
Bundle but for the time it was made.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from epicrisis.domain.documents import Document
from epicrisis.domain.records import NoteRecord, spans_of
from epicrisis.domain.spans import Span
from epicrisis.formats.fhir import vocabulary as words
from epicrisis.formats.fhir.resources import Resource, coded, resources
from epicrisis.formats.fhir.wording import printable

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://hl7.org/fhir/R4/bundle.html#epicrisis")
_DISCLAIMER = "Read by a program and attested by nobody: it supports a clinician's decision and is none."


@dataclass(frozen=True, slots=True)
class _Entry:
    """A resource, the section it stands in, and the stretches of the note it rests on."""

    url: str
    section: str
    resource: Resource
    spans: Sequence[Span]


def to_bundle(record: NoteRecord, document: Document, *, made: datetime | None = None) -> Resource:
    """Return ``record`` of ``document`` as a Bundle, dated ``made``: now, by default; a time without a zone is UTC."""
    moment = made or datetime.now(UTC)
    stamp = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")
    name = _Names(document)
    patient, note, device = name("Patient"), name("DocumentReference"), name("Device")
    entries = [
        _Entry(name(section, number), section, resource, spans_of(item))
        for number, (item, section, resource) in enumerate(resources(record, document, patient))
    ]
    composition = _composition(record, entries, patient=patient, device=device, stamp=stamp)
    told = [(each.url, _derived(each, note)) for each in entries]
    return {
        "resourceType": "Bundle",
        "id": name.bare("Bundle"),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": name("Bundle")},
        "type": "document",
        "timestamp": stamp,
        "entry": [
            {"fullUrl": url, "resource": {"resourceType": resource["resourceType"], "id": url[9:], **resource}}
            for url, resource in (
                (name("Composition"), composition),
                (patient, _patient(record)),
                *told,
                (note, _note(document, patient, stamp)),
                (device, _device(record)),
                (name("Provenance"), _provenance([url for url, _ in told], note, device, stamp)),
            )
        ],
    }


class _Names:
    """Names for the parts of one Bundle: the same for the same text."""

    def __init__(self, document: Document) -> None:
        self._of = uuid.uuid5(_NAMESPACE, f"{document.language}\n{document.text}")

    def bare(self, what: str, number: int = 0) -> str:
        return str(uuid.uuid5(self._of, f"{what} {number}"))

    def __call__(self, what: str, number: int = 0) -> str:
        return f"urn:uuid:{self.bare(what, number)}"


def _derived(entry: _Entry, note: str) -> Resource:
    """Return the resource of ``entry`` with the places of the note that say so."""
    places = [
        {
            "url": words.DERIVATION,
            "extension": [
                {"url": "reference", "valueReference": {"reference": note}},
                {"url": "offset", "valueInteger": span.start},
                {"url": "length", "valueInteger": len(span)},
            ],
        }
        for span in entry.spans
    ]
    return {**entry.resource, "extension": places} if places else entry.resource


def _composition(record: NoteRecord, entries: Sequence[_Entry], *, patient: str, device: str, stamp: str) -> Resource:
    sections = [_section(name, [each for each in entries if each.section == name]) for name in words.SECTIONS]
    plan = _plan(record)
    return {
        "resourceType": "Composition",
        "status": "preliminary",
        "type": coded(words.LOINC, *words.NOTE_TYPE),
        "subject": {"reference": patient},
        "date": stamp,
        "author": [{"reference": device}],
        "title": "What a clinical note records",
        "text": {"status": "generated", "div": _div([_DISCLAIMER])},
        "section": [*(each for each in sections if each), *([plan] if plan else [])],
    }


def _section(name: str, entries: Sequence[_Entry]) -> Resource | None:
    if not entries:
        return None
    return {
        **_titled(name),
        "text": {"status": "generated", "div": _div(_told(each.resource) for each in entries)},
        "entry": [{"reference": each.url} for each in entries],
    }


def _titled(name: str) -> Resource:
    title, code, display = words.SECTIONS[name]
    return {"title": title, **({"code": coded(words.LOINC, code, display)} if code else {})}


def _plan(record: NoteRecord) -> Resource | None:
    if not record.follow_up:
        return None
    lines = (each.words.text for each in record.follow_up)
    return {**_titled("plan"), "text": {"status": "generated", "div": _div(lines)}}


def _told(resource: Resource) -> str:
    """Return a resource in one line: what a reader sees where no program reads the rest."""
    subject = resource.get("code") or resource.get("medicationCodeableConcept") or resource.get("relationship") or {}
    coding = subject.get("coding", [{}])[0]
    shown = resource.get("medicationReference", {}).get("display")
    parts = [shown or subject.get("text") or coding.get("display") or coding.get("code", "")]
    if "valueQuantity" in resource:
        value = resource["valueQuantity"]
        parts.append(f"{value.get('comparator', '')}{value['value']:g} {value.get('unit', '')}".strip())
    parts += [resource[key] for key in ("valueString",) if key in resource]
    parts += [dosage["text"] for dosage in resource.get("dosage", [])]
    parts += [each["code"]["text"] for each in resource.get("condition", [])]
    verified = resource.get("verificationStatus", {}).get("coding", [{}])[0].get("code")
    parts += [verified] if verified and verified != "confirmed" else []
    parts += [resource["status"]] if resource["resourceType"] in ("MedicationStatement", "Procedure") else []
    return ", ".join(parts)


def _div(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(printable(line))}</li>" for line in lines)
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{items}</ul></div>'


def _patient(record: NoteRecord) -> Resource:
    sex = record.demographics.sex
    return {"resourceType": "Patient", **({"gender": words.GENDER[sex]} if sex else {})}


def _note(document: Document, patient: str, stamp: str) -> Resource:
    data = base64.b64encode(document.text.encode()).decode()
    content = {"contentType": "text/plain; charset=utf-8", "language": document.language, "data": data}
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": coded(words.LOINC, *words.NOTE_TYPE),
        "subject": {"reference": patient},
        "date": stamp,
        "content": [{"attachment": content}],
    }


def _device(record: NoteRecord) -> Resource:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": f"epicrisis {record.engine}".strip(), "type": "model-name"}],
        **({"version": [{"value": record.version}]} if record.version else {}),
    }


def _provenance(targets: Sequence[str], note: str, device: str, stamp: str) -> Resource:
    return {
        "resourceType": "Provenance",
        # A note that says nothing still was read.
        "target": [{"reference": url} for url in targets or [note]],
        "recorded": stamp,
        "agent": [
            {
                "type": coded(words.PROVENANCE_PARTICIPANT, "assembler"),
                "who": {"reference": device},
            }
        ],
        "entity": [{"role": "source", "what": {"reference": note}}],
    }
