"""The OpenAPI document describes the routes of the contracts, with examples that are answered as they say."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.serving import READERS, app_with

ROUTES = [
    ("post", "/predict"),
    ("post", "/predict/batch"),
    ("get", "/health"),
    ("get", "/model/info"),
    ("get", "/metrics"),
]
ANYWHERE = {"200", "400", "422", "431", "500"}
GUARDED = ANYWHERE | {"401", "403", "429", "503"}


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def resolved(schema: Any, node: Any) -> Any:
    return schema["components"]["schemas"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/predict", GUARDED | {"408", "413", "415"}),
        ("post", "/predict/batch", GUARDED | {"408", "413", "415"}),
        ("get", "/health", ANYWHERE | {"503"}),
        ("get", "/model/info", GUARDED),
        ("get", "/metrics", GUARDED),
    ],
)
def test_every_status_is_described_in_contract_bs_words(
    schema: Any, method: str, path: str, statuses: set[str]
) -> None:
    responses = schema["paths"][path][method]["responses"]

    assert set(responses) == statuses
    for status in statuses - {"200"}:
        body = responses[status]["content"]["application/json"]
        if (path, status) == ("/health", "503"):
            assert body["schema"] == {"$ref": "#/components/schemas/Health"}
            continue
        assert body["schema"] == {"$ref": "#/components/schemas/ErrorBody"}
        assert body["examples"]
        for example in body["examples"].values():
            assert {"error", "message", "request_id", "timestamp"} <= set(example["value"])


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_answers_have_the_fields_that_are_described(client: TestClient, schema: Any, method: str, path: str) -> None:
    route = schema["paths"][path][method]
    if path == "/metrics":
        assert list(route["responses"]["200"]["content"]) == ["text/plain"]
        return
    described = resolved(schema, route["responses"]["200"]["content"]["application/json"]["schema"])
    asked = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    example = resolved(schema, asked)["examples"][0] if asked else None

    answer = client.request(method.upper(), path, json=example).json()

    assert set(answer) == set(described["properties"])
    assert set(described["required"]) <= set(answer)


def test_the_examples_are_answered_as_they_say() -> None:
    with TestClient(app_with(**READERS["model"])) as client:
        schema = client.get("/openapi.json").json()
        route = schema["paths"]["/predict"]["post"]
        asked = schema["components"]["schemas"]["SentenceRequest"]["examples"][0]
        promised = route["responses"]["200"]["content"]["application/json"]["example"]
        answer = client.post("/predict", json=asked, headers={"X-Request-Id": promised["request_id"]}).json()

    # Every version of the model is a little more or less sure of it.
    assert answer["score"] == pytest.approx(promised["score"], abs=0.05)
    assert answer | {name: promised[name] for name in ("score", "prediction_time_ms")} == promised


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/health"])
def test_the_profile_stands_among_the_parameters(schema: Any, path: str) -> None:
    [route] = schema["paths"][path].values()

    assert [(each["name"], each["in"], each["schema"]["enum"]) for each in route["parameters"]] == [
        ("X-Contract", "header", ["a", "b"])
    ]


def test_the_limits_are_those_of_the_schema(schema: Any) -> None:
    sentences = schema["components"]["schemas"]["SentencesRequest"]["properties"]["sentences"]

    assert (sentences["minItems"], sentences["maxItems"]) == (1, 100)
    assert schema["components"]["schemas"]["SentenceRequest"]["additionalProperties"] is False
