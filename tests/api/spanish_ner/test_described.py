"""The OpenAPI document describes contract N, with an example that is answered as it says."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.contracts.spanish_ner.models import NAMES

SUBMIT = ["/api/submit", "/{model}/api/submit"]
STATUSES = {"200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "431", "500", "503"}


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


@pytest.mark.parametrize("path", SUBMIT)
def test_every_status_is_described_in_the_envelope(schema: Any, path: str) -> None:
    responses = schema["paths"][path]["post"]["responses"]

    assert set(responses) == STATUSES
    for status in STATUSES - {"200"}:
        body = responses[status]["content"]["application/json"]
        assert body["schema"] == {"$ref": "#/components/schemas/Refusal"}
        assert body["examples"]
        for example in body["examples"].values():
            assert (example["value"]["data"], example["value"]["success"]) == ({}, False)


@pytest.mark.parametrize("path", SUBMIT)
def test_three_kinds_of_body_and_every_name_are_described(schema: Any, path: str) -> None:
    told = schema["paths"][path]["post"]

    assert list(told["requestBody"]["content"]) == [
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    ]  # fmt: skip
    assert {each["name"] for each in told["parameters"]} == {"model"}
    assert all(name in told["parameters"][0]["description"] or path != SUBMIT[0] for name in NAMES)


def test_the_example_is_answered_as_it_says(client: TestClient, schema: Any) -> None:
    told = schema["paths"]["/api/submit"]["post"]
    promised = told["responses"]["200"]["content"]["application/json"]["example"]
    for name in ("SubmitRequest", "SubmitForm"):
        [asked] = schema["components"]["schemas"][name]["examples"]

        answer = client.post("/api/submit", **({"json": asked} if name == "SubmitRequest" else {"data": asked})).json()

        answer["data"]["processing_time"] = promised["data"]["processing_time"]
        assert answer == promised


def test_answers_have_the_fields_that_are_described(client: TestClient, schema: Any) -> None:
    schemas = schema["components"]["schemas"]
    answer = client.post("/api/submit", json={"inputText": "Varón."}).json()

    assert set(answer) == set(schemas["Submitted"]["properties"])
    assert set(answer["data"]) == set(schemas["Data"]["properties"])
    assert "class" in schemas[entity_schema(schemas)]["properties"]
    assert set(client.get("/disclaimer").json()) == set(schemas["Disclaimer"]["properties"])


def entity_schema(schemas: Any) -> str:
    name: str = schemas["Data"]["properties"]["brat"]["items"]["$ref"].rpartition("/")[2]
    return name
