"""`explain`: which words a status rests on, in the offsets that were asked for, from whoever judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.schemas.assertions import MAX_EXPLAINED, AssertionsAnswer, AssertionsBatchAnswer
from epicrisis.services.explaining import MOST_WORDS
from tests.serving import CANARY, READERS, app_with


@pytest.fixture(scope="module", params=READERS)
def client(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    with TestClient(app_with(**READERS[request.param], anonymous_scopes=("admin",))) as client:
        yield client


def told(client: TestClient, body: Any) -> Any:
    response = client.post("/v1/assertions", json={"explain": True, **body})
    assert response.status_code == 200, response.text
    return response.json()


def heaviest(finding: Any) -> str:
    return str(max(finding["attribution"]["words"], key=lambda word: word["weight"])["text"])


def encoded(text: str, unit: str) -> bytes:
    return text.encode("utf-16-le" if unit == "utf16" else "utf-8" if unit == "byte" else "utf-32-le")


WIDTHS = {"code_point": 4, "utf16": 2, "byte": 1}


def test_a_finding_that_is_named_is_explained_by_the_engine_that_judged_it(client: TestClient) -> None:
    text = "Possible pneumonia; no evidence of effusion."
    answer = told(client, {"text": text, "targets": [{"start": 9, "end": 18}, {"start": 35, "end": 43}]})

    AssertionsAnswer.model_validate(answer)
    assert [heaviest(each) for each in answer["assertions"]] == ["Possible", "no evidence of"]
    for finding in answer["assertions"]:
        attribution = finding["attribution"]
        assert (attribution["engine"], attribution["version"]) == (answer["engine"], answer["version"])
        assert attribution["status"] == finding["status"]
        assert attribution["method"] == "occlusion"


def test_a_finding_that_the_reader_found_and_one_between_marks_are_explained(client: TestClient) -> None:
    [found] = told(client, {"text": "She denies fever."})["assertions"]
    [marked] = told(client, {"text": "She denies [entity] fever [entity]."})["assertions"]

    assert heaviest(found) == heaviest(marked) == "denies"


@pytest.mark.parametrize("unit", WIDTHS)
def test_the_offsets_are_those_of_the_text_as_sent_in_the_unit_asked_for(client: TestClient, unit: str) -> None:
    text = "😷 Señora: denies [entity] fever [entity] or rash."
    [finding] = told(client, {"text": text, "offset_unit": unit})["assertions"]

    words = finding["attribution"]["words"]
    raw, width = encoded(text, unit), WIDTHS[unit]
    quoted = [raw[word["start"] * width : word["end"] * width] for word in words]
    assert quoted == [encoded(word["text"], unit) for word in words]
    assert "denies" in [word["text"] for word in words]


def test_words_of_the_heading_stand_where_the_heading_is(client: TestClient) -> None:
    text = "FAMILY HISTORY:\nBreast cancer in her mother. Stroke."
    [finding] = told(client, {"text": text, "targets": [{"start": 45, "end": 51}]})["assertions"]

    words = finding["attribution"]["words"]
    # As a cue, and so as a whole.
    assert [(word["start"], word["text"]) for word in words] == [(0, "FAMILY HISTORY")]


def test_what_no_sentence_holds_rests_on_nothing(client: TestClient) -> None:
    text = "Denies fever.   \n   No cough."
    answer = told(client, {"text": text, "targets": [{"start": 14, "end": 15}, {"start": 7, "end": 12}]})

    assert [each["attribution"] is None for each in answer["assertions"]] == [True, False]


def test_without_explain_nothing_is_said_of_it(client: TestClient) -> None:
    answer = told(client, {"text": "Denies fever.", "explain": False})

    assert "attribution" not in answer["assertions"][0]


def test_the_same_text_is_explained_the_same_alone_and_in_a_batch(client: TestClient) -> None:
    texts = ["Denies fever.", "Possible pneumonia; no evidence of effusion.", "No [entity] rash [entity] today."]

    batch = told(client, {"documents": [{"id": "note", "text": text} for text in texts]})
    alone = [told(client, {"documents": [{"id": "note", "text": text}]})["documents"][0] for text in texts]

    AssertionsBatchAnswer.model_validate(batch)
    assert batch["documents"] == alone


LONG = "He denies fever, " + "and has a rash that has come and gone over the years, " * 40 + "he says."


def test_a_text_with_too_many_words_around_its_findings_is_refused_and_in_a_batch_alone(client: TestClient) -> None:
    findings = [{"start": place, "end": place + 4} for place in range(len(LONG)) if LONG.startswith("rash", place)]
    asked = {"text": LONG, "targets": findings}

    alone = client.post("/v1/assertions", json={"explain": True, **asked})
    batch = told(client, {"documents": [asked, {"text": "Denies fever."}]})["documents"]

    assert (alone.status_code, alone.json()["code"]) == (422, "invalid-input")
    assert str(MOST_WORDS) in alone.json()["detail"]
    assert batch[0]["problem"]["code"] == "invalid-input"
    assert heaviest(batch[1]["assertions"][0]).lower() == "denies"


def test_few_texts_are_explained_at_a_time(client: TestClient) -> None:
    texts = [{"text": CANARY}] * (MAX_EXPLAINED + 1)

    response = client.post("/v1/assertions", json={"explain": True, "documents": texts})

    assert response.status_code == 422
    assert CANARY not in response.text
    assert client.post("/v1/assertions", json={"documents": texts}).status_code == 200


def test_the_arm_of_an_experiment_explains_what_it_answered(client: TestClient) -> None:
    where = "/v1/engines/experiments/assertion"
    body = {"text": "Denies fever.", "targets": [{"start": 7, "end": 12}]}
    for engine in ("rules", "model"):
        assert client.put(where, json={"arms": [{"name": "new", "engine": engine}]}).status_code == 200
        answer = told(client, body)

        assert answer["engine"] == engine
        assert answer["assertions"][0]["attribution"]["engine"] == engine
    assert client.delete(where).status_code == 200
