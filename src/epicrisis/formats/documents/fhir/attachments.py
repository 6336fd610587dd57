"""Notes inside FHIR attachments: read where their data is here, counted where it is elsewhere. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.formats.documents.attached import Attached
from epicrisis.formats.documents.fhir.access import Resource, text
from epicrisis.formats.documents.fhir.resources import Resources, own_reference

# A photograph of somebody, or a signature, is no note.
_NO_NOTES = frozenset({"contained", "photo", "signature"})
_BINARY = "Binary"


class Attachments:
    """The attachments of a file, each read under its resource; a Binary of the same file under its document."""

    def __init__(self, resources: Resources, attached: Attached) -> None:
        """Take the resources of the file, and where its attachments are read."""
        self._resources = resources
        self._attached = attached
        self._binaries: list[Resource] = []
        self._used: list[Resource] = []

    def read(self, resource: Resource) -> None:
        """Read the attachments of ``resource``, under its type and id."""
        if resource.get("resourceType") == _BINARY:
            self._binaries.append(resource)
            return
        name = own_reference(resource)
        for attachment in _attachments(resource):
            if data := text(attachment, "data"):
                self._attached.base64(data, name=name)
                continue
            # An address that is elsewhere is never asked for (S13): whoever sends the file sends what belongs to it.
            found = self._resources.find(text(attachment, "url"), within=resource)
            if found is not None and text(found, "data"):
                self._used.append(found)
                self._attached.base64(text(found, "data"), name=name)
            else:
                self._attached.elsewhere += 1

    def read_the_rest(self) -> None:
        """Read every Binary that no document named."""
        used = {id(each) for each in self._used}
        for binary in self._binaries:
            if id(binary) not in used and text(binary, "data"):
                self._attached.base64(text(binary, "data"), name=own_reference(binary))


def _attachments(resource: Resource) -> Iterator[Resource]:
    """Yield every Attachment in a resource: an object with data or an address, and a content type."""
    waiting: list[object] = [resource]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[::-1]
        elif isinstance(value, dict):
            if value is not resource and "contentType" in value and ("data" in value or "url" in value):
                yield value
            elif value is not resource and isinstance(value.get("attachment"), dict):
                yield value["attachment"]
            else:
                waiting += [inner for name, inner in value.items() if name not in _NO_NOTES][::-1]
