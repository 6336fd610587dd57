import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.asking import Options
from tests.asked import labelled, redacted
from tests.office import WHO, renamed

PATIENT = {
    "resourceType": "Patient",
    "id": "12345",
    "meta": {"lastUpdated": "2020-02-03T10:00:00Z", "profile": ["http://hl7.org/fhir/StructureDefinition/Patient"]},
    "text": {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><!-- {WHO} --><p title="{WHO}">'
        '<b>Ana</b> Ruiz Prueba &amp; son</p><img src="x"/></div>',
    },
    "identifier": [
        {"type": {"coding": [{"code": "MR"}]}, "system": "urn:x", "value": "NHC-1"},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "xyz"},
    ],
    "name": [{"use": "official", "family": "Ruiz", "given": ["Ana"]}, {"text": "A. R."}],
    "telecom": [{"system": "email", "value": "a@example.com"}, {"system": "phone", "value": "xyz"}],
    "gender": "female",
    "birthDate": "1990-02-03",
    "address": [{"line": ["Calle 1"], "city": "Toledo", "postalCode": "45001", "country": "ES"}],
    "photo": [{"contentType": "image/png", "data": "AAAA", "url": "http://x"}],
    "contact": [{"name": {"text": "E. G."}, "telecom": [{"value": "xyz"}]}],
}


def rewritten(resource: dict[str, Any], **more: Any) -> Any:
    return json.loads(redacted(json.dumps(resource).encode(), name="x.json", redacts=renamed, **more))


def test_a_patient_is_nobody_and_still_a_patient() -> None:
    new = rewritten(PATIENT)

    assert new == {
        "resourceType": "Patient",
        "id": "id-1",
        "meta": {"lastUpdated": "2020-01-01T00:00:00Z", "profile": PATIENT["meta"]["profile"]},  # type: ignore[index]
        "text": {
            "status": "generated",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p><b>[NAME]</b> &amp; son</p></div>',
        },
        "identifier": [
            {"type": {"coding": [{"code": "MR"}]}, "system": "urn:x", "value": "[MRN]"},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "[SSN]"},
        ],
        "name": [{"use": "official", "family": "[NAME]", "given": ["[NAME]"]}, {"text": "[NAME]"}],
        "telecom": [{"system": "email", "value": "[EMAIL]"}, {"system": "phone", "value": "[PHONE]"}],
        "gender": "female",
        "birthDate": "1990",
        "address": [{"line": ["[LOCATION]"], "city": "[LOCATION]", "postalCode": "[LOCATION]", "country": "ES"}],
        "photo": [{"contentType": "image/png"}],
        "contact": [{"name": {"text": "[NAME]"}, "telecom": [{"value": "[PHONE]"}]}],
    }


def test_ids_are_replaced_alike_wherever_they_are_mentioned() -> None:
    condition = {
        "resourceType": "Condition",
        "id": "c-9",
        "subject": {"reference": "Patient/12345", "display": "A. R."},
        "asserter": {"reference": "https://fhir.hospital.example/r4/Practitioner/77", "display": "xyz"},
        "code": {
            "coding": [{"system": "http://snomed.info/sct", "code": "195967001", "display": "Asthma"}],
            "text": "Asthma",
        },
        "onsetDateTime": "2019-05-04",
        "onsetAge": {"value": 93, "unit": "a"},
        "note": [{"text": f"{WHO} coughs", "time": "2019-05-04T10:00:00+01:00"}],
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": "https://fhir.hospital.example/Patient?name=ruiz"}],
        "entry": [
            {"fullUrl": "https://fhir.hospital.example/r4/Patient/12345", "resource": PATIENT},
            {"resource": condition},
        ],
    }

    new = rewritten(bundle)

    assert "link" not in new
    assert [entry.get("fullUrl") for entry in new["entry"]] == ["https://fhir.invalid/Patient/id-1", None]
    assert new["entry"][1]["resource"] == {
        "resourceType": "Condition",
        "id": "id-2",
        "subject": {"reference": "Patient/id-1", "display": "[NAME]"},
        "asserter": {"reference": "https://fhir.invalid/Practitioner/id-3", "display": "[NAME]"},
        "code": condition["code"],
        "onsetDateTime": "2019",
        "onsetAge": {"value": 90, "unit": "a"},
        "note": [{"text": "[NAME] coughs", "time": "2019"}],
    }


def test_the_birth_year_of_the_very_old_goes_whoever_names_it() -> None:
    born = {"resourceType": "Patient", "birthDate": "1910-02-03"}

    assert "birthDate" not in rewritten(born)
    assert "birthDate" not in rewritten(born, replaces=lambda _, value: value[:4])


def test_rules_are_followed_before_ours() -> None:
    new = rewritten(PATIENT, options=Options(rules={"Patient.name.given": "keep", "Patient.contact.**": "remove"}))

    assert new["name"][0] == {"use": "official", "family": "[NAME]", "given": ["Ana"]}
    assert "contact" not in new


def test_what_a_policy_says_stands_where_it_is_still_fhir() -> None:
    def shifted(kind: IdentifierKind, value: str) -> str:
        return {"DATE": "1990-03-01", "ID": "a1b2"}.get(kind, labelled(kind, value))

    new = rewritten(PATIENT, replaces=shifted)

    assert (new["id"], new["birthDate"]) == ("a1b2", "1990-03-01")


FIELDS = (
    "resourceType id text div reference display system value type coding code identifier name family line contentType "
    "data telecom birthDate onsetAge fullUrl meta lastUpdated extension valueString"
)
KEYS = st.sampled_from(FIELDS.split())
WORDS = st.sampled_from(["Patient/1", "2020-02-03", "x", "", "<p>x<", "email", "#a"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["Patient/1", "2020-02-03", "x", "", "<p>x<", "email", "#a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_what_is_no_good_fhir_is_redacted_all_the_same(resource: dict[str, Any]) -> None:
    rewritten({**resource, "resourceType": "Patient"})


def test_json_that_is_no_fhir_is_refused_as_fhir() -> None:
    with pytest.raises(UnreadableDocument, match="resourceType"):
        rewritten({"name": "x"}, kind="fhir")
