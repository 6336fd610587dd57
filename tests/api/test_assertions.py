from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.problems import MEDIA_TYPE
from epicrisis.api.reference import EXAMPLE_REQUEST_ID
from epicrisis.domain.assertions import Scheme
from epicrisis.domain.assessments import Assessment
from epicrisis.formats.assessments import assessment_to_plain
from epicrisis.text.alignment import OffsetUnit, convert
from tests.serving import CANARY, UUID, CrashingReader, app_over, app_with, rules_pipeline

SENTENCE = "The patient denies chest pain."
PAIN = {"start": 19, "end": 29}
NOTE = "HPI: No fever. Possible pneumonia.\n\nFAMILY HISTORY: Gout."
JSON = {"Content-Type": "application/json"}


def sent(client: TestClient, body: Any) -> Any:
    response = client.post("/v1/assertions", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def problem(response: Any, status: int, code: str) -> Any:
    document = response.json()
    assert (response.status_code, document["code"]) == (status, code), response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    assert document["request_id"] == response.headers["x-request-id"]
    assert CANARY not in response.text
    return document


def test_a_named_finding_is_answered_with_all_that_was_decided(client: TestClient) -> None:
    answer = sent(client, {"text": SENTENCE, "targets": [PAIN]})

    assert re.fullmatch(UUID, answer["request_id"])
    assert (answer["engine"], answer["label"]) == ("rules", "ABSENT")
    [finding] = answer["assertions"]
    assert (finding["text"], finding["label"], finding["status"]) == ("chest pain", "PROBLEM", "ABSENT")
    assert (finding["temporality"], finding["experiencer"]) == ("CURRENT", "PATIENT")
    assert finding["scores"]["ABSENT"] == finding["confidence"] == max(finding["scores"].values())
    assert [(cue["text"], cue["kind"]) for cue in finding["cues"]] == [("denies", "NEG")]
    assert finding["scope"] == finding["cues"][0]["scope"] == PAIN
    assert (finding["model_label"], finding["section"], finding["conflict"]) == ("ABSENT", None, None)
    assert "projections" not in finding
    assert answer["coverage"] == {"stretches": [{"start": 0, "end": 30}], "share": 1.0}


def test_a_text_is_answered_as_the_library_answers_it(client: TestClient) -> None:
    answer = sent(client, {"text": NOTE, "scheme": ["four", "i2b2"]})

    [assessment] = rules_pipeline().assess([NOTE])
    assert isinstance(assessment, Assessment)
    assert answer.pop("request_id")
    assert answer == assessment_to_plain(assessment, schemes=[Scheme.FOUR, Scheme.I2B2])
    assert [(each["text"], each["status"]) for each in answer["assertions"]] == [
        ("fever", "ABSENT"),
        ("pneumonia", "POSSIBLE"),
        ("Gout", "PRESENT"),
    ]


def test_a_finding_of_a_note_stands_in_its_section_and_under_its_heading(client: TestClient) -> None:
    gout = {"start": NOTE.index("Gout"), "end": NOTE.index("Gout") + 4}

    [finding] = sent(client, {"text": NOTE, "targets": [gout]})["assertions"]

    assert finding["experiencer"] == "FAMILY"
    assert finding["section"]["category"] == "family-history"
    assert finding["section"]["heading"]["text"] == "FAMILY HISTORY"


@pytest.mark.parametrize("scheme", list(Scheme))
def test_one_scheme_needs_no_list(client: TestClient, scheme: Scheme) -> None:
    answer = sent(client, {"text": SENTENCE, "scheme": scheme})

    assert list(answer["assertions"][0]["projections"]) == [scheme.value]


def test_marked_findings_are_answered_in_the_offsets_of_the_text_as_sent(client: TestClient) -> None:
    marked = "😷 The patient denies [entity] chest pain [entity] and fever."

    answer = sent(client, {"text": marked, "offset_unit": "utf16"})

    units = marked.encode("utf-16-le")
    [finding] = answer["assertions"]
    assert (finding["text"], finding["status"]) == ("chest pain", "ABSENT")
    assert units[2 * finding["start"] : 2 * finding["end"]].decode("utf-16-le") == "chest pain"
    assert [(each["start"], each["end"]) for each in answer["sentences"]] == [(0, len(units) // 2)]


def test_marks_are_words_where_nobody_reads_them_as_marks(client: TestClient) -> None:
    unread = sent(client, {"text": "Denies [entity] fever.", "marks": False})
    beside_targets = sent(client, {"text": "Denies [entity] fever.", "targets": [{"start": 16, "end": 21}]})

    assert [each["text"] for each in unread["assertions"]] == ["fever"]
    assert [each["text"] for each in beside_targets["assertions"]] == ["fever"]


@pytest.mark.parametrize(
    ("marked", "code", "said"),
    [
        (f"Denies [entity] {CANARY}.", "invalid-input", "has no partner"),
        (f"{CANARY} denies [entity] [entity].", "invalid-span", "encloses no words"),
    ],
)
def test_badly_set_marks_are_refused(client: TestClient, marked: str, code: str, said: str) -> None:
    document = problem(client.post("/v1/assertions", json={"text": marked}), 422, code)

    assert said in document["detail"]


@pytest.mark.parametrize(
    ("target", "unit", "pointer", "said"),
    [
        ({"start": 0, "end": 99}, "code_point", "#/targets/1/end", "ends at 21 (code_point)"),
        ({"start": 99, "end": 100}, "byte", "#/targets/1/start", "ends at 24 (byte)"),
        ({"start": 1, "end": 3}, "utf16", "#/targets/1/start", "inside a character (utf16)"),
        ({"start": 0, "end": 2}, "byte", "#/targets/1/end", "inside a character (byte)"),
        ({"start": 5, "end": 5}, "code_point", "#/targets/1/end", "does not lie after the start"),
    ],
)
def test_a_target_that_marks_no_text_is_pointed_at(
    client: TestClient, target: dict[str, int], unit: str, pointer: str, said: str
) -> None:
    text = f"😷 {CANARY} cough"
    good = {"start": 0, "end": convert(text, [1], OffsetUnit(unit))[0]}

    response = client.post("/v1/assertions", json={"text": text, "targets": [good, target], "offset_unit": unit})

    document = problem(response, 422, "invalid-span")
    assert document["errors"][0]["pointer"] == pointer
    assert said in document["errors"][0]["detail"]


def test_a_finding_is_a_few_words_and_not_a_page(client: TestClient) -> None:
    text = "fever " * 400

    response = client.post("/v1/assertions", json={"text": text, "targets": [{"start": 0, "end": 1_001}]})

    [fault] = problem(response, 422, "invalid-span")["errors"]
    assert (fault["pointer"], "1,000 characters" in fault["detail"]) == ("#/targets/0/end", True)
    assert len(sent(client, {"text": text, "targets": [{"start": 0, "end": 1_000}]})["assertions"]) == 1


def test_a_batch_is_answered_in_its_order_and_a_bad_text_fails_alone(client: TestClient) -> None:
    documents: list[Any] = [
        {"id": "good", "text": SENTENCE, "targets": [PAIN]},
        {"id": "past", "text": SENTENCE, "targets": [{"start": 19, "end": 99}]},
        {"id": "blank", "text": " \n"},
        {"id": "surrogate", "text": "a\ud800b", "targets": [{"start": 0, "end": 1}]},
        {"id": "marks", "text": "[entity] lone"},
        {"id": "kind", "text": "a", "targets": [{"start": "0", "end": 1, "colour": "red"}]},
        {"id": "many", "text": "a", "targets": [{"start": 0, "end": 1}] * 1_001},
        {"id": "foreign", "text": "Denies fever.", "language": "xx"},
        "no object",
        {"text": "No [entity]cough[entity]."},
    ]

    response = client.post("/v1/assertions", content=json.dumps({"documents": documents}), headers=JSON)

    assert response.status_code == 200
    answers = response.json()["documents"]
    assert [(each["id"], each.get("problem", {}).get("code")) for each in answers] == [
        ("good", None),
        ("past", "invalid-span"),
        ("blank", "empty-text"),
        ("surrogate", "unreadable-text"),
        ("marks", "invalid-input"),
        ("kind", "invalid-request"),
        ("many", "invalid-request"),
        ("foreign", "unknown-language"),
        ("9", "invalid-request"),
        ("10", None),
    ]
    assert [[fault["pointer"] for fault in each.get("problem", {}).get("errors", [])] for each in answers] == [
        [],
        ["#/documents/1/targets/0/end"],
        [],
        [],
        [],
        ["#/documents/5/targets/0/start", "#/documents/5/targets/0"],
        ["#/documents/6/targets"],
        [],
        ["#/documents/8"],
        [],
    ]
    assert [each["text"] for each in answers[9]["assertions"]] == ["cough"]


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        pytest.param(b"", 422, "invalid-request", "#", id="nothing"),
        pytest.param(b"{", 400, "malformed-json", None, id="half an object"),
        pytest.param(b"{}", 422, "invalid-request", "#", id="neither"),
        pytest.param(b'{"text": ""}', 422, "empty-text", None, id="empty"),
        pytest.param(b'{"text": " \\n\\t "}', 422, "empty-text", None, id="blank"),
        pytest.param(b'{"text": 5}', 422, "invalid-request", "#/text", id="no string"),
        pytest.param(b'{"text": null}', 422, "invalid-request", "#/text", id="null"),
        pytest.param(f'{{"text": "{CANARY}\\ud800"}}'.encode(), 422, "unreadable-text", None, id="lone surrogate"),
        pytest.param(f'{{"text": "a", "{CANARY}": 1}}'.encode(), 422, "invalid-request", "#", id="unknown field"),
        pytest.param(
            b'{"text": "a", "targets": [{"start": 0, "end": 1, "label": "x"}]}', 422, "invalid-request",
            "#/targets/0", id="unknown field of a target",
        ),
        pytest.param(b'{"text": "a", "targets": [{"start": -1, "end": 1}]}', 422, "invalid-request",
                     "#/targets/0/start", id="negative offset"),
        pytest.param(b'{"text": "a", "targets": {"start": 0, "end": 1}}', 422, "invalid-request", "#/targets",
                     id="no list of targets"),
        pytest.param(f'{{"text": "a", "scheme": "{CANARY}"}}'.encode(), 422, "invalid-request", "#/scheme",
                     id="unknown scheme"),
        pytest.param(b'{"text": "a", "marks": "yes"}', 422, "invalid-request", "#/marks", id="marks of words"),
        pytest.param(f'{{"text": "a", "offset_unit": "{CANARY}"}}'.encode(), 422, "invalid-request", "#/offset_unit",
                     id="unknown unit"),
        pytest.param(json.dumps({"documents": [{"text": CANARY}] * 101}).encode(), 422, "invalid-request",
                     "#/documents", id="101 documents"),
        pytest.param(json.dumps({"documents": [{"text": "a"}], "targets": [PAIN]}).encode(), 422, "invalid-request",
                     "#", id="targets beside documents"),
        pytest.param(b'{"text": "a", "documents": [{"text": "a"}]}', 422, "invalid-request", "#", id="both"),
        pytest.param(b'{"text": "a", "language": "xx"}', 422, "unknown-language", None, id="unknown language"),
        pytest.param(b" " * 3_000_000, 413, "body-too-large", None, id="3 MB"),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_without_an_echo(
    client: TestClient, body: bytes, status: int, code: str, pointer: str | None
) -> None:
    document = problem(client.post("/v1/assertions", content=body, headers=JSON), status, code)

    assert [fault["pointer"] for fault in document.get("errors", [])] == ([] if pointer is None else [pointer])


def test_the_limit_is_named_where_there_is_one(client: TestClient) -> None:
    many = problem(client.post("/v1/assertions", json={"documents": [{"text": "a"}] * 101}), 422, "invalid-request")
    targets = problem(
        client.post("/v1/assertions", json={"text": "a", "targets": [{"start": 0, "end": 1}] * 1_001}),
        422,
        "invalid-request",
    )

    assert "at most 100 items" in many["errors"][0]["detail"]
    assert "at most 1000 items" in targets["errors"][0]["detail"]


def test_a_text_with_a_nul_is_read_and_keeps_its_offsets(client: TestClient) -> None:
    [finding] = sent(client, {"text": "Denies\x00 fever.\x00"})["assertions"]

    assert (finding["start"], finding["end"], finding["status"]) == (8, 13, "ABSENT")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_read(client: TestClient, kind: str) -> None:
    response = client.post("/v1/assertions", content=b'{"text": "a"}', headers={"Content-Type": kind})

    problem(response, 415, "unsupported-media-type")


def test_a_text_over_the_limit_is_refused_before_any_engine_sees_it() -> None:
    with TestClient(app_with(max_chars=20)) as small:
        document = problem(small.post("/v1/assertions", json={"text": CANARY * 3}), 413, "text-too-long")
        batch = sent(small, {"documents": [{"text": CANARY * 3}, {"text": "No fever."}]})

    assert "up to 20" in document["detail"]
    assert [each.get("problem", {}).get("status") for each in batch["documents"]] == [413, None]


def test_a_crash_of_an_engine_is_a_problem_without_the_text() -> None:
    with TestClient(app_over(CrashingReader()), raise_server_exceptions=False) as crashing:
        problem(crashing.post("/v1/assertions", json={"text": CANARY}), 500, "internal-error")
        batch = sent(crashing, {"documents": [{"text": CANARY}]})

    assert batch["documents"][0]["problem"]["code"] == "internal-error"
    assert CANARY not in json.dumps(batch)


def test_the_example_request_gets_the_example_answer(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    asked = schema["components"]["schemas"]["AssertionRequest"]["examples"][0]
    route = schema["paths"]["/v1/assertions"]["post"]
    promised = route["responses"]["200"]["content"]["application/json"]["example"]

    answer = client.post("/v1/assertions", json=asked, headers={"X-Request-Id": EXAMPLE_REQUEST_ID}).json()

    assert answer == promised
    assert answer["assertions"][0]["projections"]["i2b2"] == "absent"
