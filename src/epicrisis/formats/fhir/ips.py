"""A patient's record as an International Patient Summary: a document Bundle of FHIR R4 (hl7.org/fhir/uv/ips, 2.0.0).

It is written from the same baseline as every other summary, by a program, and nobody attests it: the author is a Device
and the document is preliminary. Ids are made from the names of the facts (UUID version 5), so one record in one state
gives the same resources each time; ``meta.source`` names the resource of the record that each was rebuilt from, with
the characters of its note where a note said so (RFC 5147).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from epicrisis.domain.patients import Observation, PatientRecord, Source
from epicrisis.domain.summaries import Baseline
from epicrisis.formats.fhir import vocabulary as words
from epicrisis.formats.fhir.documents import device_of, entries_of, narrative, stamped
from epicrisis.formats.fhir.ips_people import patient_of
from epicrisis.formats.fhir.ips_sections import IpsSection, Item, ips_sections
from epicrisis.formats.fhir.ips_telling import Words
from epicrisis.formats.fhir.ips_types import told
from epicrisis.formats.fhir.ips_words.words import ips_words
from epicrisis.formats.fhir.resources import Resource, coded

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "http://hl7.org/fhir/uv/ips#epicrisis")
_PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition/{}-uv-ips"
_EMPTY_REASON = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_ACT_CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActClass"
_SUMMARY = ("60591-5", "Patient summary Document")


def to_ips(
    record: PatientRecord, baseline: Baseline, *, language: str = "en", made: datetime | None = None, version: str = ""
) -> Resource:
    """Return ``baseline`` of ``record`` as an IPS Bundle in ``language``, made now by default; a bare time is UTC.

    ``version`` is that of the program. What the record holds stays in the words that it has.
    """
    stamp = stamped(made)
    says = ips_words(language)
    names = _Names(baseline.identity.source)
    patient, device = names("Patient"), names("Device")
    sections = [*ips_sections(record, baseline, says, {"reference": patient})]
    writing = _Writing(language, says, names)
    document = names.once(f"{told(baseline.at)} {stamp} {language}")
    composition = writing.composition(sections, patient=patient, device=device, stamp=stamp, at=told(baseline.at))
    entries = {
        f"urn:uuid:{document}": composition,
        patient: {**patient_of(baseline.identity), "meta": {"source": _place(baseline.identity.source)}},
        device: device_of("epicrisis", version),
        **{writing.url(item): _sourced(item) for section in sections for item in section.items if item.resource},
    }
    return {
        "resourceType": "Bundle",
        "id": names.once(f"Bundle {document}"),
        "meta": {"profile": [_PROFILE.format("Bundle")]},
        "language": language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{names.once(f'Bundle {document}')}"},
        "type": "document",
        "timestamp": stamp,
        "entry": entries_of(entries),
    }


class _Names:
    """Names for the parts of one patient's summary: the same for the same fact."""

    def __init__(self, patient: Source) -> None:
        self._of = uuid.uuid5(_NAMESPACE, patient.reference)

    def once(self, what: str) -> str:
        return str(uuid.uuid5(self._of, what))

    def __call__(self, what: str) -> str:
        return f"urn:uuid:{self.once(what)}"


@dataclass(frozen=True, slots=True)
class _Writing:
    """What stays the same while one summary is written."""

    language: str
    says: Words
    names: _Names

    def url(self, item: Item) -> str:
        """Return the name of the resource of ``item``; the parts of one observation are resources of their own."""
        part = item.fact.part if isinstance(item.fact, Observation) else 0
        return self.names(f"{type(item.fact).__name__} {_place(item.fact.source)} {part}")

    def composition(
        self, sections: Sequence[IpsSection], *, patient: str, device: str, stamp: str, at: str
    ) -> Resource:
        return {
            "resourceType": "Composition",
            "meta": {"profile": [_PROFILE.format("Composition")]},
            "language": self.language,
            "text": narrative([self.says["made-by"]], language=self.language),
            "status": "preliminary",
            "type": coded(words.LOINC, *_SUMMARY),
            "subject": {"reference": patient},
            "date": stamp,
            "author": [{"reference": device}],
            "title": self.says["title"],
            "event": [{"code": [coded(_ACT_CLASS, "PCPR")], "period": {"end": at}}],
            "section": [self.section(each) for each in sections],
        }

    def section(self, section: IpsSection) -> Resource:
        kind = section.kind
        lines = [*(item.line for item in section.items), *section.notes] or [section.empty]
        entries = [{"reference": self.url(item)} for item in section.items if item.resource]
        reason = {**coded(_EMPTY_REASON, "unavailable", "Unavailable"), "text": section.empty}
        return {
            "title": self.says[kind.name],
            "code": coded(words.LOINC, kind.code, kind.display),
            "text": narrative(lines, language=self.language),
            **({"entry": entries} if entries else {}),
            **({"emptyReason": reason} if section.empty else {}),
        }


def _sourced(item: Item) -> Resource:
    return {**(item.resource or {}), "meta": {"source": _place(item.fact.source)}}


def _place(source: Source) -> str:
    """Return where a fact stands as a URI: its resource, and the characters of the note that the resource carries."""
    span = source.span
    return source.reference if span is None else f"{source.reference}#char={span.start},{span.end}"
