"""HL7 v2 messages as text: what a clinician would read, and nothing that the message takes back."""

from __future__ import annotations

from base64 import b64encode

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.hl7v2.reading import read
from epicrisis.formats.documents.hl7v2.wire import messages
from epicrisis.formats.documents.kinds import Kind
from epicrisis.text.sections import section_spans

ORU = r"""MSH|^~\&|LAB|WARD|||202302310915||ORU^R01|7|P|2.5
PID|1||900017^^^WARD^MR~000-00-0000^^^SSA^SS||PRUEBA^ANA^RUIZ||19500231|F
OBR|1|||BMP^Basic metabolic panel|||202302310800
OBX|1|NM|2823-3^Potassium^LN||5.9|mmol/L|3.5-5.1|H|||F
OBX|2|SN|1-8^Troponin T^LN||<^14|ng/L|<14|N|||F
OBX|3|CWE|5-2^HIV 1 AB^LN||260385009^NEGATIVE^SCT||||||F
OBX|4|NM|2951-2^Sodium^LN||199|mmol/L|||||W
NTE|1||Specimen slightly haemolysed,
NTE|2||repeat if in doubt.
"""


def read_one(message: str, **limits: int) -> str:
    (parsed,) = read(message.encode(), Limits(**limits))
    return parsed.file.text


def test_writes_results_as_laboratories_print_them_and_leaves_out_what_was_wrong() -> None:
    text = read_one(ORU)

    assert text == (
        "Patient: ANA RUIZ PRUEBA\n"
        "Date of birth: 1950-02-31\n"
        "Sex: female\n"
        "MRN: 900017\n"
        "\n"
        "LABORATORY RESULTS:\n"
        "- Panel: Basic metabolic panel, 2023-02-31 08:00\n"
        "- Potassium: 5.9 mmol/L (3.5-5.1) H\n"
        "- Troponin T: <14 ng/L (<14) N\n"
        "- HIV 1 AB: NEGATIVE\n"
        "- Comment: Specimen slightly haemolysed,\n"
        "repeat if in doubt."
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("", "LABORATORY RESULTS:\n- Blood culture: No growth\n- Comment: Hemolyzed & repeat"),
        ("es", "RESULTADOS DE LABORATORIO:\n- Blood culture: No growth\n- Comentario: Hemolyzed & repeat"),
    ],
)
def test_keeps_a_comment_apart_from_the_result_it_is_on(language: str, told: str) -> None:
    text = read_one(
        f"MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5|||||||{language}\r"
        "OBX|1|ST|600-7^Blood culture^LN||No growth||||||F\rNTE|1||Hemolyzed & repeat\r"
    )

    assert text == told


def test_a_comment_without_words_is_no_line() -> None:
    text = read_one("MSH|^~\\&|A|B|||1||ADT^A08|1|P|2.5\rAL1|1|DA|P^Penicillin|SV\rNTE|1|| \r")

    assert text == "ALLERGIES:\n- Penicillin, severe"


def test_keeps_a_result_in_capitals_from_opening_a_section() -> None:
    text = read_one(ORU)

    sections = section_spans(text)

    (laboratory,) = [section for section in sections if section.category == "laboratory"]
    assert "HIV 1 AB: NEGATIVE" in text[laboratory.span.start : laboratory.span.end]


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("\x0b", "\x1c\r"), ("\ufeff", ""), ("FHS|^~\\&|\nBHS|^~\\&|\n", "BTS|1\nFTS|1\n")],
)
def test_reads_every_line_end_frame_and_batch(before: str, after: str, ending: str) -> None:
    framed = (before + ORU + after).replace("\n", ending)

    assert read_one(framed) == read_one(ORU)


def test_names_the_messages_of_a_file_by_type_and_control_id() -> None:
    parsed = read((ORU + ORU.replace("ORU^R01|7", "ORU^R01|8")).encode(), Limits())

    assert [each.file.name for each in parsed] == ["ORU/7", "ORU/8"]


def test_writes_allergies_diagnoses_procedures_and_drugs_under_headings_of_their_own() -> None:
    text = read_one(
        "MSH|^~\\&|A|B|||1||ADT^A08|1|P|2.5\r"
        "AL1|1|DA|PEN^Penicillin|SV|Hives~Wheezing\r"
        "IAM|2|FA|N^Nuts|MO||D\r"
        "DG1|1||J18.9^Pneumonia^I10||20230203|F\r"
        "DG1|2||M32^Lupus^I10|||W\r"
        "PR1|1||45378^Colonoscopy^C4||20220105\r"
        "ORC|NW\r"
        "RXO|1^Amoxicillin|500||mg\r"
        "RXE|^BID|1^Amoxicillin|500||mg|CAP^capsule\r"
        "RXR|PO^oral\r"
        "RXA|0|1|20230102||140^Influenza vaccine^CVX|0.5|mL" + "|" * 13 + "RE\r"
    )

    assert text == (
        "ALLERGIES:\n- Penicillin: Hives, Wheezing, severe\n\n"
        "DIAGNOSES:\n- Pneumonia, 2023-02-03\n- Possible Lupus\n\n"
        "PROCEDURES:\n- Colonoscopy, 2022-01-05\n\n"
        "IMMUNIZATIONS:\n- Refused Influenza vaccine 0.5 mL, 2023-01-02\n\n"
        "MEDICATIONS:\n- Amoxicillin 500 mg, capsule, BID, oral"
    )


def test_joins_the_lines_of_a_report_under_its_name_and_reads_its_escapes() -> None:
    text = read_one(
        "MSH|^~\\&|A|B|||1||MDM^T02|1|P|2.5\n"
        "TXA|1|DS^Discharge summary|TX|20230203\n"
        "OBX|1|TX|DS^Discharge summary||Seen with A\\T\\E \\.br\\Temp 38\\S\\C, R&D|\n"
        "OBX|2|TX|DS^Discharge summary||Impression: pneumonia\\X2E\\\n"
        "Follow up in 2 weeks, \\T and \\Q\\.\n"
    )

    assert text == (
        "Document: Discharge summary, 2023-02-03\n\n"
        "DISCHARGE SUMMARY:\nSeen with A&E \nTemp 38^C, R&D\nImpression: pneumonia.\n"
        "Follow up in 2 weeks, \\T and \\Q\\."
    )


def test_keeps_a_line_whose_break_nobody_escaped_with_its_text() -> None:
    text = read_one("MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.3\rOBX|1|TX|1^Chest film||No evidence\nof pneumonia.||||||F\r")

    assert text == "CHEST FILM:\nNo evidence\nof pneumonia."


def test_takes_the_separators_that_the_message_names() -> None:
    text = read_one("MSH$*%!@$A$B$$$1$$ORU*R01$1$P$2.3\rOBX$1$ST$1*Note$$A!T!B!F!C%D$$$$$$F\r")

    assert text == "NOTE:\nA@B$C\nD"


@pytest.mark.parametrize(
    ("told", "codec"),
    [("8859/1", "latin-1"), ("UNICODE UTF-8", "utf-8"), ("8859/15", "iso8859-15"), ("", "utf-8"), ("", "cp1252")],
)
def test_reads_the_letters_of_the_set_it_names(told: str, codec: str) -> None:
    message = f"MSH|^~\\&|A|B|||1||ADT^A08|1|P|2.5||||||{told}\rDG1|1||X^Neumonía neumocócica\r"

    (parsed,) = read(message.encode(codec), Limits())

    assert "Neumonía neumocócica" in parsed.file.text
    assert parsed.file.warnings == ()


def test_says_that_the_letters_are_not_of_the_set_it_names() -> None:
    message = "MSH|^~\\&|A|B|||1||ADT^A08|1|P|2.5||||||UNICODE UTF-8\rDG1|1||X^Neumonía\r"

    (parsed,) = read(message.encode("cp1252"), Limits())

    assert "Neumonía" in parsed.file.text
    assert "MSH-18" in parsed.file.warnings[0]


def test_writes_headings_in_the_language_of_the_message() -> None:
    text = read_one("MSH|^~\\&|A|B|||1||ADT^A08|1|P|2.5|||||||es\rAL1|1|DA|P^Penicilina|SV|Urticaria\r")

    assert text == "ALERGIAS:\n- Penicilina: Urticaria, grave"


def test_reads_a_document_that_an_observation_carries() -> None:
    note = b64encode(b"HISTORY OF PRESENT ILLNESS: cough since Monday.").decode()

    parsed = read(ORU.encode() + f"OBX|9|ED|1^Note||A^TEXT^^Base64^{note}||||||F\n".encode(), Limits())

    assert [(each.file.kind, each.file.name) for each in parsed] == [(Kind.HL7V2, ""), (Kind.TEXT, "OBX/9")]
    assert parsed[1].file.text.endswith("cough since Monday.")


def test_counts_what_is_kept_elsewhere_and_what_was_passed_over() -> None:
    (parsed,) = read((ORU + "OBX|9|RP|1^Image||http://example.invalid/1||||||F\nZXY|1\n").encode(), Limits())

    assert [warning[:10] for warning in parsed.file.warnings] == ["Segments o", "Attachment"]


def test_finds_a_null_and_an_empty_field_alike() -> None:
    (message,) = messages(b'MSH|^~\\&|A\rPID|1||""|\r', Limits())

    patient = message.segments[1]

    assert (patient.raw(3), patient.raw(4), patient.raw(99)) == ("", "", "")


@pytest.mark.parametrize("data", [b"", b"MSH", b"PID|1||7", b"MSH|^~\\&|A|B|||1||ACK|1|P|2.5\rMSA|AA|1\r"])
def test_refuses_what_is_no_message_or_tells_nothing(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="message"):
        read(data, Limits())


def test_refuses_more_messages_segments_or_letters_than_the_limits_give() -> None:
    for limits in (Limits(entries=1), Limits(values=5), Limits(letters=40)):
        with pytest.raises(UnreadableDocument, match="more than"):
            read((ORU + ORU).encode(), limits)
