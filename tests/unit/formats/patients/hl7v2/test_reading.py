"""HL7 v2 messages as records: who, which visit, and what they say of allergies, diagnoses, drugs and results."""

from __future__ import annotations

from base64 import b64encode

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.patients import (
    Missing,
    ObservationCategory,
    PatientRecord,
    Reaction,
    Sex,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Flag, Quantity, ReferenceRange, Use
from epicrisis.errors import InvalidInput
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.patients.fhir.reading import record_of
from epicrisis.formats.patients.hl7v2.reading import read
from epicrisis.formats.patients.troubles import ELSEWHERE

PID = "PID|1||P-1^^^HOSP^MR||Ruiz Prueba^Ana^M||19500228|F|||||||es"


def message(kind: str, *segments: str, patient: str = PID, number: str = "7") -> str:
    header = f"MSH|^~\\&|LAB|H|EHR|H|20200102103000||{kind}|{number}|P|2.5.1"
    return "\r".join((header, patient, *segments))


def record(kind: str, *segments: str) -> PatientRecord:
    return of(message(kind, *segments))


def of(*messages: str, patient: str = "") -> PatientRecord:
    told = read("\r".join(messages).encode(), Limits())
    return record_of(told.resources, patient=patient, missing=[Missing(*each) for each in told.missing])


def test_says_who_it_is() -> None:
    identity = record("ADT^A08").identity

    assert (identity.family, identity.given, str(identity.born)) == ("Ruiz Prueba", ("Ana", "M"), "1950-02-28")
    assert (identity.sex, identity.identifiers, identity.language) == (Sex.FEMALE, (("HOSP", "P-1"),), "es")


def test_reads_results_with_units_ranges_and_flags() -> None:
    found = record(
        "ORU^R01",
        "OBR|1|||MACR^Ratio||202001011200|202001010900|||||||||||||||||LAB",
        "OBX|1|NM|2161-8^Creatinine^LN||59|mg/dL|28-217|N|||F|||20200101083000",
        "OBX|2|SN|14959-1^Ratio^LN||<^30|mg/g|<30|||F",
        "OBX|3|ST|5778-6^Color^LN||Yellow||||||P",
        "OBX|4|CWE|72166-2^Smoking^LN||8517006^Former smoker^SCT||||||F",
        "OBX|5|NM|2345-7^Glucose^LN||126|mg/dL||H~A|||X",
    )

    creatinine, ratio, color, smoking = found.observations
    assert creatinine.quantity == Quantity(59.0, "mg/dL")
    assert (creatinine.reference, creatinine.flag) == (ReferenceRange(28.0, 217.0), Flag.NORMAL)
    assert (str(creatinine.at), creatinine.category) == ("2020-01-01", ObservationCategory.LABORATORY)
    assert (ratio.quantity, ratio.reference) == (Quantity(30.0, "mg/g", None, "<"), ReferenceRange(None, 30.0))
    assert (color.words, color.is_preliminary) == ("Yellow", True)
    assert smoking.words == "Former smoker"
    assert [each.use for each in found.social] == [Use.FORMER]
    assert creatinine.source.reference == "Observation/7-OBX-4"


def test_reads_vital_signs_of_an_admission() -> None:
    found = record("ADT^A01", "OBX|1|NM|8867-4^Heart rate^LN||88|/min||||||F").observations

    assert [each.category for each in found] == [ObservationCategory.VITAL_SIGNS]


def test_reads_allergies_diagnoses_problems_and_procedures() -> None:
    found = record(
        "ADT^A08",
        "AL1|1|DA|PCN^Penicillin|SV|hives~wheezing|19990101",
        "IAM|2|FA^Food|^Peanut|MO|rash|A|||||||||||C",
        "IAM|3|FA|^Egg|||D",
        "AL1|4|DA|^No known drug allergies",
        "DG1|1||M10.9^Gout^I10C|Gout, unspecified|20200101|W",
        "PRB|AD|20200101|^Hypertension|||||||||||Active^active||20100101",
        "PRB|AD|20200101|^Otitis||||||20191201|||||resolved",
        "PR1|1||45378^Colonoscopy^C4||20191105",
    )

    assert [(each.concept.text, each.categories, each.denied) for each in found.allergies] == [
        ("Penicillin", ("medication",), False),
        ("Peanut", ("food",), False),
        ("No known drug allergies", ("medication",), True),
    ]
    assert found.allergies[0].reactions == (Reaction(("hives", "wheezing"), "severe"),)
    assert found.allergies[1].verification is Verification.CONFIRMED
    assert [(each.concept.text, each.clinical, each.verification) for each in found.conditions] == [
        ("Gout, unspecified", "UNKNOWN", "PROVISIONAL"),
        ("Hypertension", "ACTIVE", "UNKNOWN"),
        ("Otitis", "RESOLVED", "UNKNOWN"),
    ]
    assert str(found.conditions[1].onset) == "2010-01-01"
    assert [(each.concept.text, each.status, str(each.period.start)) for each in found.procedures] == [
        ("Colonoscopy", Status.PRESENT, "2019-11-05")
    ]
    # What takes something back is nothing itself.
    assert found.passed_over == ()


@pytest.mark.parametrize(
    ("kind", "visit", "expected"),
    [
        ("ADT^A01", "PV1|1|I", ("IMP", "2020-01-02", None, False)),
        (
            "ADT^A03",
            "PV1|1|I||||||||||||||||||||||||||||||||||||||||||20200101",
            ("IMP", "2020-01-01", "2020-01-02", True),
        ),
        ("ORU^R01", "PV1|1|O||||||||||||||||||||||||||||||||||||||||||20200101", ("AMB", "2020-01-01", None, True)),
        ("ORU^R01", "PV1|1|O", None),
        ("ADT^A11", "PV1|1|I", None),
    ],
)
def test_reads_a_visit_where_a_time_is_told(kind: str, visit: str, expected: tuple[object, ...] | None) -> None:
    found = record(kind, visit).encounters

    told = [
        (each.kind, str(each.period.start), each.period.end and str(each.period.end), each.is_over) for each in found
    ]
    assert told == ([expected] if expected else [])


def test_reads_what_is_ordered_dispensed_and_given() -> None:
    found = record(
        "RDE^O11",
        "ORC|NW|1||||||||||||||20200101",
        "RXO|^Amoxicillin|500||mg",
        "RXE|^BID|^Amoxicillin 500 MG|500||mg||take with food",
        "RXR|PO^Oral",
        "TQ1|1||Q8H PRN||||20200101|20200111",
        "ORC|DC|2",
        "RXE||^Digoxin|0.25||mg",
        "ORC|RE|3",
        "RXD|1|^Ibuprofen 400 MG|20191231|20",
        "RXA|0|1|20191230||^Morphine|2|mg|||||||||||||CP",
        "RXA|0|1|20191015||140^Influenza^CVX|999||||||||||||||RE",
    )

    amoxicillin, digoxin, ibuprofen, morphine = found.medications
    assert (amoxicillin.concept.text, amoxicillin.status) == ("Amoxicillin 500 MG", UseStatus.ACTIVE)
    (dosage,) = amoxicillin.dosages
    assert (dosage.dose, dosage.route, dosage.as_needed, dosage.text) == (
        Quantity(500.0, "mg"),
        "Oral",
        True,
        "take with food",
    )
    assert (str(amoxicillin.authored), str(amoxicillin.period.end)) == ("2020-01-01", "2020-01-11")
    assert (digoxin.concept.text, digoxin.status) == ("Digoxin", UseStatus.STOPPED)
    assert (ibuprofen.kind, str(ibuprofen.period.start)) == ("MedicationDispense", "2019-12-31")
    assert (morphine.kind, morphine.dosages[0].dose) == ("MedicationAdministration", Quantity(2.0, "mg"))
    assert [(each.concept.text, each.is_given) for each in found.immunizations] == [("Influenza", False)]


def test_reads_the_text_of_a_document_as_a_note() -> None:
    found = record(
        "MDM^T02",
        "TXA|1|DS^Discharge summary|TX|20200101",
        "OBX|1|TX|18842-5^Discharge summary^LN||Admitted with chest pain.||||||F",
        "OBX|2|TX|18842-5^Discharge summary^LN||No infarction.||||||F",
    )

    (note,) = found.notes
    assert note.document.text == "Discharge summary\nAdmitted with chest pain.\nNo infarction."
    assert str(note.at) == "2020-01-01"


def test_reads_comments_as_one_note_and_files_in_base64() -> None:
    file = b64encode(b"Lungs are clear.").decode()
    found = record(
        "ORU^R01",
        "OBR|1|||71020^Chest X-ray",
        f"OBX|1|ED|71020^Chest X-ray||^TEXT^plain^Base64^{file}||||||F",
        "OBX|2|RP|71020^Chest X-ray||http://pacs.invalid/1||||||F",
        "NTE|1||Compared with 2019.",
        "NTE|2||No change.",
    )

    assert sorted(each.document.text for each in found.notes) == [
        "Chest X-ray\nCompared with 2019.\nNo change.",
        "Lungs are clear.",
    ]
    assert found.missing == (Missing("DocumentReference", ELSEWHERE),)


def test_keeps_the_patients_of_a_batch_apart() -> None:
    other = "PID|1||P-2^^^HOSP^MR||Prueba^Luis"
    ana = message("ADT^A08", "DG1|1||^Gout", number="1")
    again = message("ADT^A08", "DG1|1||^Asthma", number="2")
    luis = message("ADT^A08", "DG1|1||^Lupus", patient=other, number="3")

    with pytest.raises(InvalidInput, match="of 2 patients"):
        of(ana, luis, again)

    assert [each.concept.text for each in of(ana, luis, again, patient="P-1").conditions] == ["Gout", "Asthma"]
    assert [each.concept.text for each in of(ana, luis, again, patient="P-2").conditions] == ["Lupus"]
