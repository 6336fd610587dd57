"""The resources of a folder of bundles, as a FHIR server has them: each by type and id, and those of each patient."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.patients.fhir.owners import SUBJECTS

Resource = dict[str, Any]

SHIPPED = Path(__file__).parent / "patients"


class Shelf:
    """What a server has.

    Raises:
        UnreadableDocument: the folder holds no bundles, or one that cannot be read.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._found: dict[str, dict[str, Resource]] = {}
        self._of: dict[str, list[Resource]] = {}
        files = sorted(path for path in folder.glob("*") if path.name.endswith((".json", ".json.gz")))
        for number, path in enumerate(files, start=1):
            for resource in _resources(path, number):
                self._found.setdefault(resource["resourceType"], {})[resource["id"]] = resource
        if not self.patients:
            raise UnreadableDocument("The folder holds no bundle of a patient: *.json or *.json.gz, in FHIR.")
        for kinds in self._found.values():
            for resource in kinds.values():
                for patient in _patients(resource):
                    self._of.setdefault(patient, []).append(resource)

    @property
    def patients(self) -> Sequence[str]:
        """Return the ids of the patients there are."""
        return list(self._found.get("Patient", {}))

    @property
    def kinds(self) -> Sequence[str]:
        """Return the types there are resources of."""
        return sorted(self._found)

    def read(self, kind: str, name: str) -> Resource | None:
        """Return the resource of that type and id, or ``None``."""
        return self._found.get(kind, {}).get(name)

    def search(self, kind: str, patient: str) -> Sequence[Resource]:
        """Return the resources of that type about ``patient``."""
        return [each for each in self._of.get(patient, ()) if each["resourceType"] == kind]

    def everything(self, patient: str) -> Sequence[Resource]:
        """Return the patient, all that is about them, and the medications that is."""
        found = self.read("Patient", patient)
        about = self._of.get(patient, [])
        return (
            ([] if found is None else [found])
            + about
            + [named for each in about if (named := self._medication(each)) is not None]
        )

    def _medication(self, resource: Resource) -> Resource | None:
        reference = resource.get("medicationReference", {}).get("reference", "")
        return self.read("Medication", str(reference).rpartition("/")[2])


def _resources(path: Path, number: int) -> Iterator[Resource]:
    try:
        data = path.read_bytes()
        bundle = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            # An index of the others, such as collections of bundles have.
            return
        entries = [(str(entry.get("fullUrl", "")), entry["resource"]) for entry in bundle["entry"]]
        named = [(url, resource["resourceType"], resource) for url, resource in entries]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableDocument(f"File {number} of the folder is no FHIR bundle ({type(error).__name__}).") from None
    for place, (_, _, resource) in enumerate(named):
        resource.setdefault("id", f"r{number}-{place}")
    # Bundles to be sent to a server refer by `urn:uuid:`; a server has made ids of its own of them.
    names = {url: f"{kind}/{resource['id']}" for url, kind, resource in named if url.startswith("urn:")}
    for _, _, resource in named:
        yield _renamed(resource, names)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: names.get(each, each) if key == "reference" and isinstance(each, str) else _renamed(each, names)
            for key, each in value.items()
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value


def _patients(resource: Resource) -> set[str]:
    told = [resource.get(name) for name in SUBJECTS]
    told += [each.get("actor") for each in resource.get("participant", ()) if resource["resourceType"] == "Appointment"]
    references = (each.get("reference", "") for each in told if isinstance(each, dict))
    return {each.removeprefix("Patient/") for each in references if each.startswith("Patient/")}
