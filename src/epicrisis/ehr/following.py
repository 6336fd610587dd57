"""What resources point to: medications that orders name, and attachments that lie beside their documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from epicrisis.ehr.addresses import ID, Base, LeadsAway
from epicrisis.ehr.replies import Resource
from epicrisis.ehr.troubles import Trouble, Why

_MEDICATION = re.compile(rf"(?:.*/)?Medication/({ID.pattern})(?:/_history/{ID.pattern})?")
_BINARY = re.compile(rf"/Binary/({ID.pattern})(?:/_history/{ID.pattern})?")
# Where a resource holds attachments, and below which name.
_PLACES = {"DocumentReference": ("content", "attachment"), "DiagnosticReport": ("presentedForm", "")}
_NOT_TEXT = ("image/", "audio/", "video/")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment of the resource ``kind``/``name``, the ``number``th of it, which lies at ``target``."""

    kind: str
    name: str
    number: int
    target: str
    binary: str


@dataclass(frozen=True, slots=True)
class Attachments:
    """Those to fetch, the newest first, and for those that are not: the type they belong to, and why."""

    fetched: Sequence[Attachment]
    missing: Sequence[tuple[str, Why]]


def medications_of(resources: Iterable[Resource]) -> list[str]:
    """Return the ids of the medications that ``resources`` name by a reference, each once."""
    told = (each.get("medicationReference") or _concept(each.get("medication")) for each in resources)
    references = (each.get("reference") for each in told if isinstance(each, dict))
    found = (_MEDICATION.fullmatch(each) for each in references if isinstance(each, str))
    return list(dict.fromkeys(each[1] for each in found if each))


def attachments_of(resources: Iterable[Resource], base: Base) -> Attachments:
    """Return the attachments of ``resources`` whose content lies elsewhere."""
    fetched, missing = list[tuple[str, Attachment]](), list[tuple[str, Why]]()
    for resource in resources:
        for number, attachment in _told(resource):
            kind, url = resource["resourceType"], attachment.get("url")
            if attachment.get("data") or not isinstance(url, str) or not resource.get("id"):
                continue
            if str(attachment.get("contentType", "")).lower().startswith(_NOT_TEXT):
                missing.append((kind, Why.NOT_TEXT))
                continue
            target = _target(url, base)
            if target is None:
                missing.append((kind, Why.ELSEWHERE))
                continue
            found = Attachment(kind, str(resource["id"]), number, *target)
            fetched.append((str(resource.get("date") or resource.get("effectiveDateTime") or ""), found))
    fetched.sort(key=lambda each: each[0], reverse=True)
    return Attachments([each for _, each in fetched], missing)


def with_content(resource: Resource, attachment: Attachment, binary: Resource) -> Resource:
    """Return ``resource`` with what ``binary`` holds in its ``attachment``.

    Raises:
        Trouble: it holds nothing, or is another.
    """
    data = binary.get("data")
    if binary["resourceType"] != "Binary" or binary.get("id") != attachment.binary or not isinstance(data, str):
        raise Trouble(Why.UNREADABLE)
    place, inner = _PLACES[attachment.kind]
    items = list(resource[place])
    old = items[attachment.number]
    new = {"contentType": binary.get("contentType"), **(old[inner] if inner else old), "data": data}
    items[attachment.number] = {**old, inner: new} if inner else new
    return {**resource, place: items}


def _told(resource: Resource) -> Iterator[tuple[int, Mapping[str, Any]]]:
    place, inner = _PLACES.get(resource["resourceType"], ("", ""))
    items = resource.get(place)
    for number, item in enumerate(items if isinstance(items, list) else ()):
        found = item.get(inner) if inner and isinstance(item, dict) else item
        if isinstance(found, dict):
            yield number, found


def _target(url: str, base: Base) -> tuple[str, str] | None:
    """Return where on this server a Binary lies, and its id, or ``None`` where ``url`` is no such place."""
    try:
        target = base.target(url)
    except LeadsAway:
        return None
    named = _BINARY.fullmatch(target.removeprefix(base.path))
    return (target, named[1]) if named else None


def _concept(value: object) -> object:
    # FHIR R5 has a CodeableReference where R4 has a choice.
    return value.get("reference") if isinstance(value, dict) else None
