"""What every document Bundle of ours has: when it was made, its entries, narratives, and the program as a Device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape

from epicrisis.formats.fhir.resources import Resource
from epicrisis.formats.fhir.wording import printable

_URN = "urn:uuid:"


def stamped(made: datetime | None) -> str:
    """Return ``made`` as an instant: now, by default; a time without a zone is UTC."""
    moment = made or datetime.now(UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def entries_of(resources: Mapping[str, Resource]) -> list[Resource]:
    """Return ``resources`` as entries, in their order; each is called by a UUID, which is its id, too."""
    return [
        {
            "fullUrl": url,
            "resource": {"resourceType": resource["resourceType"], "id": url.removeprefix(_URN), **resource},
        }
        for url, resource in resources.items()
    ]


def narrative(lines: Iterable[str], *, language: str = "") -> Resource:
    """Return ``lines``, as a reader meets them."""
    items = "".join(f"<li>{escape(printable(line))}</li>" for line in lines)
    tongue = f' lang="{language}" xml:lang="{language}"' if language else ""
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"{tongue}><ul>{items}</ul></div>'}


def device_of(name: str, version: str) -> Resource:
    """Return the program of that ``name`` and ``version``."""
    return {
        "resourceType": "Device",
        "deviceName": [{"name": name, "type": "model-name"}],
        **({"version": [{"value": version}]} if version else {}),
    }
