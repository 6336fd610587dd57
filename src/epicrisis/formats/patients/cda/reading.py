"""A C-CDA document (R1.1, R2.1) as FHIR resources: what its entries say, and the narrative of sections that have none.

A narrative is what its author signed, and its entries say the same in codes; so that nothing is told twice, the
narrative of a section whose entries were read is no note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.cda.markup import attribute, coded, each, first, local, parsed, words
from epicrisis.formats.documents.cda.narrative import narrated
from epicrisis.formats.patients import shapes
from epicrisis.formats.patients.cda import drugs, problems, statements
from epicrisis.formats.patients.child import Told
from epicrisis.formats.patients.shapes import PATIENT, Ids, Shape, iso, note, shaped
from epicrisis.formats.patients.troubles import ELSEWHERE

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element
    from epicrisis.formats.patients.cda.values import Texts

# LOINC codes of the sections of C-CDA, by what their entries are.
_SECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("11450-4", "11348-0", "46241-6", "11535-2", "10154-3", "29299-5"), "problems"),
    **dict.fromkeys(("48765-2",), "allergies"),
    **dict.fromkeys(("10160-0", "10183-2", "42346-7", "29549-3", "75311-1"), "medications"),
    **dict.fromkeys(("30954-2",), "laboratory"),
    **dict.fromkeys(("8716-3",), "vital-signs"),
    **dict.fromkeys(("29762-2",), "social-history"),
    **dict.fromkeys(("47519-4", "29554-3"), "procedures"),
    **dict.fromkeys(("11369-6",), "immunizations"),
    **dict.fromkeys(("10157-6",), "family"),
    **dict.fromkeys(("46240-8",), "encounters"),
    **dict.fromkeys(("18776-5", "61146-7"), "plan"),
}
# Who pays is no part of a record.
_PAYERS = "48768-6"
_RESULTS = frozenset({"laboratory", "vital-signs", "social-history"})
_SEXES = {"F": "female", "M": "male", "UN": "other"}
_BASE64 = "B64"


def read(data: bytes, limits: Limits) -> Told:
    """Return the resources of a C-CDA document.

    Raises:
        MissingDependency: lxml is not installed.
        UnreadableDocument: it is no CDA, or declares a document type or entities.
    """
    document = _Document(parsed(data))
    return Told(list(document.resources()), document.missing)


class _Document:
    """A document on its way into resources, each of which has an id of its own; ``missing`` is kept elsewhere."""

    def __init__(self, root: Element) -> None:
        self.missing: list[tuple[str, str]] = []
        self._root = root
        self._ids = Ids()
        self._written = iso(attribute(root, "effectiveTime", "value"))
        self._language = attribute(root, "languageCode", "code")

    def resources(self) -> Iterator[Shape]:
        yield self._patient()
        for number, section in enumerate(_sections(self._root), start=1):
            yield from self._section(section, number)
        stay = first(self._root, "componentOf/encompassingEncounter")
        if stay is not None:
            yield self._resource(stay, statements.visit(stay, {}))
        for text in each(self._root, "component/nonXMLBody/text"):
            yield from self._body(text)

    def _patient(self) -> Shape:
        role = first(self._root, "recordTarget/patientRole")
        patient = first(role, "patient") if role is not None else None
        told: Shape = {"resourceType": "Patient", "id": PATIENT.rpartition("/")[2]}
        if role is None or patient is None:
            return told
        name = first(patient, "name")
        numbers = [(str(one.get("root", "")), str(one.get("extension", ""))) for one in each(role, "id")]
        spoken = attribute(patient, "languageCommunication/languageCode", "code")
        fields = {
            "identifier": [{"system": f"urn:oid:{root}", "value": value} for root, value in numbers if value],
            "name": [{"family": words(first(name, "family")), "given": [*map(words, each(name, "given"))]}]
            if name is not None
            else [],
            "birthDate": iso(attribute(patient, "birthTime", "value")),
            "gender": _SEXES.get(attribute(patient, "administrativeGenderCode", "code"), ""),
            "deceasedDateTime": iso(attribute(patient, "deceasedTime", "value")),
            "deceasedBoolean": attribute(patient, "deceasedInd", "value") == "true",
            "communication": [{"language": shapes.coded(spoken)}] if spoken else [],
        }
        return {**told, **{key: value for key, value in fields.items() if value}}

    def _section(self, section: Element, number: int) -> Iterator[Shape]:
        code = attribute(section, "code", "code")
        texts = _texts(section)
        found = 0
        for entry in each(section, "entry"):
            for element, fields in _entry(entry, code, texts):
                if fields.get("resourceType"):
                    found += 1
                    yield self._resource(element, fields)
        text = first(section, "text")
        if found or text is None or section.get("nullFlavor") or code == _PAYERS:
            return
        title, said = words(first(section, "title")) or coded(first(section, "code")), narrated(text)
        if said:
            told = f"{title}\n{said}" if title else said
            yield note(f"section-{number}", title, told, at=self._written, language=self._language)

    def _body(self, text: Element) -> Iterator[Shape]:
        """Yield the body of a document without sections: a file, or words; one that is elsewhere is missing."""
        if first(text, "reference") is not None:
            self.missing.append(("DocumentReference", ELSEWHERE))
            return
        ident = self._ids.of("DocumentReference", "body")
        if str(text.get("representation", "")).upper() == _BASE64:
            attachment = {
                "contentType": str(text.get("mediaType", "")),
                "data": "".join(text.itertext()),
                "language": self._language,
            }
            content = [{"attachment": attachment}]
            yield shaped("DocumentReference", ident, {"status": "current", "date": self._written, "content": content})
        elif said := narrated(text):
            yield note(ident, words(first(self._root, "title")), said, at=self._written, language=self._language)

    def _resource(self, element: Element, fields: Shape) -> Shape:
        kind = str(fields["resourceType"])
        ident = first(element, "id")
        wanted = "" if ident is None else str(ident.get("extension") or ident.get("root") or "")
        return shaped(kind, self._ids.of(kind, wanted), fields)


def _sections(root: Element) -> Iterator[Element]:
    """Yield the sections in order, each before those within it."""
    waiting = [*each(root, "component/structuredBody/component/section")][::-1]
    while waiting:
        section = waiting.pop()
        yield section
        waiting += [*each(section, "component/section")][::-1]


def _entry(entry: Element, code: str, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    kind = _SECTIONS.get(code, "")
    if kind == "problems":
        yield from problems.conditions(entry, code, texts)
    elif kind == "allergies":
        yield from problems.allergies(entry, texts)
    elif kind == "family":
        yield from problems.relatives(entry, texts)
    elif kind in _RESULTS:
        yield from statements.results(entry, kind, texts)
    elif kind == "procedures":
        yield from statements.procedures(entry, texts)
    elif kind == "encounters":
        yield from statements.visits(entry, texts)
    elif kind:
        yield from _by_class(entry, kind, texts)


def _by_class(entry: Element, kind: str, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield drugs, vaccines and plans, which are told by the class of their statement."""
    for found in entry:
        if attribute(found, "statusCode", "code") in problems.WITHDRAWN:
            continue
        if local(found) == "substanceAdministration" and kind == "immunizations":
            yield found, drugs.immunization(found, texts)
        elif local(found) == "substanceAdministration":
            yield found, drugs.medication(found, texts, is_planned=kind == "plan")
        elif kind == "plan" and local(found) == "encounter":
            yield found, statements.visit(found, texts, is_planned=True)
        elif kind == "plan":
            yield found, statements.order(found, texts)


def _texts(section: Element) -> Texts:
    """Return the elements of the narrative of a section by the ID that entries refer to."""
    text = first(section, "text")
    return {} if text is None else {str(ident): one for one in text.iter() if (ident := one.get("ID"))}
