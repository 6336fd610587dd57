from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from epicrisis import errors
from epicrisis.api.problems import DOOR, ERRORS, MEDIA_TYPE, Problem, problem_of, problem_table
from tests.serving import CANARY, CrashingReader, HeldReader, app_over, app_with

JSON = {"Content-Type": "application/json"}


def tree(kind: type[errors.EpicrisisError]) -> Iterator[type[errors.EpicrisisError]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from tree(below)


@pytest.mark.parametrize("kind", list(tree(errors.EpicrisisError)), ids=lambda kind: kind.__name__)
def test_every_error_has_its_row(kind: type[errors.EpicrisisError]) -> None:
    assert kind in ERRORS
    assert problem_of(kind()).code == kind.code


def test_codes_are_unique_and_all_in_the_table() -> None:
    codes = [kind.code for kind in ERRORS] + [problem.code for problem in DOOR]

    assert len(set(codes)) == len(codes)
    assert all(f"`{code}`" in problem_table() for code in codes)


def test_a_problem_on_our_side_keeps_its_details_to_itself() -> None:
    problem = problem_of(errors.MissingArtifact("/somewhere/weights.onnx is missing."))

    assert problem.status == 503
    assert "somewhere" not in problem.detail


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    document: dict[str, Any] = response.json()
    assert (response.status_code, document["status"], document["code"]) == (status, status, code)
    assert response.headers["content-type"] == MEDIA_TYPE
    assert document["type"] == f"urn:epicrisis:problem:{code}"
    assert document["request_id"] == response.headers["x-request-id"]
    assert CANARY not in response.text
    return document


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(b"", 422, "invalid-request", id="nothing"),
        pytest.param(b"{", 400, "malformed-json", id="half an object"),
        pytest.param(f'{{"text": "{CANARY}'.encode(), 400, "malformed-json", id="half a string"),
        pytest.param(b'{"text": "\xff"}', 400, "malformed-json", id="no UTF-8"),
        pytest.param(b"[" * 100_000, 400, "malformed-json", id="nested too deep"),
        pytest.param(b'{"text": ' + b"9" * 5_000 + b"}", 400, "malformed-json", id="endless number"),
        pytest.param(f'"{CANARY}"'.encode(), 422, "invalid-request", id="a string"),
        pytest.param(b"{}", 422, "invalid-request", id="neither"),
        pytest.param(b'{"text": null}', 422, "invalid-request", id="null"),
        pytest.param(b'{"text": "a", "documents": [{"text": "a"}]}', 422, "invalid-request", id="both"),
        pytest.param(b'{"documents": []}', 422, "invalid-request", id="empty batch"),
        pytest.param(json.dumps({"documents": [{"text": "a"}] * 101}).encode(), 422, "invalid-request", id="101 notes"),
        pytest.param(f'{{"text": ["{CANARY}"]}}'.encode(), 422, "invalid-request", id="list for text"),
        pytest.param(f'{{"text": "a", "{CANARY}": 1}}'.encode(), 422, "invalid-request", id="unknown field"),
        pytest.param(f'{{"text": "a", "language": "{CANARY}"}}'.encode(), 422, "invalid-request", id="long language"),
        pytest.param(f'{{"text": "a", "offset_unit": "{CANARY}"}}'.encode(), 422, "invalid-request", id="unknown unit"),
        pytest.param(b'{"text": "a", "language": "xx"}', 422, "unknown-language", id="unknown language"),
        pytest.param(b'{"documents": [{"text": "a"}], "language": "\\ud800"}', 422, "invalid-request", id="odd code"),
        pytest.param(b'{"text": " \\n "}', 422, "empty-text", id="white space"),
        pytest.param(f'{{"text": "{CANARY}\\ud800"}}'.encode(), 422, "unreadable-text", id="lone surrogate"),
        pytest.param(f'{{"text": "%PDF-1.7 {CANARY}"}}'.encode(), 422, "unreadable-text", id="a PDF"),
    ],
)
def test_a_bad_body_is_refused_without_an_echo(client: TestClient, body: bytes, status: int, code: str) -> None:
    refused(client.post("/v1/annotations", content=body, headers=JSON), status, code)


def test_faults_point_at_their_fields_and_name_no_unknown_one(client: TestClient) -> None:
    body = {"text": 5, "language": CANARY, CANARY: CANARY}

    document = refused(client.post("/v1/annotations", json=body), 422, "invalid-request")

    assert [fault["pointer"] for fault in document["errors"]] == ["#/text", "#/language", "#"]
    assert "does not know" in document["errors"][2]["detail"]


def test_unknown_places_and_methods_are_problems_too(client: TestClient) -> None:
    refused(client.get(f"/{CANARY}"), 404, "not-found")
    refused(client.get("/v1/annotations/"), 404, "not-found")
    refused(client.get(f"/static/{CANARY}.js"), 404, "not-found")
    refused(client.get("/static/../pages.py"), 404, "not-found")
    response = client.get("/v1/annotations")
    refused(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_only_json_is_read(client: TestClient, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}

    refused(client.post("/v1/annotations", content=b'{"text": "a"}', headers=headers), 415, "unsupported-media-type")


def test_a_text_over_the_limit_is_refused_before_any_engine_sees_it() -> None:
    with TestClient(app_with(max_chars=20)) as client:
        document = refused(client.post("/v1/annotations", json={"text": CANARY * 3}), 413, "text-too-long")
        batch = client.post("/v1/annotations", json={"documents": [{"text": CANARY * 3}, {"text": "Denies fever."}]})

    assert "39 characters" in document["detail"]
    assert [each.get("problem", {}).get("status") for each in batch.json()["documents"]] == [413, None]


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_a_body_over_the_limit_is_cut_off(chunked: bool) -> None:
    with TestClient(app_with(max_body_bytes=10_000)) as client:
        content = iter([b" " * 1_000] * 1_000) if chunked else b" " * 1_000_000
        response = client.post("/v1/annotations", content=content, headers=JSON)

    refused(response, 413, "body-too-large")
    assert response.headers["connection"] == "close"


@pytest.mark.anyio
async def test_overload_is_told_at_once_with_a_time_to_come_back() -> None:
    reader = HeldReader()
    transport = ASGITransport(app_over(reader, threads=1, queue=0))
    async with AsyncClient(transport=transport, base_url="http://here") as client:
        first = asyncio.create_task(client.post("/v1/annotations", json={"text": "Denies fever."}))
        await asyncio.to_thread(reader.reading.wait, 20)

        second = await client.post("/v1/annotations", json={"text": CANARY})

        reader.release.set()
        assert (await first).status_code == 200
    refused(second, 503, "overloaded")
    assert second.headers["retry-after"] == "1"


def test_a_crash_is_a_problem_without_a_trace() -> None:
    with TestClient(app_over(CrashingReader()), raise_server_exceptions=False) as client:
        response = client.post("/v1/annotations", json={"text": CANARY})
        batch = client.post("/v1/annotations", json={"documents": [{"text": CANARY}]})

    document = refused(response, 500, "internal-error")
    assert "ValueError" not in response.text
    assert document["request_id"]
    assert batch.json()["documents"][0]["problem"]["code"] == "internal-error"
    assert CANARY not in batch.text


def test_a_problem_says_only_what_it_has() -> None:
    document = Problem(418, "teapot", "A teapot", "Brew elsewhere.").document()

    assert document == {
        "type": "urn:epicrisis:problem:teapot", "title": "A teapot", "status": 418, "detail": "Brew elsewhere.",
        "code": "teapot",
    }  # fmt: skip
