from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis.ehr.sample.shelf import SHIPPED, Shelf
from epicrisis.errors import UnreadableDocument

BUNDLE = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {"fullUrl": "urn:uuid:6f1d", "resource": {"resourceType": "Patient", "id": "6f1d"}},
        {"resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:6f1d"}}},
    ],
}

BEGUN = '{"resourceType": "Bundle", "entry": '


def test_the_patients_that_ship_are_two_and_their_resources_are_theirs() -> None:
    shelf = Shelf()

    assert shelf.patients == ["prueba-1", "prueba-2"]
    assert len(shelf.everything("prueba-1")) > 50
    assert {each["subject"]["reference"] for each in shelf.search("Condition", "prueba-2")} == {"Patient/prueba-2"}


def test_what_ships_is_r4_as_its_model_has_it() -> None:
    bundles = [Bundle.model_validate_json(path.read_bytes()) for path in sorted(SHIPPED.glob("*.json"))]

    assert [bundle.entry[0].resource.gender for bundle in bundles] == ["female", "male"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_bundle_to_be_sent_is_served_with_references_of_a_server(tmp_path: Path, packed: bool) -> None:
    data = json.dumps(BUNDLE).encode()
    (tmp_path / ("a.json.gz" if packed else "a.json")).write_bytes(gzip.compress(data) if packed else data)

    shelf = Shelf(tmp_path)

    [condition] = shelf.search("Condition", "6f1d")
    assert condition["subject"] == {"reference": "Patient/6f1d"}
    assert condition["id"]


@pytest.mark.parametrize(
    "content", [None, "", "[]", "{}", f"{BEGUN}[7]}}", f'{BEGUN}[{{"resource": {{}}}}]}}', f"{BEGUN}[]}}"]
)
def test_a_folder_without_a_bundle_of_a_patient_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "Ana Ruiz.json").write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableDocument) as refused:
        Shelf(tmp_path)

    assert "Ana" not in str(refused.value)
