"""One HL7 v2 message written out: who, which visit, and what it says of allergies, diagnoses, drugs and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.attached import Attached
from epicrisis.formats.documents.hl7v2 import observations, people
from epicrisis.formats.documents.hl7v2.orders import DRUGS, Orders
from epicrisis.formats.documents.hl7v2.wire import Message, Segment
from epicrisis.formats.documents.sheets.sheet import Sheet, one_line, result
from epicrisis.formats.documents.sheets.stamps import day_of, packed_stamp
from epicrisis.formats.documents.sheets.words import language_of

# Segments that say who sends, pays, attends or is called, and nothing of what somebody has.
_ADMINISTRATIVE_NAMES = """
    ACC ARV BLC BPX CTD CTI DB1 DRG DSC ECD EQU ERR EVN FT1 GT1 IN1 IN2 IN3 IPC MRG MSA MSH NK1 NST PD1 PDA QAK QPD
    RCP RGS ROL RQ1 SAC SCH SFT SPM TQ2 UAC UB1 UB2 ZDS
"""
_ADMINISTRATIVE = frozenset(_ADMINISTRATIVE_NAMES.split())
_SEVERITIES = {"MI": "mild", "MO": "moderate", "SV": "severe"}
_DELETED = frozenset({"D", "DE"})
_LAB_MESSAGES = frozenset({"ORU", "OUL", "OPU", "ORL"})
_VACCINES, _NO_VACCINE = "CVX", "998"
# "999" is how an amount that nobody wrote down is said.
_NO_AMOUNT = frozenset({"", "0", "999"})
# A text of an observation that is longer, or has several lines, stands under a heading of its own.
_ONE_LINE = 200


class Report:
    """A message on its way onto a sheet, segment by segment."""

    def __init__(self, message: Message, limits: Limits, attached: Attached, *, name: str) -> None:
        """Take the message; files in it go to ``attached``, under ``name``."""
        header = message.header
        self.sheet = Sheet(limits, language_of(header.first(19).component(1)))
        self.passed_over = 0
        self._attached = attached
        self._name = name
        self._kind = header.first(9).component(1).upper()
        self._heading = self.sheet.says("note")
        self._orders = Orders(self.sheet)
        self._title = ""
        self._lines: list[str] = []
        self._comment: list[str] = []
        for segment in message.segments:
            self._write(segment)
        self._end_comment()
        self._end_text()
        self._orders.flush()

    def _write(self, segment: Segment) -> None:
        if segment.name == "NTE":
            self._comment += (value.text for value in segment.values(3))
            return
        self._end_comment()
        if segment.name != "OBX":
            self._end_text()
        if segment.name in DRUGS:
            self._orders.drug(segment)
            return
        write = _WRITERS.get(segment.name)
        if write is not None:
            write(self, segment)
        elif segment.name not in _ADMINISTRATIVE:
            self.passed_over += 1

    def _end_comment(self) -> None:
        """Write the comments (NTE) in a row as what they are: the lines of one, or the last of a report's."""
        comment, self._comment = self._comment, []
        if comment and not self._is_block("\n".join(self._lines).strip()):
            self._end_text()
        if self._lines:
            self._lines += comment
        else:
            # Called what it is, "Hemolyzed & repeat" is read as nothing that was done.
            self.sheet.passage(self._heading, _labelled(self.sheet.says("comment"), "\n".join(comment).strip()))

    def _end_text(self) -> None:
        """Write the text that several observations in a row hold, a line each."""
        text, self._lines = "\n".join(self._lines).strip(), []
        if self._is_block(text):
            self.sheet.block(self._title, text)
        elif text:
            self._item("results" if self._kind in _LAB_MESSAGES else "observations", result(self._title, text))

    @staticmethod
    def _is_block(text: str) -> bool:
        return "\n" in text or len(text) > _ONE_LINE

    def _item(self, word: str, *parts: str) -> None:
        self._heading = self.sheet.says(word)
        self.sheet.line(self._heading, *parts)

    def _patient(self, segment: Segment) -> None:
        people.write_patient(segment, self.sheet)

    def _visit(self, segment: Segment) -> None:
        people.write_visit(segment, self.sheet)

    def _reason(self, segment: Segment) -> None:
        people.write_reason(segment, self.sheet)

    def _document(self, segment: Segment) -> None:
        """Write what kind of document follows, and when it was written (TXA)."""
        written = segment.first(4).component(1) or segment.first(6).component(1)
        self.sheet.head("document", segment.first(2).coded, packed_stamp(written))

    def _panel(self, segment: Segment) -> None:
        """Write which tests were asked together, and when (OBR)."""
        name, taken = segment.first(4).coded, segment.first(7).component(1)
        if self._kind in _LAB_MESSAGES and name:
            self._item("results", result(self.sheet.says("panel"), name), packed_stamp(taken))

    def _observation(self, segment: Segment) -> None:
        if observations.is_withdrawn(segment):
            return
        kind = segment.raw(2)
        if kind == observations.FILE:
            for value in segment.values(5):
                self._file(segment, value.component(4).upper(), value.component(5))
        elif kind == observations.POINTER:
            self._attached.elsewhere += 1
        elif observations.is_text(segment):
            self._text(segment)
        else:
            self._end_text()
            self._item("results" if self._kind in _LAB_MESSAGES else "observations", observations.result_of(segment))

    def _text(self, segment: Segment) -> None:
        part = observations.part_of_report(segment)
        title = self.sheet.says(part) if part else observations.name_of(segment)
        if title != self._title:
            self._end_text()
        self._title = title
        self._lines.append(observations.text_of(segment))

    def _file(self, segment: Segment, encoding: str, data: str) -> None:
        name = "/".join(filter(None, (self._name, "OBX", one_line(segment.raw(1)))))
        if encoding == "BASE64":
            self._attached.base64(data, name=name)
        elif encoding == "HEX":
            self._attached.hexadecimal(data, name=name)
        elif data:
            self._attached.plain(data.encode(errors="replace"), name=name)

    def _allergy(self, segment: Segment) -> None:
        """Write an allergy of AL1, or of IAM unless it takes one back: ``Penicillin: hives, severe``."""
        if segment.name == "IAM" and segment.first(6).component(1) in _DELETED:
            return
        severity = segment.first(4)
        reactions = ", ".join(filter(None, (value.coded for value in segment.values(5))))
        word = _SEVERITIES.get(severity.component(1).upper())
        substance = segment.first(3).coded
        self._item(
            "allergies",
            result(substance, reactions) or substance,
            self.sheet.says(word) if word else severity.component(2),
        )

    def _diagnosis(self, segment: Segment) -> None:
        if segment.first(21).component(1) in _DELETED:
            return
        said = segment.first(4).coded or segment.first(3).coded
        if said and segment.first(6).component(1) == "W":
            said = self.sheet.says("possible", of=said)
        self._item("diagnoses", said, day_of(packed_stamp(segment.first(5).component(1))))

    def _problem(self, segment: Segment) -> None:
        if segment.first(1).component(1) in _DELETED:
            return
        state = segment.first(14).coded.casefold()
        is_over = "resolved" in state or "inactive" in state
        self._item("past-history" if is_over else "diagnoses", segment.first(3).coded)

    def _procedure(self, segment: Segment) -> None:
        if segment.first(20).component(1) not in _DELETED:
            said = segment.first(4).coded or segment.first(3).coded
            self._item("procedures", said, day_of(packed_stamp(segment.first(5).component(1))))

    def _given(self, segment: Segment) -> None:
        """Write what was administered (RXA), or that it was refused or not given."""
        drug = segment.first(5)
        if segment.raw(21) in _DELETED or drug.component(1) == _NO_VACCINE:
            return
        is_vaccine = self._kind == "VXU" or _VACCINES in (drug.component(3), drug.component(6))
        amount = segment.first(6).component(1)
        if amount in _NO_AMOUNT:
            amount = ""
        unit = segment.first(7).component(1) if amount else ""
        said = one_line(f"{drug.coded} {amount} {unit}")
        word = {"RE": "refused", "NA": "not-given"}.get(segment.raw(20))
        self._item(
            "immunizations" if is_vaccine else "given",
            self.sheet.says(word, of=said) if word else said,
            day_of(packed_stamp(segment.first(3).component(1))),
        )

    def _order(self, segment: Segment) -> None:
        self._orders.control(segment)

    def _route(self, segment: Segment) -> None:
        self._orders.route(segment)

    def _timing(self, segment: Segment) -> None:
        self._orders.timing(segment)


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


_WRITERS: Mapping[str, Callable[[Report, Segment], None]] = {
    "AL1": Report._allergy,
    "DG1": Report._diagnosis,
    "IAM": Report._allergy,
    "OBR": Report._panel,
    "OBX": Report._observation,
    "ORC": Report._order,
    "PID": Report._patient,
    "PR1": Report._procedure,
    "PRB": Report._problem,
    "PV1": Report._visit,
    "PV2": Report._reason,
    "RXA": Report._given,
    "RXR": Report._route,
    "TQ1": Report._timing,
    "TXA": Report._document,
}
