"""A file with the record of a patient, of whichever kind it is: FHIR in JSON, C-CDA or HL7 v2."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping

import msgspec

from epicrisis.domain.patients import Missing, PatientRecord
from epicrisis.errors import UnreadableDocument, UnsupportedDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.process import once
from epicrisis.formats.documents.encodings import decode
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.documents.kinds import Kind, kind_of
from epicrisis.formats.patients.child import Inside, Task, Told
from epicrisis.formats.patients.fhir.reading import record_of
from epicrisis.formats.patients.fhir.values import listed

_SENT_AGAIN = "export it again, and send that."
# Of every value in JSON, one of these stands before it, or within it.
_MARKS = (b",", b"[", b"{")
_MARKS_A_VALUE = 2
_BROKEN_LINE = "A line of the file is no JSON, and was passed over."
# What a record of each kind is read with; the files inside it are read by another process.
_LIBRARIES: Mapping[Kind, tuple[str, ...]] = {Kind.CDA: ("lxml.etree",), Kind.HL7V2: ()}


def read_record(data: bytes, *, patient: str = "", limits: Limits | None = None) -> PatientRecord:
    """Return what the file ``data`` records of ``patient``, or of the only one it is about.

    FHIR may be a bundle of any type, one resource, a list of them, or one a line (NDJSON, as bulk exports are).

    Raises:
        UnreadableDocument: it is damaged, too large, nested too deep, or says nothing in FHIR, C-CDA or HL7 v2.
        UnsupportedDocument: it is a file of another kind.
        InvalidInput: it is of several patients, and none was asked for.
        PatientNotFound: it is of several patients, or does not say of whom, and not of the one asked for.
        WrongPatient: it is of somebody else.
        MissingDependency: an optional package this kind needs is not installed.
    """
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise UnreadableDocument(
            f"The record is too large: up to {limits.file_bytes} bytes are read. Send it in parts."
        )
    if data.removeprefix(BOM_UTF8)[:64].lstrip()[:1] in (b"{", b"["):
        return _of_fhir(data, patient, limits)
    kind = kind_of(data)
    if kind is Kind.FHIR:
        return _of_fhir(decode(data).text.encode(), patient, limits)
    if kind not in (Kind.CDA, Kind.HL7V2):
        raise UnsupportedDocument(
            f"The file holds {kind}, which is no record of a patient; send FHIR in JSON, C-CDA or HL7 v2, or have the "
            "file read as a document."
        )
    told = once("patient", Task(limits, record=Inside(kind, data)), Told, limits, libraries=_LIBRARIES[kind])
    missing = [Missing(*each) for each in told.missing]
    return record_of(told.resources, patient=patient, missing=missing, limits=limits)


def _of_fhir(data: bytes, patient: str, limits: Limits) -> PatientRecord:
    data = data.removeprefix(BOM_UTF8)
    if sum(map(data.count, _MARKS)) > _MARKS_A_VALUE * limits.values:
        raise UnreadableDocument("The FHIR holds more values than are read at once; send it in parts.")
    found, missing = _parsed(data)
    resources = [each for each in found if isinstance(each.get("resourceType"), str)]
    if not resources:
        raise UnreadableDocument("The JSON is not FHIR: none of it says its resourceType.")
    return record_of(resources, patient=patient, missing=missing, limits=limits)


def _parsed(data: bytes) -> tuple[list[Resource], list[Missing]]:
    """Return the objects of a JSON file, and what of them could not be read.

    Raises:
        UnreadableDocument: it is broken, or nested deeper than any resource is.
    """
    try:
        return listed(msgspec.json.decode(data)), []
    except RecursionError as error:
        raise UnreadableDocument("The JSON is nested deeper than any resource; it is not read.") from error
    except UnicodeDecodeError as error:
        # An old system wrote it in its own letters: they are told as in any other text, once.
        text = decode(data).text.encode()
        if text == data:
            raise UnreadableDocument(f"The FHIR holds letters that are none; {_SENT_AGAIN}") from error
        return _parsed(text)
    except msgspec.MsgspecError as error:
        lines = list(_lines(data))
        if lines and lines[0] is not None:
            found = [each for each in lines if each is not None]
            lost = len(lines) - len(found)
            return found, [Missing("*", f"{_BROKEN_LINE} ({lost})")] if lost else []
        raise UnreadableDocument(f"The FHIR is no JSON: it is cut short or damaged; {_SENT_AGAIN}") from error


def _lines(data: bytes) -> Iterator[Resource | None]:
    """Yield the object of each line of a file that has one a line, nothing for a line that is none."""
    for line in data.splitlines():
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            yield None
            continue
        yield value if isinstance(value, dict) else None
