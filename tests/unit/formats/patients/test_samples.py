"""The bundles, documents and messages of the corpora, counted against what stands in them, where they are at hand."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from epicrisis.domain.patients import PatientRecord, facts_of
from epicrisis.formats.patients.reading import read_record
from tests.timing import processor_seconds

catalogue = pytest.importorskip("epicrisis_lab.corpora.catalogue")
SECONDS = 0.06


def data(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        root: Path = catalogue.data_root() / "fhir"
    except Exception:  # noqa: BLE001  whatever keeps the corpora away, there is nothing to count then
        pytest.skip("no corpora here")
    if not root.is_dir():
        pytest.skip("no FHIR samples here")
    return root


def counted(record: PatientRecord) -> Counter[str]:
    return Counter(type(each).__name__ for each in facts_of(record))


def test_finds_in_each_bundle_all_that_stands_in_it(folder: Path) -> None:
    for path in sorted((folder / "synthea_r4").glob("*.json.gz")):
        content = data(path)
        told = [entry["resource"] for entry in json.loads(content)["entry"]]
        kinds = Counter(each["resourceType"] for each in told)
        values = sum("valueQuantity" in each or "valueCodeableConcept" in each for each in told)
        parts = sum(len(each.get("component", ())) for each in told)

        record = read_record(content)

        found = counted(record)
        assert (found["Condition"], found["MedicationUse"]) == (kinds["Condition"], kinds["MedicationRequest"])
        assert (found["Observation"], found["Procedure"]) == (values + parts, kinds["Procedure"])
        assert (found["Encounter"], found["Immunization"]) == (kinds["Encounter"], kinds["Immunization"])
        assert (found["AllergyIntolerance"], found["PlannedCare"]) == (
            kinds["AllergyIntolerance"],
            kinds["CarePlan"] + kinds["Goal"],
        )
        assert record.missing == ()


def test_reads_half_a_megabyte_well_within_its_time(folder: Path) -> None:
    contents = [data(path) for path in sorted((folder / "synthea_r4").glob("*.json.gz"))]

    def seconds(content: bytes) -> float:
        return min(processor_seconds(lambda: read_record(content)) for _ in range(3))

    assert median(map(seconds, contents)) < SECONDS


def test_reads_summaries_documents_and_messages(folder: Path) -> None:
    summary = read_record(data(folder / "ips" / "Bundle-01.json.gz"))
    document = read_record(data(folder / "ccda" / "CCD1.xml.gz"))
    results = read_record(data(folder / "hl7v2" / "004_Oracle_ORU_R01.hl7"))

    assert counted(summary) == {"Condition": 2, "MedicationUse": 2, "AllergyIntolerance": 2, "Observation": 6}
    assert [each.document.text.partition("\n")[0] for each in summary.notes] == ["Plan of Treatment"]
    assert counted(document)["Observation"] == 16
    assert counted(document)["Immunization"] == 5
    assert counted(results) == {"Observation": 3, "Encounter": 1}
