"""Medications as one kind of fact, whichever resource and release they are told in."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import MedicationUse, UseStatus
from tests.unit.formats.patients.resources import code, coded, read, resource

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ASPIRIN = {"medicationCodeableConcept": {"text": "aspirin 81 mg"}}


def use(kind: str = "MedicationRequest", **fields: Any) -> MedicationUse:
    (found,) = uses(kind, **fields)
    return found


def uses(kind: str = "MedicationRequest", **fields: Any) -> tuple[MedicationUse, ...]:
    return read(resource(kind, **{"status": "active", "intent": "order", **ASPIRIN, **fields})).medications


@pytest.mark.parametrize(
    ("kind", "fields", "status"),
    [
        ("MedicationRequest", {}, UseStatus.ACTIVE),
        ("MedicationRequest", {"status": "on-hold"}, UseStatus.ON_HOLD),
        ("MedicationRequest", {"status": "stopped"}, UseStatus.STOPPED),
        ("MedicationRequest", {"status": "completed"}, UseStatus.COMPLETED),
        ("MedicationRequest", {"status": "ended"}, UseStatus.COMPLETED),
        ("MedicationRequest", {"status": None}, UseStatus.UNKNOWN),
        ("MedicationRequest", {"intent": "proposal"}, UseStatus.INTENDED),
        ("MedicationRequest", {"intent": "plan"}, UseStatus.INTENDED),
        ("MedicationRequest", {"doNotPerform": True}, UseStatus.NOT_TAKEN),
        ("MedicationOrder", {}, UseStatus.ACTIVE),
        ("MedicationStatement", {"status": "intended"}, UseStatus.INTENDED),
        ("MedicationStatement", {"status": "not-taken"}, UseStatus.NOT_TAKEN),
        ("MedicationStatement", {"taken": "n"}, UseStatus.NOT_TAKEN),
        ("MedicationStatement", {"wasNotTaken": True}, UseStatus.NOT_TAKEN),
        ("MedicationStatement", {"status": "recorded"}, UseStatus.ACTIVE),
        ("MedicationStatement", {"status": "recorded", "effectivePeriod": {"end": "2020"}}, UseStatus.COMPLETED),
        (
            "MedicationStatement",
            {"status": "recorded", "adherence": {"code": {"coding": [{"code": "not-taking"}]}}},
            UseStatus.NOT_TAKEN,
        ),
        (
            "MedicationUsage",
            {"status": "recorded", "adherence": {"code": {"coding": [{"code": "stopped-as-directed"}]}}},
            UseStatus.STOPPED,
        ),
        ("MedicationDispense", {"status": "completed"}, UseStatus.COMPLETED),
        ("MedicationDispense", {"status": "in-progress"}, UseStatus.INTENDED),
        ("MedicationAdministration", {"status": "in-progress"}, UseStatus.ACTIVE),
        ("MedicationAdministration", {"status": "not-done"}, UseStatus.NOT_TAKEN),
    ],
)
def test_tells_what_became_of_it(kind: str, fields: dict[str, Any], status: UseStatus) -> None:
    assert use(kind, **fields).status is status


@pytest.mark.parametrize("status", ["draft", "cancelled", "entered-in-error"])
def test_drops_what_was_never_begun_or_is_an_error(status: str) -> None:
    assert uses(status=status) == ()


def test_calls_a_resource_by_the_name_of_release_4_and_cites_it_by_its_own() -> None:
    order, usage = use("MedicationOrder"), use("MedicationUsage", status="recorded")

    assert (order.kind, order.source.reference) == ("MedicationRequest", "MedicationOrder/1")
    assert (usage.kind, usage.source.reference) == ("MedicationStatement", "MedicationUsage/1")


def test_names_the_medication_wherever_it_stands() -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": coded("1191", "aspirin", system=RXNORM)}
    inside = {"resourceType": "Medication", "id": "in", "code": {"text": "heparin"}}
    mixed = {
        "resourceType": "Medication",
        "id": "mix",
        "ingredient": [{"itemCodeableConcept": {"text": "codeine"}}, {"item": {"concept": {"text": "paracetamol"}}}],
    }
    told = {"status": "active", "intent": "order"}
    record = read(
        drug,
        mixed,
        resource("MedicationRequest", "1", medicationReference={"reference": "Medication/m/_history/2"}, **told),
        resource("MedicationRequest", "2", medicationReference={"reference": "#in"}, contained=[inside], **told),
        resource("MedicationRequest", "3", medication={"reference": {"reference": "Medication/m"}}, **told),
        resource("MedicationRequest", "4", medication={"concept": {"text": "digoxin"}}, **told),
        resource("MedicationRequest", "5", medicationReference={"reference": "Medication/mix"}, **told),
        resource(
            "MedicationRequest", "6", medicationReference={"reference": "Medication/x", "display": "lithium"}, **told
        ),
    )

    assert [each.concept.text for each in record.medications] == [
        "aspirin",
        "heparin",
        "aspirin",
        "digoxin",
        "codeine / paracetamol",
        "lithium",
    ]
    assert record.medications[0].concept.codes == (code(RXNORM, "1191", "aspirin"),)
    assert record.passed_over == ()


def test_tells_when_it_was_written_and_from_when_it_is_taken() -> None:
    order = use(authoredOn="2020-01-02")
    statement = use("MedicationStatement", effectivePeriod={"start": "2019", "end": "2020"}, dateAsserted="2021")
    bounded = use(
        authoredOn="2020-01-02",
        dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"start": "2020-01-03", "end": "2020-01-13"}}}}],
    )
    since = use("MedicationStatement", effectiveDateTime="2018")

    assert (str(order.authored), order.period.start) == ("2020-01-02", None)
    assert (str(statement.authored), str(statement.period.start), str(statement.period.end)) == ("2021", "2019", "2020")
    assert (str(bounded.period.start), str(bounded.period.end)) == ("2020-01-03", "2020-01-13")
    assert (str(since.period.start), since.period.end) == ("2018", None)


def test_tells_why_it_is_taken() -> None:
    reason = resource("Condition", "c", code={"text": "angina"})
    record = read(
        reason,
        resource("MedicationRequest", "4", reasonReference=[{"reference": "urn:uuid:c"}], status="active", **ASPIRIN),
        resource(
            "MedicationRequest", "5", reason=[{"reference": {"reference": "Condition/c"}}], status="active", **ASPIRIN
        ),
        resource("MedicationRequest", "6", reasonCode=[{"text": "pain"}], status="active", **ASPIRIN),
    )

    assert [each.reasons for each in record.medications] == [("angina",), ("angina",), ("pain",)]
    assert [each.reason_references for each in record.medications] == [("Condition/c",), ("Condition/c",), ()]
