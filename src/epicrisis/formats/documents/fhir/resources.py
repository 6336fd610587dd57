"""The resources of a FHIR file, each with how others refer to it, and with whose it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.encodings import decode
from epicrisis.formats.documents.fhir.access import Resource, code, objects, text

_BLANK = re.compile(r"\s*")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
_WITHDRAWN = "entered-in-error"
_HISTORY = re.compile(r"/_history/[^/]*$")


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of a file in its order, without those that were entered in error."""

    listed: tuple[Resource, ...]
    language: str = ""
    _by_reference: dict[str, Resource] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, data: bytes, limits: Limits) -> Resources:
        """Return the resources of a bundle, of one resource, or of many, a line each (ndjson).

        Raises:
            UnreadableDocument: it is no JSON, no FHIR, or has more resources than the limits give values.
        """
        listed: list[Resource] = []
        known: dict[str, Resource] = {}
        language = ""
        for url, resource in _unbundled(_values(decode(data).text)):
            language = language or text(resource, "language")
            if resource.get("resourceType") == "Bundle":
                continue
            for reference in filter(None, (url, own_reference(resource))):
                known.setdefault(reference, resource)
            if not _is_withdrawn(resource):
                listed.append(resource)
            if len(listed) > limits.values:
                raise UnreadableDocument(f"The file holds more than {limits.values} resources; send its parts.")
        if not known:
            raise UnreadableDocument("The JSON is not FHIR: none of it says its resourceType.")
        return cls(tuple(listed), language, known)

    def find(self, reference: str, *, within: Resource) -> Resource | None:
        """Return the resource of this file that ``reference`` means, where ``within`` says so."""
        if reference.startswith("#"):
            contained = objects(within, "contained")
            return next((each for each in contained if text(each, "id") == reference[1:]), None)
        return self._by_reference.get(reference) or self._by_reference.get(shortened(reference))

    def patient_of(self, resource: Resource) -> str:
        """Return a key for the patient that a resource is about, "" where it says none."""
        if resource.get("resourceType") == "Patient":
            return own_reference(resource)
        reference = text(resource, "subject", "reference") or text(resource, "patient", "reference")
        patient = self.find(reference, within=resource) if reference else None
        return own_reference(patient) if patient else shortened(reference)


def own_reference(resource: Resource) -> str:
    """Return ``Type/id``, or the type alone of a resource that has no id."""
    return "/".join(filter(None, (text(resource, "resourceType"), text(resource, "id"))))


def shortened(reference: str) -> str:
    """Return the ``Type/id`` at the end of an address, without the version behind it."""
    return "/".join(_HISTORY.sub("", reference).split("/")[-2:])


def _values(content: str) -> Iterator[object]:
    """Yield each JSON value of a file, which may hold one after the other.

    Raises:
        UnreadableDocument: one of them is broken.
    """
    at = _start(content, 0)
    try:
        while at < len(content):
            value, end = _DECODER.raw_decode(content, at)
            yield value
            at = _start(content, end)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(
            f"The JSON breaks at character {error.pos}; export it again, and send that."
        ) from error
    except RecursionError as error:
        raise UnreadableDocument("The JSON is nested deeper than any resource; it is not read.") from error


def _start(content: str, at: int) -> int:
    blank = _BLANK.match(content, at)
    return blank.end() if blank else at


def _unbundled(values: Iterable[object]) -> Iterator[tuple[str, Resource]]:
    """Yield every resource with its full URL, a bundle before what is in it; of several versions, the first alone."""
    seen: set[str] = set()
    for value in values:
        waiting = [("", False, each) for each in objects(value)][::-1]
        while waiting:
            url, is_history, resource = waiting.pop()
            if not text(resource, "resourceType"):
                continue
            reference = own_reference(resource)
            if is_history and resource.get("id") and reference in seen:
                continue
            seen.add(reference)
            yield url, resource
            if resource.get("resourceType") == "Bundle":
                is_history = resource.get("type") == "history"
                entries = [(text(each, "fullUrl"), each.get("resource")) for each in objects(resource, "entry")]
                waiting += [(url, is_history, each) for url, each in entries if isinstance(each, dict)][::-1]


def _is_withdrawn(resource: Resource) -> bool:
    states = (text(resource, "status"), text(resource, "docStatus"), code(resource, "verificationStatus"))
    return _WITHDRAWN in states
