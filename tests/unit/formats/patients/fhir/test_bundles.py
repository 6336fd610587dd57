"""Bundles taken apart, of every type, with one version of each resource."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import Missing
from epicrisis.formats.documents.fhir.resources import shortened
from epicrisis.formats.patients.fhir.bundles import missing_of, newest, resources_of
from tests.unit.formats.patients.resources import bundle, read, resource


def version(name: str, number: str = "", updated: str = "") -> dict[str, Any]:
    return resource("Condition", "c", code={"text": name}, meta={"versionId": number, "lastUpdated": updated})


@pytest.mark.parametrize("kind", ["transaction", "batch-response", "collection", "searchset", "document"])
def test_gives_the_resources_of_any_bundle_in_their_order(kind: str) -> None:
    one, other = resource("Condition", "1"), resource("Goal", "2")

    assert resources_of(bundle(one, other, kind=kind)) == [one, other]
    assert resources_of(bundle(bundle(one), other)) == [one, other]
    assert resources_of(one) == [one]


def test_names_what_has_no_id_by_its_full_url() -> None:
    told = {"resourceType": "Bundle", "entry": [{"fullUrl": "urn:uuid:5af1", "resource": {"resourceType": "Goal"}}]}

    (found,) = resources_of(told)

    assert (found["id"], found["fullUrl"]) == ("5af1", "urn:uuid:5af1")


def test_passes_over_what_is_no_resource() -> None:
    entries = [None, 3, {}, {"resource": []}, {"resource": {"id": "x"}}]

    assert resources_of({"resourceType": "Bundle", "entry": entries}) == []
    assert resources_of({"resourceType": "Bundle", "entry": "none"}) == []


def test_keeps_the_latest_version_of_each_whichever_comes_first() -> None:
    first, second, tenth = version("gout", "1"), version("arthritis", "2"), version("arthrosis", "10")
    early, late = version("gout", updated="2020-01-01T00:00:00Z"), version("lupus", updated="2021-01-01T00:00:00Z")

    assert newest([first, tenth, second]) == newest([second, first, tenth]) == [tenth]
    assert newest([early, late]) == newest([late, early]) == [late]
    assert newest([version("a"), version("b")]) == newest([version("b"), version("a")])


def test_tells_nothing_that_was_deleted_last() -> None:
    gone = {"fullUrl": "http://x/Condition/c", "request": {"method": "DELETE", "url": "Condition/c"}}
    before = {"resource": version("gout", "1"), "request": {"method": "PUT", "url": "Condition/c"}}

    assert resources_of({"resourceType": "Bundle", "type": "history", "entry": [gone, before]}) == []
    assert len(resources_of({"resourceType": "Bundle", "type": "history", "entry": [before, gone]})) == 1


def test_says_that_further_pages_and_failed_entries_are_missing() -> None:
    page = bundle(link=[{"relation": "self"}, {"relation": "next", "url": "http://x"}])
    batch = {"resourceType": "Bundle", "entry": [{"response": {"status": "200 OK"}}, {"response": {"status": "404"}}]}

    assert [*missing_of(page)] == [Missing("*", "The bundle is one page of several, and the others were not sent.")]
    assert [each.section for each in missing_of(batch)] == ["*"]
    assert read(page).missing == (*missing_of(page),)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/1", "Patient/1"),
        ("https://ehr.invalid/fhir/Patient/1/_history/3", "Patient/1"),
        ("Patient/1/_history/3", "Patient/1"),
        ("urn:uuid:5af1", "urn:uuid:5af1"),
    ],
)
def test_shortens_an_address_to_type_and_id(reference: str, expected: str) -> None:
    assert shortened(reference) == expected
