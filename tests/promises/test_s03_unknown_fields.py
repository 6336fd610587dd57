"""S3: a request with a field its route does not know is refused, and an answer holds what its model says, no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from epicrisis.services.access import Scope
from tests.bundles import settings_with
from tests.ehr_server import a_sample_ehr
from tests.serving import CANARY, app_with

JSON = "application/json"
# An id of nothing that is kept.
NOBODYS = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"

# What a client might hope to set although it is the server's to say, and what has confused other programs.
HOPED_FOR = [
    "id", "request_id", "principal", "key_id", "scopes", "scope", "role", "is_admin", "owner", "tenant", "engine",
    "version", "label", "score", "status", "code", "created_at", "__proto__", "constructor", "__class__", "$ref", "",
    CANARY,
]  # fmt: skip

# RFC 6749, section 3.2, has the token endpoint ignore parameters it does not know.
FORMS = {"/oauth/token"}
# A file is whatever it is: its route is asked in the query, where a field it does not know is refused too.
FILES = {
    "/v1/redactions/files", "/v1/documents", "/v1/transcripts", "/upload", "/api/upload", "/transcribe",
    "/api/transcribe", "/extract_medical_data_from_audio", "/api/extract_medical_data_from_audio",
}  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with a_sample_ehr() as ehr:
        ehrs = settings_with(ehr).ehrs
        app = app_with(anonymous_scopes=tuple(Scope), ehrs=ehrs)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def requests(schema: Any) -> dict[str, Any]:
    """Return the schema of the body of every route that takes one."""
    return {path: body for (_, path), body in asked(schema).items()}


def asked(schema: Any) -> dict[tuple[str, str], Any]:
    """Return the same by method and path."""
    return {
        (method, path): resolved(operation["requestBody"]["content"][JSON]["schema"], schema)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if JSON in operation.get("requestBody", {}).get("content", {}) and path not in FILES
    }


def resolved(part: Any, schema: Any) -> Any:
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return part


def objects(part: Any, schema: Any, seen: list[Any] | None = None) -> Iterator[Any]:
    """Yield every kind of object that may stand in a value of the schema ``part``."""
    seen = [] if seen is None else seen
    part = resolved(part, schema)
    if any(part is each for each in seen):
        return
    seen.append(part)
    if part.get("type") == "object":
        yield part
    below = [*part.get("properties", {}).values(), *part.get("anyOf", []), *part.get("oneOf", [])]
    for each in [*below, *([part["items"]] if "items" in part else [])]:
        yield from objects(each, schema, seen)


def sent(client: TestClient, method: str, path: str, body: Any) -> Response:
    """Return the answer to ``body``, its path filled with a capability there is and an id there is not."""
    return client.request(method, path.replace("{capability}", "assertion").replace("{id}", NOBODYS), json=body)


def test_every_route_with_a_body_is_probed(schema: Any) -> None:
    posts = {path for path, methods in schema["paths"].items() if {"post", "put", "patch"} & set(methods)}

    assert set(requests(schema)) == posts - FORMS - FILES
    assert {"/predict", "/predict/batch", "/v1/annotations", "/v1/assertions"} <= set(requests(schema))


def test_a_field_that_is_not_known_is_refused_and_not_repeated(client: TestClient, schema: Any) -> None:
    for (method, path), body in asked(schema).items():
        known = set(body["properties"])
        for example in body["examples"]:
            # The example by itself is well formed, or the field would not be what is refused.
            assert sent(client, method, path, example).status_code in {200, 201, 404}, path
            for name in set(HOPED_FOR) - known:
                answer = sent(client, method, path, {**example, name: CANARY})

                assert answer.status_code in {400, 422}, (path, name)
                assert CANARY not in answer.text


def test_a_question_that_a_route_of_files_does_not_know_is_refused_and_not_repeated(client: TestClient) -> None:
    for path in FILES:
        for name in set(HOPED_FOR):
            answer = client.post(path, params={name: CANARY}, content=b"{}", headers={"Content-Type": JSON})

            assert answer.status_code == 422, name
            assert CANARY not in answer.text


def test_no_object_within_a_request_takes_a_field_that_is_not_known(schema: Any) -> None:
    for path, body in requests(schema).items():
        kinds = list(objects(body, schema))

        assert kinds
        assert [kind for kind in kinds if kind.get("additionalProperties") is not False] == [], path


def test_a_note_of_a_batch_with_a_field_that_is_not_known_is_not_read(client: TestClient) -> None:
    for path in ("/v1/annotations", "/v1/assertions"):
        answer = client.post(path, json={"documents": [{"text": "No fever.", CANARY: 1}, {"text": "No cough."}]})

        assert CANARY not in answer.text
        refused, read = answer.json()["documents"]
        assert refused["problem"]["status"] == 422
        assert "problem" not in read


def test_every_answer_has_a_model_that_names_its_fields(schema: Any) -> None:
    answers = [
        (path, content["schema"])
        for path, methods in schema["paths"].items()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for media, content in response["content"].items()
        if media == JSON and path not in FILES
    ]

    assert len(answers) > 8
    for path, answer in answers:
        kinds = list(objects(answer, schema))
        assert kinds, path
        assert kinds[0]["properties"], path
