from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import Missing
from epicrisis.ehr.addresses import Base
from epicrisis.ehr.belonging import CLINICAL, Belonging
from epicrisis.ehr.ehrs import Limits
from epicrisis.ehr.gathering import Gathering
from epicrisis.ehr.troubles import Trouble, Why

PATIENT = {"resourceType": "Patient", "id": "1"}


@pytest.fixture
def gathering() -> Gathering:
    return Gathering(Belonging("1", Base.of("https://ehr.example/fhir")), Limits())


def page(*resources: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}


def condition(name: str, subject: str = "Patient/1") -> dict[str, Any]:
    return {"resourceType": "Condition", "id": name, "subject": {"reference": subject}}


def test_each_resource_is_there_once_in_the_order_it_came(gathering: Gathering) -> None:
    gathering.take_page(page(PATIENT, condition("b"), condition("a")))
    gathering.take_page(page(condition("a"), condition("c")))

    assert [each["id"] for each in gathering.resources] == ["1", "b", "a", "c"]


def test_the_name_of_the_patient_in_a_bundle_counts_wherever_it_stands_in_it(gathering: Gathering) -> None:
    bundle = page(condition("a", "urn:uuid:6f1d"), PATIENT)
    bundle["entry"][1]["fullUrl"] = "urn:uuid:6f1d"

    gathering.take_page(bundle)

    assert len(gathering.resources) == 2


@pytest.mark.parametrize("entries", [7, "x", {"a": 1}])
def test_a_page_without_entries_as_they_should_be_is_none(gathering: Gathering, entries: object) -> None:
    with pytest.raises(Trouble):
        gathering.take_page({"resourceType": "Bundle", "entry": entries})


def test_what_is_no_resource_in_a_page_is_passed_over(gathering: Gathering) -> None:
    gathering.take_page(page(None, 7, {}, {"resourceType": 7}, {"resourceType": "OperationOutcome"}, PATIENT))

    assert gathering.resources == (PATIENT,)


def test_nothing_is_missing_once_all_is_whole(gathering: Gathering) -> None:
    gathering.whole()

    assert gathering.missing(8) == ()


def test_one_reason_for_all_of_it_is_told_once(gathering: Gathering) -> None:
    for kind in CLINICAL:
        gathering.failed(kind, Trouble(Why.DOWN))

    assert gathering.missing(8) == (Missing("*", "the EHR does not answer"),)


def test_what_was_never_heard_of_again_did_not_come_in_time(gathering: Gathering) -> None:
    gathering.whole(*CLINICAL[2:])
    gathering.failed(CLINICAL[0], Trouble(Why.REFUSED))

    assert gathering.missing(8) == (
        Missing(CLINICAL[0], "the EHR does not allow us to read it"),
        Missing(CLINICAL[1], "not here within 8 seconds"),
    )


def test_attachments_that_are_still_on_their_way_are_named_once(gathering: Gathering) -> None:
    gathering.whole()
    gathering.expect("DocumentReference", "a", "b", "c")
    gathering.settled("a")

    assert gathering.missing(8) == (Missing("DocumentReference", "only a part of it was here within 8 seconds"),)


def test_those_of_others_are_counted_by_type(gathering: Gathering) -> None:
    gathering.whole()
    gathering.take_page(page(PATIENT, condition("a", "Patient/2"), condition("b", "Patient/2")))

    assert gathering.missing(8) == (Missing("Condition", "2 entries that are not about this patient left out"),)
