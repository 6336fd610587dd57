"""Records that mean harm: each is read within limits or refused with one clear error, and never anything else."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.errors import EpicrisisError, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.archive import read as read_archive
from epicrisis.formats.documents.cda.reading import read as read_cda
from epicrisis.formats.documents.fhir.reading import read as read_fhir
from epicrisis.formats.documents.hl7v2.reading import read as read_hl7v2
from epicrisis.formats.documents.parsed import Parsed

READERS: dict[str, Callable[[bytes, Limits], list[Parsed]]] = {
    "archive": read_archive,
    "cda": read_cda,
    "fhir": read_fhir,
    "hl7v2": read_hl7v2,
}
SMALL = Limits(letters=200_000, entries=50)
HEADER = b"MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5\r"

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<ClinicalDocument><title>&d;&d;&d;&d;</title></ClinicalDocument>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<ClinicalDocument><title>&x;</title></ClinicalDocument>"""
REMOTE = b"""<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://169.254.169.254/x.dtd">
<ClinicalDocument><title>x</title></ClinicalDocument>"""


@pytest.mark.parametrize("data", [LAUGHS, OUTSIDE, REMOTE, LAUGHS.decode().encode("utf-16")])
def test_cda_with_a_document_type_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        read_cda(data, Limits())


def test_cda_nested_without_end_is_refused() -> None:
    deep = b"<ClinicalDocument>" + b"<component>" * 100_000

    with pytest.raises(UnreadableDocument):
        read_cda(deep, Limits())


def test_cda_with_a_hundred_thousand_cells_is_read_in_its_time() -> None:
    table = "<table>" + "<tr><td>a</td><td>b</td></tr>" * 50_000 + "</table>"
    section = f"<component><section><title>T</title><text>{table}</text></section></component>"
    data = f"<ClinicalDocument><component><structuredBody>{section}</structuredBody></component></ClinicalDocument>"

    started = process_time()
    (parsed,) = read_cda(data.encode(), Limits())

    assert parsed.file.text.count("a\tb") == 50_000
    assert process_time() - started < 10


def test_fhir_nested_without_end_is_refused() -> None:
    for data in (
        b'{"resourceType":"Condition","code":' * 50_000,
        b'{"resourceType":"Bundle","entry":' + b"[" * 100_000,
    ):
        with pytest.raises(UnreadableDocument):
            read_fhir(data, Limits())


def test_fhir_that_refers_to_itself_is_read_once() -> None:
    me = {"resourceType": "Condition", "id": "c", "code": {"text": "gout"}, "subject": {"reference": "Condition/c"}}
    drug = {"resourceType": "MedicationRequest", "medicationReference": {"reference": "#"}, "id": "m"}

    (parsed,) = read_fhir("\n".join(map(json.dumps, (me, drug))).encode(), Limits())

    assert parsed.file.text == "DIAGNOSES:\n- gout"


def test_bundles_in_bundles_are_read_to_their_bottom() -> None:
    inner: dict[str, object] = {"resourceType": "Condition", "code": {"text": "gout"}}
    for _ in range(200):
        inner = {"resourceType": "Bundle", "entry": [{"resource": inner}]}

    (parsed,) = read_fhir(json.dumps(inner).encode(), Limits())

    assert parsed.file.text == "DIAGNOSES:\n- gout"


def test_a_flood_of_attachments_is_refused() -> None:
    note = {"attachment": {"contentType": "text/plain", "data": b64encode(b"Cough.").decode()}}
    data = json.dumps({"resourceType": "DocumentReference", "content": [note] * 60}).encode()

    with pytest.raises(UnreadableDocument, match="more than 50"):
        read_fhir(data, SMALL)


def test_an_archive_in_base64_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"0" * 5_000_000)
    bomb = b64encode(packed.getvalue())

    (parsed,) = read_hl7v2(HEADER + b"PID|1||7||PRUEBA\rOBX|1|ED|1^X||^^^Base64^" + bomb + b"\r", Limits())

    assert "holds zip" in parsed.file.warnings[0]


def test_a_bomb_within_an_archive_fails_alone() -> None:
    bomb, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"0" * 20_000_000)
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("bomb.zip", bomb.getvalue())
        archive.writestr("note.txt", b"Cough.")

    (parsed,) = read_archive(outer.getvalue(), Limits())

    assert parsed.file.text == "Cough."
    assert "unpacks to 20000000 bytes" in parsed.file.warnings[0]


@pytest.mark.parametrize(
    "body",
    [
        b"OBX|1|NM|1^K||5|mmol/L\r" * 100_000,
        b"NTE|1||a\r" * 100_000,
        b"OBX|1|TX|1^X||" + b"\\X" * 200_000 + b"\r",
        b"OBX|1|TX|1^X||" + b"\\.sp9999\\" * 50_000 + b"\r",
        b"OBX|1|TX|1^X||" + b"~" * 200_000 + b"\r",
        b"OBX|1|CE|" + b"^" * 200_000 + b"||" + b"&" * 200_000 + b"\r",
        b"OBX|1|TX|1^X||a\n" + b"b\n" * 200_000,
        b" \r" * 200_000 + b"MSH" * 100_000,
    ],
    ids=["results", "comments", "unterminated", "blank lines", "repetitions", "components", "continued", "headers"],
)
def test_a_long_message_is_read_in_its_time(body: bytes) -> None:
    started = process_time()

    parsed = read_hl7v2(HEADER + b"PID|1||7||PRUEBA\r" + body, Limits(letters=20_000_000))

    assert parsed
    assert process_time() - started < 10


@pytest.mark.parametrize("reader", READERS)
@given(data=st.binary(max_size=2_000))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_read_or_refused(reader: str, data: bytes) -> None:
    _read_or_refuse(reader, data)


@given(
    tail=st.text(alphabet='|^~\\&\r\n.XFSTREH"09azOBXPIDDG1AL1NTE', max_size=300), marks=st.text(min_size=0, max_size=6)
)
@settings(max_examples=200, deadline=None)
def test_anything_that_begins_as_a_message_is_read_or_refused(tail: str, marks: str) -> None:
    _read_or_refuse("hl7v2", HEADER + tail.encode())
    _read_or_refuse("hl7v2", ("MSH|" + marks + "|A|B\rPID|1||" + tail).encode(errors="replace"))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
FIELDS = """
    code coding text display value valueQuantity unit div status reference subject medication dosageInstruction
    timing repeat period reaction manifestation condition component section entry attachment data url contentType
    category verificationStatus clinicalStatus name given family resource resourceType contained referenceRange
    low high
"""
NAMES = st.sampled_from(FIELDS.split())
RESOURCES = """
    Bundle Patient Condition Observation MedicationRequest AllergyIntolerance Composition DocumentReference
    Procedure FamilyMemberHistory DiagnosticReport Immunization Goal CarePlan Binary Encounter
"""
TYPES = st.sampled_from(RESOURCES.split())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=20
)


@given(kind=TYPES, fields=st.dictionaries(NAMES, VALUES, max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_json_that_says_its_type_is_read_or_refused(kind: str, fields: dict[str, object]) -> None:
    _read_or_refuse("fhir", json.dumps({**fields, "resourceType": kind}).encode())


TAGS = """
    component structuredBody section title text table tr td list item content br entry observation act organizer
    value code effectiveTime low nonXMLBody recordTarget patientRole patient name
"""
ELEMENTS = st.sampled_from(TAGS.split())
TREES = st.recursive(
    st.text(alphabet="ab &lt;", max_size=5).map(lambda text: text.replace("&", "").replace("<", "")),
    lambda inner: st.builds(
        lambda name, parts: f"<{name} value='1'>{''.join(parts)}</{name}>", ELEMENTS, st.lists(inner, max_size=4)
    ),
    max_leaves=30,
)


@given(body=TREES)
@settings(max_examples=200, deadline=None)
def test_any_elements_in_a_document_are_read_or_refused(body: str) -> None:
    section = (
        f"<component><structuredBody><component><section>{body}</section></component></structuredBody></component>"
    )
    _read_or_refuse("cda", f"<ClinicalDocument>{section}{body}</ClinicalDocument>".encode())


def _read_or_refuse(reader: str, data: bytes) -> None:
    try:
        parsed = READERS[reader](data, SMALL)
    except EpicrisisError:
        return
    assert parsed
    for each in parsed:
        each.file.text.encode()
