"""CDS Hooks 2.0: what an EHR asks while a patient is looked at or something ordered, and what comes back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.contracts.cds_hooks.examples import FEEDBACK
from epicrisis.assembly import Services
from epicrisis.domain.advice import card_ids
from tests.hooks import ORDER_PATH, VIEW_PATH, allergic_to, drug, measured, order, problem, searched, study, view
from tests.interactions import kept_in
from tests.keyring import done
from tests.logged import logged
from tests.serving import CANARY, EVERYBODY, RULES, UUID, rules_pipeline


def cards(client: TestClient, call: dict[str, Any]) -> list[dict[str, Any]]:
    path = VIEW_PATH if call["hook"] == "patient-view" else ORDER_PATH
    response = client.post(path, json=call)
    assert response.status_code == 200, response.text
    return response.json()["cards"]  # type: ignore[no-any-return]


def test_discovery_names_the_services_and_what_each_wants_sent_along(client: TestClient) -> None:
    services = client.get("/cds-services").json()["services"]

    assert [(each["id"], each["hook"]) for each in services] == [
        ("differential-patient-view", "patient-view"),
        ("differential-order-select", "order-select"),
    ]
    for each in services:
        assert each["title"]
        assert each["description"]
        assert each["prefetch"]["patient"] == "Patient/{{context.patientId}}"
        # The subset of searches that CDS Hooks recommends.
        asked = re.compile(r"[A-Za-z]+(/|\?patient=)\{\{context\.patientId\}\}(&(_sort|_count|status)=[\w-]+)*")
        assert [query for query in each["prefetch"].values() if not asked.fullmatch(query)] == []


def test_a_card_has_what_the_specification_asks_for(client: TestClient) -> None:
    told = [*cards(client, view()), *cards(client, order(drug("Amoxicillin 500 MG"), study("ECG")))]

    assert len(told) == 3
    for card in told:
        assert re.fullmatch(UUID, card["uuid"])
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in {"info", "warning", "critical"}
        assert card["source"]["label"]
        assert all(reason["display"] and reason["code"] for reason in card["overrideReasons"])
        assert all(link["type"] == "absolute" and link["url"].startswith("http") for link in card["links"])
        assert "it is no diagnosis" in card["detail"]
        assert ("suggestions" in card) == ("selectionBehavior" in card)
        for suggestion in card.get("suggestions", ()):
            assert re.fullmatch(UUID, suggestion["uuid"])
            assert suggestion["actions"]
    assert len({card["uuid"] for card in told}) == 3


def test_a_differential_is_told_with_its_evidence(client: TestClient) -> None:
    [card] = cards(client, view())

    assert card["summary"].startswith("May explain the record: ")
    assert "Acute myocardial infarction" in card["summary"]
    assert "I21.9" in card["detail"]
    assert "- For: " in card["detail"]
    assert "chest pain" in card["detail"]
    assert "- First tests: " in card["detail"]


def test_a_suggested_test_is_an_order_with_its_code_for_this_patient_and_this_condition(client: TestClient) -> None:
    [card] = cards(client, view())

    actions = [action for each in card["suggestions"] for action in each["actions"]]
    assert {action["type"] for action in actions} == {"create"}
    [ecg] = [action["resource"] for action in actions if "ECG" in action["resource"]["code"]["text"]]
    assert (ecg["resourceType"], ecg["status"], ecg["intent"]) == ("ServiceRequest", "draft", "proposal")
    assert ecg["code"]["coding"] == [{"system": "http://loinc.org", "code": "11524-6", "display": "EKG study"}]
    assert ecg["subject"] == {"reference": "Patient/ana-1"}
    assert ecg["reasonCode"][0]["coding"][0]["system"] == "http://hl7.org/fhir/sid/icd-10-cm"


def test_what_was_not_sent_is_named_and_what_is_null_is_known_to_be_nothing(client: TestClient) -> None:
    call = view(observations=None)
    del call["prefetch"]["medications"], call["prefetch"]["documents"]

    [card] = cards(client, call)

    assert "Not sent, and so not looked at: medications, documents." in card["detail"]


def test_a_drug_against_an_allergy_is_critical_and_can_be_taken_back(client: TestClient) -> None:
    [card] = cards(client, order(drug("Amoxicillin 500 MG Oral Capsule"), conditions=None))

    assert card["indicator"] == "critical"
    assert card["summary"] == (
        "Allergy to penicillin: Amoxicillin 500 MG Oral Capsule is of the same class (penicillins)."
    )
    [action] = [action for each in card["suggestions"] for action in each["actions"]]
    assert (action["type"], action["resourceId"]) == ("delete", "MedicationRequest/m1")
    assert {"tolerated", "benefit"} <= {reason["code"] for reason in card["overrideReasons"]}


def test_a_test_that_was_done_lately_is_told_with_its_result(client: TestClient) -> None:
    lately = measured("2160-0", 1.1, "mg/dL", words="Creatinine", days=2)

    [card] = cards(client, order(study("Creatinine"), conditions=None, observations=searched(lately)))

    assert re.fullmatch(r"Creatinine was measured on \d{4}-\d\d-\d\d: 1\.1 mg/dL\.", card["summary"])
    assert "repeat-wanted" in {reason["code"] for reason in card["overrideReasons"]}


def test_a_record_in_spanish_is_answered_in_spanish(client: TestClient) -> None:
    spanish = searched(problem("Dolor torácico", id="c1"), problem("Disnea de esfuerzo", id="c2"))

    [card] = cards(client, view(conditions=spanish))

    assert card["summary"].startswith("Puede explicar la historia: ")
    assert "no es un diagnóstico" in card["detail"]


def test_where_nothing_is_to_be_said_there_are_no_cards(client: TestClient) -> None:
    assert cards(client, view(conditions=None)) == []
    assert cards(client, order(study("Brain MRI"), conditions=None)) == []


def test_no_link_tag_or_picture_comes_out_of_a_record(client: TestClient) -> None:
    hostile = "Penicillin](https://evil.example) <img src=x> ![a](b) www.evil.example `x` |y|"

    [card] = cards(client, order(drug("Penicillin V"), allergies=searched(allergic_to(hostile)), conditions=None))

    bare = re.sub(r"\\.", "", card["detail"])
    assert "evil" in card["detail"]
    assert not re.search(r"[\[\]<>`|!]|https?:|www\.", bare)


def test_the_same_call_gives_the_same_cards(client: TestClient) -> None:
    one, other = cards(client, view()), cards(client, view())

    assert [card | {"uuid": "", "suggestions": []} for card in one] == [
        card | {"uuid": "", "suggestions": []} for card in other
    ]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        pytest.param({"prefetch": {}}, 412, "prefetch-missing", id="nothing sent along"),
        pytest.param({"prefetch": {"patient": None}}, 412, "prefetch-missing", id="no patient"),
        pytest.param({"hook": "order-select"}, 422, "invalid-request", id="another hook"),
        pytest.param({"hookInstance": CANARY}, 422, "invalid-request", id="no UUID"),
        pytest.param({CANARY: 1}, 422, "invalid-request", id="unknown field"),
        pytest.param({"prefetch": {CANARY: {}}}, 422, "invalid-request", id="unknown part"),
        pytest.param({"context": {"userId": "Practitioner/7"}}, 422, "invalid-request", id="of nobody"),
        pytest.param(
            {"context": {"userId": "Practitioner/7", "patientId": "luis-2"}}, 422, "invalid-input", id="of another"
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_and_not_repeated(
    client: TestClient, changed: dict[str, Any], status: int, code: str
) -> None:
    response = client.post(VIEW_PATH, json={**view(), **changed})

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert CANARY not in response.text


@pytest.mark.parametrize(
    "prefetch",
    [
        {"conditions": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}},
        {"conditions": {}},
        {"conditions": {"resourceType": "Bundle", "entry": [None, 7, {"resource": {"resourceType": 7}}]}},
        {"observations": searched({"resourceType": "Observation", "valueQuantity": {"value": "much"}, "code": []})},
        {"documents": searched({"resourceType": "DocumentReference", "content": [{"attachment": {"data": "%%%"}}]})},
    ],
    ids=["an outcome", "nothing", "nonsense", "a bad result", "a bad note"],
)
def test_a_part_that_cannot_be_read_costs_that_part_alone(client: TestClient, prefetch: dict[str, Any]) -> None:
    assert isinstance(cards(client, view(**prefetch)), list)


def test_no_address_a_client_names_is_asked_and_what_lets_us_in_there_is_not_kept() -> None:
    interactions = kept_in()
    app = create_app(Services(rules_pipeline(), interactions=interactions), EVERYBODY)
    call = view() | {
        "fhirServer": "http://127.0.0.1:9/fhir",
        "fhirAuthorization": {"access_token": CANARY, "token_type": "Bearer", "scope": "*", "subject": "x"},
    }

    with logged("debug") as log, TestClient(app) as client:
        assert client.post(VIEW_PATH, json=call).status_code == 200

    [kept] = done(interactions.store.page())
    sealed = done(interactions.store.find(kept.id))
    assert sealed is not None
    opened = interactions.opened(sealed)
    assert opened.asked["context"]["patientId"] == "ana-1"  # type: ignore[index]
    assert CANARY not in str(opened.asked)
    assert opened.answered["cards"]  # type: ignore[index]
    assert CANARY not in log.getvalue()


def said(about: str, **changed: Any) -> dict[str, Any]:
    """Return feedback on a card, with some fields ``changed``."""
    [one] = FEEDBACK["feedback"]
    return {"feedback": [{**one, "card": about, **changed}]}


def shown(client: TestClient) -> dict[str, float]:
    """Return how many said what, as ``/metrics`` has it."""
    lines = (line.split(" ") for line in client.get("/metrics").text.splitlines() if "differential_feedback{" in line)
    return {re.findall(r'said="(\w+)"', name)[0]: float(value) for name, value in lines}


def test_what_became_of_a_card_is_kept_and_counted_and_a_second_thought_replaces_it() -> None:
    with TestClient(create_app(Services(rules_pipeline()), RULES)) as client:
        [card] = cards(client, view())
        first = client.post(f"{VIEW_PATH}/feedback", json=said(card["uuid"])).json()
        overridden = shown(client)
        accepted = said(card["uuid"], outcome="accepted", acceptedSuggestions=[{"id": card["suggestions"][0]["uuid"]}])
        client.post(f"{VIEW_PATH}/feedback", json=accepted)
        unknown = client.post(f"{VIEW_PATH}/feedback", json=said(FEEDBACK["feedback"][0]["card"])).json()

        assert (first["kept"], first["known"]) == (1, 1)
        assert overridden == {"OVERRIDDEN": 1}
        assert shown(client) == {"OVERRIDDEN": 0, "ACCEPTED": 1}
        assert (unknown["kept"], unknown["known"]) == (1, 0)


def test_a_comment_is_kept_sealed_where_interactions_are_and_no_word_of_it_anywhere_else() -> None:
    interactions = kept_in()
    services = Services(rules_pipeline(), interactions=interactions)
    words = {"reason": {"code": f"of {CANARY}", "system": "urn:hospital"}, "userComment": f"{CANARY} bears it."}

    with logged("debug") as log, TestClient(create_app(services, EVERYBODY)) as client:
        [card] = cards(client, view())
        client.post(f"{VIEW_PATH}/feedback", json=said(card["uuid"], overrideReason=words))
        listed = client.get("/v1/interactions").json()["interactions"]
        told, asked = (client.get(f"/v1/interactions/{each['id']}").json() for each in (listed[1], listed[0]))

    assert [each["route"] for each in listed] == [VIEW_PATH, f"{VIEW_PATH}/feedback"]
    assert told["asked"]["feedback"][0]["overrideReason"]["userComment"] == f"{CANARY} bears it."
    # What was said of its cards stands beside the answer they were in.
    assert [(each["verdict"], each["reason"]) for each in asked["feedback"]] == [("OVERRIDDEN", "other")]
    assert asked["feedback"][0]["about"] == card["uuid"] == card_ids(listed[0]["request_id"])[0]
    assert CANARY not in log.getvalue()
    assert CANARY not in str(listed)


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"card": CANARY}, "#/feedback/0/card"),
        ({"outcome": CANARY}, "#/feedback/0/outcome"),
        ({"outcomeTimestamp": CANARY}, "#/feedback/0/outcomeTimestamp"),
        ({CANARY: 1}, "#/feedback/0"),
    ],
)
def test_feedback_off_the_specification_is_refused(client: TestClient, changed: dict[str, Any], pointer: str) -> None:
    response = client.post(f"{ORDER_PATH}/feedback", json=said(FEEDBACK["feedback"][0]["card"], **changed))

    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]
    assert CANARY not in response.text
