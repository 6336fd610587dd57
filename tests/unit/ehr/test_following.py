from __future__ import annotations

from typing import Any

import pytest

from epicrisis.ehr.addresses import Base
from epicrisis.ehr.following import Attachment, attachments_of, medications_of, with_content
from epicrisis.ehr.troubles import Trouble, Why

BASE = Base.of("https://ehr.example/fhir")


def document(url: str, kind: str = "text/plain", day: str = "2031-02-03", name: str = "d") -> dict[str, Any]:
    attachment = {"contentType": kind, "url": url}
    return {"resourceType": "DocumentReference", "id": name, "date": day, "content": [{"attachment": attachment}]}


@pytest.mark.parametrize(
    "url", ["Binary/b1", "https://ehr.example/fhir/Binary/b1", "/fhir/Binary/b1", "Binary/b1/_history/2"]
)
def test_an_attachment_on_the_same_server_is_followed(url: str) -> None:
    [found] = attachments_of([document(url)], BASE).fetched

    assert found.target.startswith("/fhir/Binary/b1")
    assert found.binary == "b1"


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/Binary/b1",
        "http://169.254.169.254/latest",
        "../Binary/b1",
        "Binary/..",
        "Binary/b1?x=1",
        "Patient/2",
        "urn:uuid:6f1d",
        "",
    ],
)
def test_one_anywhere_else_is_named_and_not_followed(url: str) -> None:
    found = attachments_of([document(url)], BASE)

    assert found.fetched == []
    assert list(found.missing) == [("DocumentReference", Why.ELSEWHERE)]


def test_pictures_and_recordings_are_named_and_not_followed() -> None:
    found = attachments_of([document("Binary/b1", "image/png"), document("Binary/b2", "Audio/mp4")], BASE)

    assert found.fetched == []
    assert list(found.missing) == [("DocumentReference", Why.NOT_TEXT)] * 2


def test_what_has_its_content_needs_none() -> None:
    inline = document("Binary/b1")
    inline["content"][0]["attachment"]["data"] = "QQ=="

    assert attachments_of([inline], BASE).fetched == []


def test_the_newest_go_first() -> None:
    found = attachments_of([document("Binary/a", day="2029"), document("Binary/b", day="2031-01-01")], BASE)

    assert [each.binary for each in found.fetched] == ["b", "a"]


def test_the_content_gets_into_its_place_and_the_resource_stays_as_it_was() -> None:
    report = {"resourceType": "DiagnosticReport", "id": "r", "presentedForm": [{"title": "a"}, {"url": "Binary/b1"}]}
    attachment = Attachment("DiagnosticReport", "r", 1, "/fhir/Binary/b1", "b1")
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": "QQ=="}

    filled = with_content(report, attachment, binary)

    assert filled["presentedForm"] == [
        {"title": "a"},
        {"contentType": "text/plain", "url": "Binary/b1", "data": "QQ=="},
    ]
    assert report["presentedForm"] == [{"title": "a"}, {"url": "Binary/b1"}]


@pytest.mark.parametrize(
    "binary",
    [
        {"resourceType": "Binary", "id": "b2", "data": "QQ=="},
        {"resourceType": "Binary", "id": "b1"},
        {"resourceType": "Binary", "id": "b1", "data": 7},
        {"resourceType": "Patient", "id": "b1", "data": "QQ=="},
    ],
)
def test_another_binary_is_not_taken_for_it(binary: dict[str, Any]) -> None:
    with pytest.raises(Trouble):
        with_content(document("Binary/b1"), Attachment("DocumentReference", "d", 0, "/fhir/Binary/b1", "b1"), binary)


def test_medications_are_named_in_every_way_that_fhir_has() -> None:
    orders = [
        {"medicationReference": {"reference": "Medication/m1"}},
        {"medicationReference": {"reference": "https://ehr.example/fhir/Medication/m2/_history/1"}},
        {"medication": {"reference": {"reference": "Medication/m3"}}},
        {"medicationReference": {"reference": "Medication/m1"}},
        {"medicationReference": {"reference": "#contained"}},
        {"medicationReference": {"reference": "Medication/.."}},
        {"medicationCodeableConcept": {"text": "Aspirin"}},
        {"medicationReference": 7},
    ]

    assert medications_of(orders) == ["m1", "m2", "m3"]
