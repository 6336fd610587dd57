"""HL7 v2 (2.1 to 2.8) as text: each message on a sheet of its own, and the files it carries.

Taken apart by our own few lines (``wire.py``). HL7apy 1.3.5 (MIT) holds a message to the structure of its version, and
python-hl7 0.4.5 (BSD) wants segments that end in CR alone, one encoding told from outside, and no line break in a text:
both refuse what interfaces really send, and neither leaves less to do than splitting at five separators.
"""

from __future__ import annotations

from epicrisis.domain.pages import ReadFile
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.attached import NOTES, Attached, named, with_warnings
from epicrisis.formats.documents.hl7v2.report import Report
from epicrisis.formats.documents.hl7v2.wire import Message, messages
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.sheets.sheet import one_line

# A document for another system often travels as C-CDA inside a message.
_INSIDE = NOTES | {Kind.CDA}


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text of each message, and of each file in base64 or hexadecimal inside one.

    Only where there are several messages does a message have a name, such as ``ORU/00042``: its type and control id.

    Raises:
        UnreadableDocument: it is no HL7 v2, is over the limits, or says nothing of a patient.
    """
    found = messages(data, limits)
    attached = Attached(limits, _INSIDE)
    parsed: list[Parsed] = []
    for message in found:
        parsed += _read(message, limits, attached, name=_name(message) if len(found) > 1 else "")
    parsed += attached.parsed
    if not parsed:
        raise UnreadableDocument("The message says nothing of a patient; send one with results, notes or diagnoses.")
    return with_warnings(parsed, attached.warnings)


def _read(message: Message, limits: Limits, attached: Attached, *, name: str) -> list[Parsed]:
    report = Report(message, limits, attached, name=name)
    text = report.sheet.text
    if not text:
        return []
    return named([Parsed(ReadFile(text, Kind.HL7V2, warnings=tuple(_warnings(message, report))))], name)


def _warnings(message: Message, report: Report) -> list[str]:
    warnings = []
    if not message.as_told:
        warnings.append("The letters are not of the character set that MSH-18 names, and were read as they look.")
    if report.passed_over:
        warnings.append(f"Segments of kinds that are not read: {report.passed_over}.")
    return warnings


def _name(message: Message) -> str:
    kind, control = message.header.first(9).component(1), message.header.first(10).component(1)
    return "/".join(filter(None, (one_line(kind), one_line(control))))
