"""A request that cannot be read is refused in contract B's words, with the field and the limit and without the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.contracts.refusal import refused
from tests.serving import CANARY

JSON = {"Content-Type": "application/json"}
SENTENCE = "The patient denies chest pain."


def told(field: str, text: str) -> dict[str, str]:
    return {field: text}


LIMIT = "send 512 tokens at most. POST /v1/annotations reads whole notes."
BLANK = "Is empty or blank; send one sentence."
UNKNOWN = "The body has a field this route does not know; `{}` is all it reads."


@pytest.mark.parametrize(
    ("sent", "details"),
    [
        pytest.param(b'{"sentence": ""}', told("sentence", BLANK), id="empty"),
        pytest.param(b'{"sentence": " \\t\\n "}', told("sentence", BLANK), id="blank"),
        pytest.param(b'{"sentence": "\\u0000\\u0007"}', told("sentence", BLANK), id="control characters alone"),
        pytest.param(b"{}", told("sentence", "Is missing."), id="missing"),
        pytest.param(b'{"sentence": null}', told("sentence", "Must be a string."), id="null"),
        pytest.param(b'{"sentence": 5}', told("sentence", "Must be a string."), id="a number"),
        pytest.param(f'{{"sentence": ["{CANARY}"]}}'.encode(), told("sentence", "Must be a string."), id="a list"),
        pytest.param(
            json.dumps({"sentence": CANARY + " pain" * 512}).encode(), told("sentence", f"Has 513 tokens; {LIMIT}"),
            id="513 tokens",
        ),
        pytest.param(
            json.dumps({"sentence": CANARY * 1_000}).encode(), told("sentence", f"Has 13,000 characters; {LIMIT}"),
            id="13,000 characters",
        ),
        pytest.param(
            f'{{"sentence": "{CANARY}\\ud800"}}'.encode(),
            told("sentence", "The text has a lone surrogate at offset 13; decode it as UTF-8 or UTF-16 before sending "
                 "it."),
            id="lone surrogate",
        ),
        pytest.param(
            f'{{"sentence": "%PDF-1.7 {CANARY}"}}'.encode(),
            told("sentence", "This begins like a PDF file; extract its text and send that."), id="a PDF",
        ),
        pytest.param(
            f'{{"sentence": "{SENTENCE}", "{CANARY}": 1}}'.encode(), told("body", UNKNOWN.format("sentence")),
            id="unknown field",
        ),
        pytest.param(
            f'{{"sentence": "{SENTENCE}", "sentences": []}}'.encode(), told("body", UNKNOWN.format("sentence")),
            id="the other route's field",
        ),
        pytest.param(
            f'["{CANARY}"]'.encode(), told("body", "The body must be a JSON object with the field `sentence`."),
            id="no object",
        ),
    ],
)  # fmt: skip
def test_a_bad_sentence_is_told_with_its_field_and_limit(
    client: TestClient, sent: bytes, details: dict[str, str]
) -> None:
    body = refused(client.post("/predict", content=sent, headers=JSON), 400)

    assert body["details"] == details
    [(field, text)] = details.items()
    assert body["message"] == (text if field == "body" else f"{field}: {text}")


@pytest.mark.parametrize(
    ("sent", "details"),
    [
        pytest.param(b'{"sentences": []}', told("sentences", "Is empty; send 1 to 100 sentences."), id="empty"),
        pytest.param(
            json.dumps({"sentences": [CANARY] * 101}).encode(), told("sentences", "Has 101 items; send 100 at most."),
            id="101 items",
        ),
        pytest.param(b"{}", told("sentences", "Is missing."), id="missing"),
        pytest.param(
            f'{{"sentences": "{CANARY}"}}'.encode(), told("sentences", "Must be a list of 1 to 100 strings."),
            id="a string",
        ),
        pytest.param(b'{"sentences": null}', told("sentences", "Must be a list of 1 to 100 strings."), id="null"),
        pytest.param(
            f'{{"sentences": ["{SENTENCE}"], "{CANARY}": 1}}'.encode(), told("body", UNKNOWN.format("sentences")),
            id="unknown field",
        ),
    ],
)  # fmt: skip
def test_a_bad_batch_is_told_with_its_field_and_limit(client: TestClient, sent: bytes, details: dict[str, str]) -> None:
    assert refused(client.post("/predict/batch", content=sent, headers=JSON), 400)["details"] == details


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(f'{{"sentence": "{CANARY}'.encode(), id="half a string"),
        pytest.param(f'{{"sentence": "{CANARY}\xff"}}'.encode("latin-1"), id="no UTF-8"),
        pytest.param(f'{{"sentence": "{CANARY}\x00"}}'.encode(), id="raw NUL"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
        pytest.param(b'{"sentence": ' + b"9" * 5_000 + b"}", id="endless number"),
        pytest.param('{"sentence": "a"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"sentence": "a"}', id="byte order mark"),
        pytest.param(b'{"sentence": "a"} x', id="more behind it"),
    ],
)
def test_what_is_not_json_is_told_of_the_body(client: TestClient, path: str, sent: bytes) -> None:
    body = refused(client.post(path, content=sent, headers=JSON), 400)

    assert body["details"] == {"body": "Send one JSON object, encoded as UTF-8."}


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonlines"])
def test_another_content_type_is_refused(client: TestClient, path: str, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}

    body = refused(client.post(path, content=b'{"sentence": "a"}', headers=headers), 415, "UnsupportedMediaType")

    assert "application/json" in body["message"]


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_three_megabytes_are_cut_off(client: TestClient, path: str, chunked: bool) -> None:
    piece = CANARY.encode() * 1_000
    content: Any = iter([piece] * 231) if chunked else piece * 231

    refused(client.post(path, content=content, headers=JSON), 413, "PayloadTooLarge")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/predict", "POST"),
        ("PUT", "/predict/batch", "POST"),
        ("POST", "/health", "GET"),
        ("DELETE", "/model/info", "GET"),
        ("POST", "/metrics", "GET"),
    ],
)
def test_another_method_is_refused_with_those_there_are(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)

    refused(response, 405, "MethodNotAllowed")
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/predict/", f"/predict/{CANARY}", "/model/nothing", f"/model/info/{CANARY}"])
def test_what_lies_below_a_contract_is_not_found_in_its_words(client: TestClient, path: str) -> None:
    refused(client.post(path, json={}), 404, "NotFound")


@pytest.mark.parametrize("path", ["/predictions", "/", "/v1/annotations", "/models"])
def test_other_routes_keep_their_problem_documents(client: TestClient, path: str) -> None:
    problem = client.delete(path).json()

    assert problem["code"] in ("not-found", "method-not-allowed")
