"""What authors of a FHIR document wrote: its sections, and the narrative of a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents import opening
from epicrisis.formats.documents.fhir.access import Resource, concept, moment, objects, person, text, texts
from epicrisis.formats.documents.fhir.resources import Resources
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.sheets.sheet import Sheet

Narrated = Callable[[Resource], str]
"""Returns the narrative (``text.div``) of a resource or a section, as lines; "" where there is none."""


def narrating(limits: Limits) -> Narrated:
    """Return what reads narratives, within ``limits``."""

    def narrated(resource: Resource) -> str:
        written = text(resource, "text", "div")
        if not written or text(resource, "text", "status") == "empty":
            return ""
        page = f"<html><body>{written}</body></html>".encode(errors="replace")
        return "\n".join(each.file.text for each in opening.read(Kind.HTML, page, limits)).strip()

    return narrated


def write_composition(resource: Resource, resources: Resources, sheet: Sheet, narrated: Narrated) -> frozenset[str]:
    """Write the title and the sections of a Composition; return the references that its narrative already tells."""
    sheet.head("document", text(resource, "title") or concept(resource, "type"), moment(resource, "date"))
    sheet.head("author", *_authors(resource, resources))
    told: set[str] = set()
    for section in _sections(resource):
        title, said = text(section, "title") or concept(section, "code"), narrated(section)
        sheet.block(title, said)
        if said:
            told.update(texts(section, "entry", "reference"))
        else:
            sheet.line(title, concept(section, "emptyReason"))
    return frozenset(told)


def _authors(resource: Resource, resources: Resources) -> Iterator[str]:
    for author in objects(resource, "author"):
        found = resources.find(text(author, "reference"), within=resource)
        name = next(map(person, objects(found, "name")), "") if found else ""
        yield name or text(author, "display")


def _sections(resource: Resource) -> Iterator[Resource]:
    """Yield the sections in order, each before those within it."""
    waiting = [*objects(resource, "section")][::-1]
    while waiting:
        section = waiting.pop()
        yield section
        waiting += [*objects(section, "section")][::-1]
