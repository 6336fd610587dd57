from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.problems import MEDIA_TYPE
from epicrisis.api.reference import EXAMPLE_REQUEST_ID


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def test_every_route_is_described(schema: Any) -> None:
    assert {(method, path) for path, methods in schema["paths"].items() for method in methods} == {
        ("post", "/v1/annotations"), ("post", "/v1/assertions"), ("post", "/v1/entities"), ("post", "/v1/feedback"),
        ("post", "/v1/redactions"), ("post", "/v1/redactions/files"), ("post", "/v1/reidentifications"),
        ("post", "/phi/scrub"), ("post", "/api/phi/scrub"),
        ("post", "/v1/documents"), ("post", "/v1/extractions"), ("post", "/v1/transcripts"),
        ("post", "/v1/cases"), ("post", "/v1/cases/search"), ("get", "/v1/cases/{id}"), ("delete", "/v1/cases/{id}"),
        ("put", "/v1/cases/{id}/outcome"),
        ("post", "/v1/differentials"), ("post", "/api/v1/diagnose"), ("get", "/api/v1/metrics"),
        ("post", "/v1/patient-summaries"), ("get", "/v1/patient-summaries/{id}/events"),
        ("delete", "/v1/patient-summaries/{id}"),
        ("get", "/v1/transcripts/{id}/events"), ("delete", "/v1/transcripts/{id}"), ("post", "/v1/summaries"),
        ("post", "/generate_summary"), ("post", "/api/generate_summary"),
        ("post", "/generate_patient_summary"), ("post", "/api/generate_patient_summary"),
        ("post", "/upload"), ("post", "/api/upload"), ("post", "/transcribe"), ("post", "/api/transcribe"),
        ("post", "/extract_medical_data"), ("post", "/api/extract_medical_data"),
        ("post", "/extract_medical_data_from_audio"), ("post", "/api/extract_medical_data_from_audio"),
        ("get", "/v1/audit"), ("get", "/v1/audit/{number}"),
        ("get", "/v1/interactions"), ("get", "/v1/interactions/{id}"), ("post", "/v1/differentials/feedback"),
        ("get", "/cds-services"), *(
            ("post", f"/cds-services/differential-{hook}{below}")
            for hook in ("patient-view", "order-select") for below in ("", "/feedback")
        ),
        ("post", "/api/submit"), ("post", "/{model}/api/submit"), ("get", "/disclaimer"),
        ("get", "/v1/engines"), ("put", "/v1/engines/experiments/{capability}"),
        ("delete", "/v1/engines/experiments/{capability}"), ("get", "/live"), ("get", "/ready"),
        ("get", "/"), ("get", "/health"), ("post", "/predict"), ("post", "/predict/batch"), ("get", "/model/info"),
        ("get", "/metrics"), ("post", "/oauth/token"),
        ("get", "/.well-known/oauth-authorization-server"), ("get", "/.well-known/oauth-protected-resource"),
    }  # fmt: skip


def test_the_example_of_the_entities_is_answered_as_it_says(client: TestClient, schema: Any) -> None:
    route = schema["paths"]["/v1/entities"]["post"]
    [asked] = schema["components"]["schemas"]["EntitiesRequest"]["examples"]
    promised = route["responses"]["200"]["content"]["application/json"]["example"]

    answer = client.post("/v1/entities", json=asked, headers={"X-Request-Id": EXAMPLE_REQUEST_ID}).json()

    assert answer == promised
    assert [each["text"] for each in answer["entities"]] == ["chest pain"]


def test_the_example_request_gets_the_example_answer(client: TestClient, schema: Any) -> None:
    route = schema["paths"]["/v1/annotations"]["post"]
    asked = schema["components"]["schemas"]["AnnotationRequest"]["examples"][0]
    promised = route["responses"]["200"]["content"]["application/json"]["example"]

    answer = client.post("/v1/annotations", json=asked, headers={"X-Request-Id": EXAMPLE_REQUEST_ID}).json()

    assert answer == promised
    assert answer["entities"][0]["assertion"]["status"] == "ABSENT"


def test_refusals_are_described_as_problem_documents_and_nothing_else(schema: Any) -> None:
    for path, methods in schema["paths"].items():
        for route in methods.values():
            for status, response in route["responses"].items():
                if status != "200" and list(response["content"]) != ["application/json"]:
                    # OAuth has its own words for what is wrong with a request for a token; the door in front has ours.
                    both = (
                        [MEDIA_TYPE, "application/json"] if path == "/oauth/token" and status == "400" else [MEDIA_TYPE]
                    )
                    assert list(response["content"]) == both, status
                    for code, example in response["content"][MEDIA_TYPE]["examples"].items():
                        assert (str(example["value"]["status"]), example["value"]["code"]) == (status, code)
    assert "HTTPValidationError" not in schema["components"]["schemas"]


@pytest.mark.parametrize("path", ["/phi/scrub", "/api/phi/scrub", "/v1/redactions", "/v1/reidentifications"])
def test_what_hides_identities_says_every_way_it_may_refuse(schema: Any, path: str) -> None:
    responses = schema["paths"][path]["post"]["responses"]

    told = {
        status: set(responses[status]["content"][MEDIA_TYPE]["examples"]) for status in responses if status != "200"
    }

    assert told.keys() >= {"400", "401", "403", "408", "409", "413", "415", "422", "429", "431", "500", "503"}
    assert told["400"] >= {"malformed-http", "malformed-json", "key-in-address", "invalid-idempotency-key"}
    assert told["409"] == {"still-running"}
    assert told["413"] == {"body-too-large", "text-too-long"}
    assert told["422"] >= {
        "invalid-request", "empty-text", "unreadable-text", "unknown-language", "idempotency-key-reused",
    }  # fmt: skip
    assert told["503"] >= {
        "overloaded", "deadline-exceeded", "storage-error", "broken-seal", "missing-artifact", "corrupt-artifact",
        "missing-dependency",
    }  # fmt: skip


def test_the_codes_stand_in_the_introduction(schema: Any) -> None:
    assert "| 413 | `text-too-long` | The text is too long |" in schema["info"]["description"]


def test_the_cards_of_the_engines_are_served_whole(client: TestClient) -> None:
    answer = client.get("/v1/engines").json()

    cards = {card["name"]: card for card in answer["engines"]}
    assert set(cards) >= {"rules", "lexicon"}
    assert all(card["summary"] and card["languages"] and card["limits"] for card in cards.values())
