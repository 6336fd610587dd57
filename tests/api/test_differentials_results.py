"""``POST /v1/differentials`` reads results that are words and bounds, and says which it could not."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.refusal import refused

DIFFERENTIALS = "/v1/differentials"


def warnings(client: TestClient, *results: dict[str, Any], **told: Any) -> list[str]:
    answer = client.post(DIFFERENTIALS, json={"results": list(results), **told})
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["warnings"]
    return found


@pytest.mark.parametrize("value", ["positive", "Negative", "POS", "no detectado", "10828004", 1.5, "1.5"])
def test_a_number_or_a_word_is_taken(client: TestClient, value: str | float) -> None:
    loinc = "94500-6" if not isinstance(value, float) and value != "1.5" else "2524-7"

    assert warnings(client, {"loinc": loinc, "value": value}, symptoms=["fever", "cough", "headache"]) == []


def test_a_word_that_says_neither_is_refused(client: TestClient) -> None:
    document = refused(
        client.post(DIFFERENTIALS, json={"results": [{"loinc": "94500-6", "value": "perhaps"}]}), 422, "invalid-request"
    )

    assert "positive or negative" in str(document["errors"])


def test_a_range_that_ends_before_it_begins_is_refused(client: TestClient) -> None:
    result = {"loinc": "2823-3", "value": 4.0, "low": 5.5, "high": 3.5}
    document = refused(client.post(DIFFERENTIALS, json={"results": [result]}), 422, "invalid-request")

    assert "ends before it begins" in str(document["errors"])


def test_a_bound_is_taken_and_one_that_settles_nothing_is_said(client: TestClient) -> None:
    over = {"loinc": "2345-7", "value": 600, "unit": "mg/dL", "comparator": ">"}
    under = {"loinc": "6598-7", "value": 50, "unit": "ng/mL", "comparator": "<"}
    told = warnings(client, over, under)

    assert not any("2345-7" in each for each in told)
    assert any(each.startswith("6598-7: its bound leaves open") for each in told)


def test_of_two_results_of_one_test_the_last_counts(client: TestClient) -> None:
    told = warnings(client, {"loinc": "2823-3", "value": 6.8}, {"loinc": "2823-3", "value": 4.1})

    assert "2823-3 was told twice; the last counts." in told
    assert not any("said to be there" in each for each in told)


def test_what_nobody_can_have_is_left_out_and_said(client: TestClient) -> None:
    told = warnings(client, {"loinc": "2823-3", "value": 690, "unit": "mmol/L"})

    assert any("no result is so high" in each for each in told)
