"""A Bundle as it lies in its file: resources by their names, and the times, words and numbers in each.

Nothing here knows how epicrisis reads a record. What an element means is taken from hl7.org/fhir/R4 alone.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from epicrisis_lab.errors import UnreadableFile

Resource: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, str]

_WHEN = re.compile(r"[12]\d{3}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?")
# "Viral sinusitis (disorder)": SNOMED CT names each concept with its kind (Editorial Guide, semantic tag).
_KIND = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|substance|product|medicinal product|event|"
    r"regime/therapy|observable entity|organism|physical object)\)$"
)
_BILLS = frozenset({"Claim", "ExplanationOfBenefit", "Coverage"})
# What a reader of the record is never shown.
_UNSHOWN = frozenset(
    {"id", "meta", "reference", "system", "div", "url", "fullUrl", "identifier", "resourceType", "data"}
)


@dataclass(frozen=True)
class Raw:
    """The resources of one Bundle, by the names that they may be cited by."""

    file: str
    resources: tuple[Resource, ...]
    named: Mapping[str, Resource]

    def of(self, *kinds: str) -> Iterator[Resource]:
        """Yield the resources of these types, in order."""
        return (each for each in self.resources if each["resourceType"] in kinds)

    def cited(self, reference: str) -> Resource | None:
        """Return the resource called ``reference``: ``Condition/1``, or the name that its entry has."""
        return self.named.get(reference) or self.named.get(reference.partition("/")[2])

    @cached_property
    def visits(self) -> frozenset[str]:
        """Return the times at which visits began and ended."""
        return frozenset(times(self.of("Encounter")))

    @cached_property
    def ends(self) -> frozenset[str]:
        """Return the last times that are told: of what happened, and of the document it is."""
        found = set(times([self.patient]))
        for left_out in (_BILLS, _BILLS | {"Composition"}):
            told = times(each for each in self.resources if each["resourceType"] not in left_out)
            found.update(text for _, text in [max(((moment(text), text) for text in told), default=(None, ""))] if text)
        return frozenset(found)

    @property
    def patient(self) -> Resource:
        """Return whose record it is."""
        return next(self.of("Patient"), {"resourceType": "Patient"})


def load(file: Path) -> tuple[bytes, Raw]:
    """Return the bytes of the Bundle in ``file``, and what is in them.

    Raises:
        UnreadableFile: it cannot be opened, or is no Bundle.
    """
    try:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        bundle = json.loads(data)
        return data, raw(bundle, file=file.name)
    except OSError as cause:
        raise UnreadableFile(f"{file} cannot be opened: {cause}.") from cause
    except (ValueError, KeyError, TypeError) as cause:
        raise UnreadableFile(
            f"{file} is no Bundle of FHIR resources; name files of JSON, or of JSON in gzip."
        ) from cause


def raw(bundle: Resource, *, file: str = "") -> Raw:
    """Return the resources of ``bundle`` by their names."""
    resources: list[Resource] = []
    named: dict[str, Resource] = {}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        resources.append(resource)
        kind, own = resource["resourceType"], resource.get("id", "")
        for name in (entry.get("fullUrl"), own and f"{kind}/{own}", own):
            if name:
                named.setdefault(name, resource)
    return Raw(file, tuple(resources), named)


def moment(text: str | None) -> datetime | None:
    """Return the first instant that a dateTime of FHIR can mean; one without a zone is in UTC."""
    if not text or not _WHEN.fullmatch(text):
        return None
    padded = text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text
    found = datetime.fromisoformat(padded.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def parts_of(result: Resource) -> list[Resource]:
    """Return a result, or each of its components as a result of the same time."""
    parts = result.get("component", ())
    return [{**result, "component": (), **part} for part in parts] if parts else [result]


def began(resource: Resource, *names: str) -> datetime | None:
    """Return the first of the choices ``names`` that tells a time: a dateTime, or the start of a Period."""
    for name in names:
        told = resource.get(f"{name}DateTime") or resource.get(name) or resource.get(f"{name}Period", {})
        when = moment(told.get("start") or told.get("end") if isinstance(told, Mapping) else told)
        if when is not None:
            return when
    return None


def concept(resource: Resource, *names: str) -> Mapping[str, Any]:
    """Return the first CodeableConcept among ``names``."""
    return next((resource[name] for name in names if isinstance(resource.get(name), Mapping)), {})


def what(resource: Resource) -> Mapping[str, Any]:
    """Return the concept that says what a resource is about."""
    return concept(resource, "code", "medicationCodeableConcept", "vaccineCode", "description", "relationship") or next(
        iter(resource.get("category", ()) or resource.get("type", ())), {}
    )


def words_of(told: Mapping[str, Any]) -> str:
    """Return what a CodeableConcept is called, without the kind that SNOMED CT adds to a name."""
    shown = told.get("text") or next((each.get("display", "") for each in told.get("coding", ())), "")
    return _KIND.sub("", shown.strip())


def key_of(told: Mapping[str, Any]) -> Key:
    """Return what makes two entries one thing: their code, else their words."""
    for each in told.get("coding", ()):
        if each.get("code"):
            return each.get("system", ""), each["code"]
    return "", words_of(told).casefold()


def codes(told: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the codes of a concept, or of several."""
    several = [told] if isinstance(told, Mapping) else list(told)
    return {str(each.get("code", "")) for one in several for each in one.get("coding", ())}


def strings(value: object) -> Iterator[str]:
    """Yield every string that a reader of the resource may be shown."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            if name not in _UNSHOWN:
                yield from strings(below)
        if str(value.get("contentType", "")).startswith("text/"):
            yield _decoded(str(value.get("data", "")))
    elif isinstance(value, list):
        for below in value:
            yield from strings(below)


def _decoded(data: str) -> str:
    """Return the words of an attachment."""
    try:
        return base64.b64decode(data).decode("utf-8", "replace")
    except ValueError:
        return ""


def times(resources: Iterable[Resource]) -> Iterator[str]:
    """Yield every time that is told in ``resources``, as it is written."""
    return (text for each in resources for text in strings(each) if moment(text) is not None)


def numbers(value: object) -> Iterator[float]:
    """Yield every number in a resource."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from numbers(below)
    elif isinstance(value, list):
        for below in value:
            yield from numbers(below)
