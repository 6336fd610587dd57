"""HL7 v2 messages (2.1 to 2.8) as FHIR resources: visits, allergies, diagnoses, drugs, results, and texts."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.hl7v2 import observations
from epicrisis.formats.documents.hl7v2.tables import LAB_MESSAGES, ONE_LINE, PLACES
from epicrisis.formats.documents.hl7v2.wire import Message, Segment, messages
from epicrisis.formats.patients.child import Told
from epicrisis.formats.patients.fhir.codes import IMAGING
from epicrisis.formats.patients.hl7v2 import drugs, segments
from epicrisis.formats.patients.hl7v2.coding import named, range_of, value_of
from epicrisis.formats.patients.shapes import PATIENT, Ids, Shape, coded, iso, note, shaped
from epicrisis.formats.patients.troubles import ELSEWHERE, ENCODING
from epicrisis.formats.patients.vitals import VITALS

_UNSURE = frozenset({"P", "R", "S", "I"})


def read(data: bytes, limits: Limits) -> Told:
    """Return the resources of a file of messages.

    Raises:
        UnreadableDocument: there is no message in it, or more than the limits give.
    """
    people = _People()
    told = Told([], [])
    for message in messages(data, limits):
        read_one = _Message(message, people)
        told.resources.extend(read_one.resources())
        told.missing.extend(read_one.missing)
    return Told([*people.patients.values(), *told.resources], told.missing)


class _People:
    """The patients of a file: messages with a number in common are about the same."""

    def __init__(self) -> None:
        self.patients: dict[str, Shape] = {}
        self.ids = Ids()
        self._by_number: dict[tuple[str, str], str] = {}

    def of(self, segment: Segment) -> str:
        """Return the reference of the patient of a PID."""
        told = segments.patient(segment)
        numbers = [(each["system"], each["value"]) for each in told.get("identifier", [])]
        known = next((self._by_number[each] for each in numbers if each in self._by_number), "")
        if not known and (numbers or not self.patients):
            known = PATIENT if not self.patients else f"{PATIENT}-{len(self.patients) + 1}"
        if not known:
            # A PID that names nobody by a number is the one before it only if it says the same.
            known = next((key for key, one in self.patients.items() if one.get("name") == told.get("name")), "")
            known = known or f"{PATIENT}-{len(self.patients) + 1}"
        self._by_number.update(dict.fromkeys(numbers, known))
        self.patients[known] = {**self.patients.get(known, {}), **told, "id": known.rpartition("/")[2]}
        return known


class _Message:
    """One message on its way into resources; ``missing`` says what of it is kept elsewhere."""

    def __init__(self, message: Message, people: _People) -> None:
        header = message.header
        self.missing: list[tuple[str, str]] = []
        self._segments = message.segments
        self._people = people
        self._kind, self._event = (header.first(9).component(at).upper() for at in (1, 2))
        self._control = header.first(10).component(1)
        self._sent = header.first(7).component(1)
        self._language = header.first(19).component(1)
        self._about = ""
        self._panel: Segment | None = None
        self._titled = ""
        self._written = iso(self._sent)
        self._order = drugs.Order()
        self._lines: list[str] = []
        self._line = (0, "")

    def resources(self) -> Iterator[Shape]:
        for number, segment in enumerate(self._segments, start=1):
            # A comment goes on with the text before it, and so does another line of that text.
            if segment.name != "NTE" and not (segment.name == "OBX" and self._is_line(segment)):
                yield from self._end_text()
            if segment.name not in ("RXR", "TQ1", *PLACES, "NTE", "RXC"):
                yield from self._end_order()
            for told in self._read(segment, number):
                if told.get("resourceType"):
                    yield self._resource(told, segment.name, number)
        yield from self._end_text()
        yield from self._end_order()

    def _read(self, segment: Segment, number: int) -> Iterator[Shape]:
        name = segment.name
        if name == "PID":
            self._about = self._people.of(segment)
        elif name == "EVN":
            self._sent = segment.first(6).component(1) or segment.first(2).component(1) or self._sent
        elif name == "PV1":
            yield segments.visit(segment, self._event, self._sent)
        elif name in segments.ALONE:
            yield segments.ALONE[name](segment)
        elif name == "ORC":
            self._order = drugs.Order(
                segment.first(1).component(1), iso(segment.first(15).component(1)) or iso(segment.first(9).component(1))
            )
        elif name in PLACES:
            if self._order.name and (self._order.name, name) != ("RXO", "RXE"):
                yield self._order.resource()
            self._order.take(segment, number)
        elif name in ("RXR", "TQ1"):
            self._order.follow(segment)
        elif name == "RXA":
            yield drugs.given(segment, self._kind)
        elif name == "OBR":
            self._panel = segment
        elif name == "TXA":
            self._titled = segment.first(2).coded
            self._written = iso(segment.first(4).component(1) or segment.first(6).component(1)) or self._written
        elif name in ("OBX", "NTE"):
            yield from self._said(segment, number)

    def _said(self, segment: Segment, number: int) -> Iterator[Shape]:
        """Take in an observation, a line of a text, a file, or a comment."""
        if segment.name == "NTE":
            self._add("\n".join(value.text for value in segment.values(3)), number, self._titled or self._of_panel())
        elif observations.is_withdrawn(segment):
            return
        elif segment.raw(2) == observations.FILE:
            yield from self._files(segment)
        elif segment.raw(2) == observations.POINTER:
            self.missing.append(("DocumentReference", ELSEWHERE))
        elif self._is_line(segment):
            self._add(observations.text_of(segment), number, observations.name_of(segment) or self._titled)
        else:
            yield self._observation(segment)

    def _is_line(self, segment: Segment) -> bool:
        """Return whether an OBX is a line of a text, and not a result in words."""
        if not observations.is_text(segment) or observations.is_withdrawn(segment):
            return False
        said = observations.text_of(segment)
        return self._kind == "MDM" or segment.raw(2) in ("TX", "FT") or "\n" in said or len(said) > ONE_LINE

    def _add(self, text: str, number: int, title: str) -> None:
        if not self._lines:
            self._line = (number, title)
        elif title != self._line[1] and title:
            self._lines.append(title)
        self._lines.append(text)

    def _end_text(self) -> Iterator[Shape]:
        """Yield the text that several segments in a row hold, as a note under the name of what it is about."""
        text, (number, title) = "\n".join(self._lines).strip(), self._line
        self._lines = []
        if not text:
            return
        ident = self._people.ids.of("DocumentReference", f"{self._control}-{self._segments[number - 1].name}-{number}")
        told = f"{title}\n{text}" if title else text
        at = self._taken(None) or self._written
        yield note(ident, title or self._titled, told, at=at, language=self._language, about=self._about or PATIENT)

    def _end_order(self) -> Iterator[Shape]:
        if self._order.name:
            yield self._resource(self._order.resource(), self._order.name, self._order.number)
        self._order = drugs.Order(self._order.control, self._order.written) if self._order.name else self._order

    def _observation(self, segment: Segment) -> Shape:
        code = named(segment.first(3))
        codes = {each["code"] for each in code.get("coding", [])}
        section = self._panel.first(24).component(1).casefold() if self._panel is not None else ""
        category = "imaging" if section in IMAGING else "laboratory" if self._kind in LAB_MESSAGES else "exam"
        value = value_of(segment)
        return {
            "resourceType": "Observation" if value and code else "",
            "code": code,
            "status": "preliminary" if segment.first(11).component(1) in _UNSURE else "final",
            "category": [coded("vital-signs" if codes & VITALS else category)],
            "effectiveDateTime": iso(segment.first(14).component(1)) or self._taken(segment) or iso(self._sent),
            "interpretation": [coded(each.component(1)) for each in segment.values(8)],
            "referenceRange": range_of(segment),
            **value,
        }

    def _files(self, segment: Segment) -> Iterator[Shape]:
        for value in segment.values(5):
            encoding, data = value.component(4).upper(), value.component(5)
            if encoding != "BASE64" or not data:
                self.missing.append(("DocumentReference", ENCODING))
                continue
            attachment = {
                "data": data,
                "title": observations.name_of(segment) or self._titled,
                "language": self._language,
            }
            yield {
                "resourceType": "DocumentReference",
                "status": "current",
                "date": self._taken(segment) or self._written,
                "content": [{"attachment": attachment}],
            }

    def _taken(self, segment: Segment | None) -> str:
        at = iso(self._panel.first(7).component(1)) if self._panel is not None else ""
        return at or (iso(segment.first(19).component(1)) if segment is not None else "")

    def _of_panel(self) -> str:
        return self._panel.first(4).coded if self._panel is not None else ""

    def _resource(self, told: Shape, name: str, number: int) -> Shape:
        kind = str(told["resourceType"])
        ident = self._people.ids.of(kind, f"{self._control}-{name}-{number}")
        return shaped(kind, ident, told, about=self._about or PATIENT)
