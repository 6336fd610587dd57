"""A line that a resource becomes, and what the functions that write one are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from epicrisis.formats.documents.fhir.access import Resource, concept, concepts, objects, text
from epicrisis.formats.documents.fhir.resources import Resources
from epicrisis.formats.documents.sheets.sheet import Sheet


class Line(NamedTuple):
    """What is said under a heading, told by its word; commas come between ``parts``."""

    heading: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a resource is written with: the others of its file, and the sheet whose words it takes."""

    resources: Resources
    sheet: Sheet

    def says(self, word: str, *, of: str = "") -> str:
        """Return how the sheet says ``word``."""
        return self.sheet.says(word, of=of)

    def doubted(self, name: str, state: str) -> str:
        """Return ``name`` as its verification status has it: possible, or ruled out."""
        return self.says(_DOUBTS[state], of=name) if name and state in _DOUBTS else name

    def reasons(self, resource: Resource) -> str:
        """Return what a drug or a procedure is for, "for asthma"; "" where nothing says it."""
        said = [*concepts(resource, "reasonCode"), *concepts(resource, "reason")]
        references = (*objects(resource, "reasonReference"), *objects(resource, "reason", "reference"))
        said += filter(None, (self.named(each, resource) for each in references))
        return self.says("for", of="; ".join(dict.fromkeys(said))) if said else ""

    def named(self, reference: Resource, within: Resource) -> str:
        """Return what a resource that is referred to is called."""
        found = self.resources.find(text(reference, "reference"), within=within)
        return (found and concept(found, "code")) or text(reference, "display")

    def dated(self, word: str, date: str) -> str:
        """Return a date with ``word`` before it: "since 2011-02-03"."""
        return self.says(word, of=date) if date else ""


_DOUBTS = {"differential": "possible", "provisional": "possible", "refuted": "ruled-out", "unconfirmed": "possible"}


def notes(resource: Resource) -> str:
    """Return what somebody wrote beside a resource."""
    return "; ".join(text(each, "text") for each in objects(resource, "note") if text(each, "text"))


Writer = Callable[[Resource, Asking], Iterator[Line]]
