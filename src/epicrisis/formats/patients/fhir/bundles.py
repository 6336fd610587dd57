"""Bundles of any type taken apart into their resources: transactions, collections, searches, documents, histories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from epicrisis.domain.patients import Missing
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.documents.fhir.resources import shortened
from epicrisis.formats.patients.fhir.values import inner, listed, words

FULL_URL = "fullUrl"
"""Where a resource carries the name that its bundle gives it, if that is another than its id."""

_TAIL = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_GOOD = ("1", "2", "3")


def resources_of(bundle: Resource) -> list[Resource]:
    """Return the resources of a bundle in its order, and of the bundles within; of what is no bundle, it alone.

    What has no id gets the one at the end of its full URL, so that it can be named.
    """
    found: list[Resource] = []
    waiting: list[Resource] = [bundle]
    while waiting:
        resource = waiting.pop()
        if resource.get("resourceType") == "Bundle":
            waiting += [*_entries(resource)][::-1]
        elif resource.get("resourceType") == "Parameters":
            parts = listed(resource.get("parameter"))
            waiting += [each for part in parts for each in listed(part.get("resource"))][::-1]
        elif isinstance(resource.get("resourceType"), str):
            found.append(resource)
    return found


def missing_of(bundle: Resource) -> Iterator[Missing]:
    """Yield what a bundle itself says is not in it: its further pages, and the entries of a batch that failed."""
    if bundle.get("resourceType") != "Bundle":
        return
    if any(each.get("relation") == "next" for each in listed(bundle.get("link"))):
        yield Missing("*", "The bundle is one page of several, and the others were not sent.")
    states = (words(inner(each, "response", "status")) for each in listed(bundle.get("entry")))
    failed = sum(1 for state in states if state and not state.startswith(_GOOD))
    if failed:
        yield Missing("*", f"Entries that the system it comes from could not give: {failed}.")


def newest(resources: Iterable[Resource]) -> list[Resource]:
    """Return ``resources`` with one version of each, its latest, where the first of them stood."""
    kept: dict[object, Resource] = {}
    for resource in resources:
        kind, known = resource.get("resourceType"), resource.get("id")
        key = (kind, known) if isinstance(known, str) and known else id(resource)
        other = kept.get(key)
        kept[key] = resource if other is None else _later(other, resource)
    return list(kept.values())


def _entries(bundle: Resource) -> Iterator[Resource]:
    deleted: set[str] = set()
    seen: set[str] = set()
    is_history = bundle.get("type") == "history"
    for entry in listed(bundle.get("entry")):
        resource, url = entry.get("resource"), words(entry.get(FULL_URL))
        if is_history:
            # A history begins with what happened last: a version behind its own deletion is not told any more.
            name = shortened(words(inner(entry, "request", "url"))) or shortened(url)
            if inner(entry, "request", "method") == "DELETE" and name not in seen:
                deleted.add(name)
            seen.add(name)
            if name in deleted:
                continue
        if isinstance(resource, dict):
            yield _named(resource, url)


def _named(resource: Resource, url: str) -> Resource:
    known = resource.get("id")
    if not url or (isinstance(known, str) and known and url.endswith(known)):
        return resource
    tail = _TAIL.search(url.rpartition("/")[2].rpartition(":")[2])
    return {**resource, FULL_URL: url, "id": known or (tail[0] if tail else "")}


def _later(one: Resource, other: Resource) -> Resource:
    """Return the later version of two; of two that do not say, always the same one, whichever came first."""
    return max(one, other, key=_version if _version(one) != _version(other) else _written)


def _version(resource: Resource) -> tuple[int, str]:
    version = words(inner(resource, "meta", "versionId"))
    return (
        int(version) if version.isdecimal() and len(version) < 19 else 0,
        words(inner(resource, "meta", "lastUpdated")),
    )


def _written(resource: Resource) -> bytes:
    try:
        return msgspec.json.encode(resource, order="deterministic")
    except (TypeError, ValueError, RecursionError):
        return b""
