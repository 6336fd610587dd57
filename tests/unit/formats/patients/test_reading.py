"""Files with the record of a patient: told apart by what they hold, and refused with what to do next."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from epicrisis.domain.patients import Missing
from epicrisis.errors import UnreadableDocument, UnsupportedDocument, WrongPatient
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.patients.reading import read_record
from tests.timing import assert_linear, processor_seconds
from tests.unit.formats.patients.resources import PATIENT, bundle, resource

GOUT = resource("Condition", code={"text": "gout"})
MESSAGE = b"MSH|^~\\&|A|B|C|D|20200102||ADT^A01|1|P|2.5\rPID|1||7^^^H^MR||Ruiz^Ana\rDG1|1||M10^Gout^I10C|||W\r"
DOCUMENT = b"""<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>
<id root="1.2" extension="7"/><patient><name><given>Ana</given><family>Ruiz</family></name></patient></patientRole>
</recordTarget></ClinicalDocument>"""


def packed(*values: Any, separator: bytes = b"\n") -> bytes:
    return separator.join(json.dumps(each).encode() for each in values)


@pytest.mark.parametrize(
    "data",
    [
        packed(bundle(PATIENT, GOUT)),
        packed([PATIENT, GOUT]),
        packed(PATIENT, GOUT),
        packed(PATIENT, GOUT, separator=b"\r\n\r\n"),
        b"\xef\xbb\xbf" + packed(bundle(PATIENT, GOUT)),
        json.dumps(bundle(PATIENT, GOUT), indent=2).encode("utf-16"),
        json.dumps(bundle(PATIENT, GOUT)).encode(),
    ],
    ids=["bundle", "list", "lines", "windows-lines", "marked", "utf-16", "plain"],
)
def test_reads_fhir_as_it_is_sent(data: bytes) -> None:
    record = read_record(data)

    assert [each.concept.text for each in record.conditions] == ["gout"]
    assert record.identity.family == "Ruiz Prueba"


def test_reads_letters_of_an_old_system() -> None:
    data = json.dumps({**PATIENT, "name": [{"family": "Núñez"}]}, ensure_ascii=False).encode("latin-1")

    assert read_record(data).identity.family == "Núñez"


def test_reads_hl7_v2_and_c_cda_by_what_they_hold() -> None:
    assert [each.concept.text for each in read_record(MESSAGE).conditions] == ["Gout"]
    assert read_record(DOCUMENT).identity.given == ("Ana",)


def test_finds_the_patient_of_a_message_by_number() -> None:
    assert read_record(MESSAGE, patient="7").identity.family == "Ruiz"
    with pytest.raises(WrongPatient):
        read_record(MESSAGE, patient="8")


def test_passes_over_the_lines_that_are_broken() -> None:
    record = read_record(packed(PATIENT, GOUT) + b'\n{"resourceType": "Cond\n[]\n')

    assert len(record.conditions) == 1
    assert record.missing == (Missing("*", "A line of the file is no JSON, and was passed over. (2)"),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty; send one with something"),
        (b"{}", "none of it says its resourceType"),
        (b'{"resourceType": "Bundle", "entry": [', "cut short or damaged; export it again"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": NaN}}', "export it again"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": 1e999}}', "export it again"),
        (b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000, "nested deeper"),
        (b'{"resourceType": "Bundle", "entry": [' + b"[]," * 3_000_000 + b"[]]}", "more values .* send it in parts"),
        (b'{"resourceType": "Patient", "id": "\xff\xfe\x00"}', "cut short or damaged"),
    ],
    ids=["empty", "no-fhir", "cut", "nan", "infinite", "deep", "million", "letters"],
)
def test_says_what_to_do_with_what_is_no_fhir(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableDocument, match=message):
        read_record(data)


@pytest.mark.parametrize("data", [b"Denies chest pain.", b"<html><body>x</body></html>", b"%PDF-1.7 x"])
def test_refuses_a_file_that_is_no_record(data: bytes) -> None:
    with pytest.raises(UnsupportedDocument, match="no record of a patient; send FHIR in JSON, C-CDA or HL7 v2"):
        read_record(data)


def test_refuses_a_file_over_the_limit() -> None:
    with pytest.raises(UnreadableDocument, match="up to 100 bytes"):
        read_record(packed(bundle(PATIENT, GOUT)), limits=Limits(file_bytes=100))


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
    ids=["entities", "file"],
)
def test_reads_no_document_type_of_a_c_cda(attack: bytes) -> None:
    data = DOCUMENT.replace(b'<?xml version="1.0"?>', b'<?xml version="1.0"?>' + attack)

    with pytest.raises(UnreadableDocument, match="document type or entities"):
        read_record(data)


def test_reads_the_last_of_two_keys_of_one_name() -> None:
    data = b'{"resourceType": "Patient", "id": "x", "id": "ana", "gender": "male", "gender": "female"}'

    assert read_record(data).identity.id == "ana"


def test_finds_the_same_facts_in_any_order() -> None:
    told = (PATIENT, GOUT, resource("Goal", lifecycleStatus="active", description={"text": "walk"}))

    records = [read_record(packed([*each])) for each in permutations(told)]

    assert all((each.conditions, each.plans) == (records[0].conditions, records[0].plans) for each in records)


def test_reads_a_record_in_time_that_grows_with_it() -> None:
    def seconds(count: int) -> float:
        results = [
            resource(
                "Observation", str(each), status="final", code={"text": f"test {each}"}, valueQuantity={"value": each}
            )
            for each in range(count)
        ]
        data = packed(bundle(PATIENT, *results))
        return processor_seconds(lambda: read_record(data))

    assert_linear(seconds, short=2_000, long=20_000, most=13, slack=0.05, tries=4)
