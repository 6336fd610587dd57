"""What was had of a patient so far, and what was not: whatever happens, this much is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from epicrisis.domain.patients import Missing
from epicrisis.ehr.belonging import CLINICAL, Belonging
from epicrisis.ehr.ehrs import Limits
from epicrisis.ehr.replies import Resource
from epicrisis.ehr.troubles import Trouble, Why, not_in_time, not_theirs, too_many


class Full(Exception):
    """No more is taken."""


class Gathering:
    """Resources by type and id, each once, in the order they came; and which types of a summary are whole."""

    def __init__(self, belonging: Belonging, limits: Limits) -> None:
        self._belonging = belonging
        self._limits = limits
        self._found: dict[tuple[str, str], Resource] = {}
        self._waiting = dict.fromkeys(CLINICAL, "")
        self._missing: dict[Missing, None] = {}
        self._not_theirs = Counter[str]()
        self._expected: dict[object, str] = {}

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Return what was had."""
        return tuple(self._found.values())

    @property
    def patient(self) -> Resource | None:
        """Return who it is, once that is known."""
        return next((each for (kind, _), each in self._found.items() if kind == "Patient"), None)

    def has(self, kind: str, name: str) -> bool:
        """Return whether the resource of that type and id is here."""
        return (kind, name) in self._found

    def take_page(self, bundle: Resource) -> None:
        """Take what a page of resources holds.

        Raises:
            Trouble: it is no page.
            Full: it holds more than is taken.
        """
        if bundle["resourceType"] != "Bundle":
            raise Trouble(Why.UNREADABLE)
        entries = bundle.get("entry") or []
        if not isinstance(entries, list):
            raise Trouble(Why.UNREADABLE)
        told = [each for each in entries if isinstance(each, dict) and _is_resource(each.get("resource"))]
        for each in told:
            if each["resource"]["resourceType"] == "Patient" and self._belonging.takes(each["resource"]):
                self._belonging.know(str(each.get("fullUrl") or f"Patient/{each['resource']['id']}"))
        for each in told:
            # What a search says of itself is no part of a record.
            if each["resource"]["resourceType"] != "OperationOutcome":
                self.take(each["resource"])

    def take(self, resource: Resource) -> None:
        """Take one resource, or count that it is about somebody else.

        Raises:
            Full: there are as many as are taken.
        """
        if not self._belonging.takes(resource):
            self._not_theirs[resource["resourceType"]] += 1
            return
        key = (resource["resourceType"], str(resource.get("id") or f"#{len(self._found)}"))
        if key in self._found:
            return
        if len(self._found) >= self._limits.resources:
            self.lacks("*", too_many(self._limits.resources))
            raise Full
        self._found[key] = resource

    def resource(self, kind: str, name: str) -> Resource:
        """Return the resource of that type and id."""
        return self._found[kind, name]

    def replace(self, resource: Resource) -> None:
        """Put ``resource`` in the place of the one of that type and id."""
        self._found[resource["resourceType"], str(resource["id"])] = resource

    def is_theirs(self, resource: Resource) -> bool:
        """Return whether ``resource`` is about the patient, or about nobody."""
        return self._belonging.takes(resource)

    def expect(self, section: str, *things: object) -> None:
        """Hear that ``things``, which belong to ``section``, are asked for."""
        self._expected.update(dict.fromkeys(things, section))

    def settled(self, thing: object) -> None:
        """Hear that it is known what became of ``thing``."""
        self._expected.pop(thing, None)

    def whole(self, *kinds: str) -> None:
        """Hear that all there is of ``kinds``, or of every type, is here."""
        for kind in kinds or CLINICAL:
            self._waiting.pop(kind, None)

    def failed(self, kind: str, trouble: Trouble) -> None:
        """Hear why not all of ``kind`` is here."""
        self._waiting[kind] = trouble.why.value

    def lacks(self, section: str, why: str) -> None:
        """Hear that something of ``section`` is not here."""
        self._missing[Missing(section, why)] = None

    def missing(self, seconds: float) -> tuple[Missing, ...]:
        """Return what is not here; what nobody heard of again did not come in its ``seconds``."""
        return tuple(
            dict.fromkeys([*self._unfinished(seconds), *self._missing, *self._late(seconds), *self._left_out()])
        )

    def _unfinished(self, seconds: float) -> Iterator[Missing]:
        late = not_in_time(seconds)
        told = {kind: why or late for kind, why in self._waiting.items()}
        reasons = set(told.values())
        if len(told) == len(CLINICAL) and len(reasons) == 1:
            partly = reasons == {late} and any(kind in CLINICAL for kind, _ in self._found)
            yield Missing("*", not_in_time(seconds, partly=True) if partly else reasons.pop())
            return
        for kind, why in told.items():
            yield Missing(kind, why)

    def _late(self, seconds: float) -> Iterator[Missing]:
        for section in self._expected.values():
            yield Missing(section, not_in_time(seconds, partly=True))

    def _left_out(self) -> Iterator[Missing]:
        for kind, count in self._not_theirs.items():
            yield Missing(kind, not_theirs(count))


def _is_resource(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)
