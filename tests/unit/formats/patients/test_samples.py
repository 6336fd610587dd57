"""The bundles, documents and messages of the corpora, counted against what stands in them, where they are at hand."""

from __future__ import annotations

import json
from collections import Counter
from statistics import median

from epicrisis.domain.patients import PatientRecord, facts_of
from epicrisis.formats.patients.reading import read_record
from tests.samples import BUNDLES, content, needs_samples, samples
from tests.timing import processor_seconds

pytestmark = needs_samples
SECONDS = 0.06


def counted(record: PatientRecord) -> Counter[str]:
    return Counter(type(each).__name__ for each in facts_of(record))


def test_finds_in_each_bundle_all_that_stands_in_it() -> None:
    for data in map(content, BUNDLES):
        told = [entry["resource"] for entry in json.loads(data)["entry"]]
        kinds = Counter(each["resourceType"] for each in told)
        values = sum("valueQuantity" in each or "valueCodeableConcept" in each for each in told)
        parts = sum(len(each.get("component", ())) for each in told)

        record = read_record(data)

        found = counted(record)
        assert (found["Condition"], found["MedicationUse"]) == (kinds["Condition"], kinds["MedicationRequest"])
        assert (found["Observation"], found["Procedure"]) == (values + parts, kinds["Procedure"])
        assert (found["Encounter"], found["Immunization"]) == (kinds["Encounter"], kinds["Immunization"])
        assert (found["AllergyIntolerance"], found["PlannedCare"]) == (
            kinds["AllergyIntolerance"],
            kinds["CarePlan"] + kinds["Goal"],
        )
        assert record.missing == ()


def test_reads_half_a_megabyte_well_within_its_time() -> None:
    def seconds(data: bytes) -> float:
        return min(processor_seconds(lambda: read_record(data)) for _ in range(3))

    assert median(map(seconds, map(content, BUNDLES))) < SECONDS


def test_reads_summaries_documents_and_messages() -> None:
    summary, document, results = (
        read_record(content(path))
        for name in ("ips/Bundle-01.json.gz", "ccda/CCD1.xml.gz", "hl7v2/004_Oracle_ORU_R01.hl7")
        for path in samples(name)
    )

    assert counted(summary) == {"Condition": 2, "MedicationUse": 2, "AllergyIntolerance": 2, "Observation": 6}
    assert [each.document.text.partition("\n")[0] for each in summary.notes] == ["Plan of Treatment"]
    assert counted(document)["Observation"] == 16
    assert counted(document)["Immunization"] == 5
    assert counted(results) == {"Observation": 3, "Encounter": 1}
