"""Shapes of FHIR R4 that a C-CDA document or an HL7 v2 message is written in, before it is read as a record."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = dict[str, Any]
"""A resource of FHIR in the making, or any object in one."""

PATIENT = "Patient/patient"
"""The one that all resources of a document or message are about, by the name it gets where it has none."""

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9\-.]+")
_LONGEST_ID = 64
# YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ], as HL7 v2 (TS, DTM) and CDA (TS) write a time.
_PACKED = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d{1,6})?)?)?)?)?)?(?:([+-]\d\d):?(\d\d))?"
)
# Midnight without a zone is what systems write that know the day alone.
_MIDNIGHT = "00:00:00"


class Ids:
    """Ids of resources: what somebody called them, each once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._given: dict[tuple[str, str], int] = {}

    def of(self, kind: str, wanted: str) -> str:
        """Return an id for a resource of ``kind``: ``wanted``, as far as an id may be that, with a number if taken."""
        wanted = _NOT_IN_ID.sub("-", wanted).strip("-")[:_LONGEST_ID]
        count = self._given[kind, wanted] = self._given.get((kind, wanted), 0) + 1
        return wanted if wanted and count == 1 else f"{wanted or 'n'}-{count}"


def shaped(kind: str, ident: str, fields: Mapping[str, Any], *, about: str = PATIENT) -> Shape:
    """Return a resource about the patient, with those of ``fields`` that say anything."""
    told = {name: value for name, value in fields.items() if value not in (None, "", [], {}, ())}
    return {"resourceType": kind, "id": ident, "subject": {"reference": about}, **told}


def concept(text: str, codings: Iterable[tuple[str, str, str]] = ()) -> Shape:
    """Return a CodeableConcept of words and of codings: system, code, display; empty where there is nothing."""
    coded = [{"system": system, "code": code, "display": shown} for system, code, shown in codings if code]
    return {**({"text": text} if text else {}), **({"coding": coded} if coded else {})}


def coded(code: str) -> Shape:
    """Return a CodeableConcept of one code, or nothing."""
    return {"coding": [{"code": code}]} if code else {}


def iso(stamp: str) -> str:
    """Return a packed time as FHIR writes it; "" where it is none."""
    match = _PACKED.fullmatch(stamp.strip())
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone, zone_minutes = match.groups()
    date = "-".join(filter(None, (year, month, day)))
    clock = f"{hour}:{minute or '00'}:{second or '00'}" if hour else ""
    if not clock or (clock == _MIDNIGHT and not zone):
        return date
    return f"{date}T{clock}{zone}:{zone_minutes}" if zone else f"{date}T{clock}"


def period(start: str, end: str) -> Shape:
    """Return a Period of two packed times, of which either may be missing."""
    told = {"start": iso(start), "end": iso(end)}
    return {name: at for name, at in told.items() if at}


def quantity(value: str, unit: str, *, is_ucum: bool = False, comparator: str = "") -> Shape:
    """Return a Quantity, or nothing where there is no number."""
    if not value:
        return {}
    told: Shape = {
        "value": value,
        **({"unit": unit} if unit else {}),
        **({"comparator": comparator} if comparator else {}),
    }
    return {**told, "system": "http://unitsofmeasure.org", "code": unit} if is_ucum and unit else told


def note(ident: str, title: str, text: str, *, at: str = "", language: str = "", about: str = PATIENT) -> Shape:
    """Return a DocumentReference that carries ``text``."""
    attachment = {
        "contentType": "text/plain; charset=utf-8",
        "data": b64encode(text.encode(errors="replace")).decode(),
        "title": title,
        "language": language,
    }
    fields = {"status": "current", "date": at, "content": [{"attachment": attachment}]}
    return shaped("DocumentReference", ident, fields, about=about)
