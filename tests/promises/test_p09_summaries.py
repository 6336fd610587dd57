"""P9, in the answer: whatever the EHR does, a summary is of what came and names what did not, or there is none."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.ehr.sample.weather import Trouble
from tests.bundles import settings_with
from tests.ehr_server import ANA, SampleEhr, a_sample_ehr
from tests.serving import rules_pipeline

SUMMARIES = "/v1/patient-summaries"
SECONDS = 1.5
# The EHR says nothing that could be summarised, whatever is asked.
WITHOUT = {
    Trouble.DOWN: "ehr-unavailable",
    Trouble.ERROR: "ehr-unavailable",
    Trouble.RESET: "ehr-unavailable",
    Trouble.CUT: "ehr-unavailable",
    Trouble.HANG: "ehr-unavailable",
    Trouble.DRIP: "ehr-unavailable",
    Trouble.FULL: "ehr-unavailable",
    Trouble.UNAUTHORIZED: "ehr-refused",
    Trouble.FORBIDDEN: "ehr-refused",
    Trouble.BAD_JSON: "ehr-unavailable",
    Trouble.HTML: "ehr-unavailable",
    Trouble.REDIRECT: "ehr-unavailable",
    Trouble.BOMB: "ehr-unavailable",
    Trouble.WRONG_PATIENT: "wrong-patient",
}
# What of it can be had is summarised.
WITH = [
    Trouble.TOO_MANY,
    Trouble.STRANGER,
    Trouble.NO_EVERYTHING,
    Trouble.PARTIAL,
    Trouble.ENDLESS,
    Trouble.FOREIGN_NEXT,
]


@pytest.fixture
def ehr() -> Iterator[SampleEhr]:
    with a_sample_ehr() as ehr:
        yield ehr


@pytest.fixture
def client(ehr: SampleEhr) -> Iterator[TestClient]:
    settings = settings_with(ehr, ehr_fast_seconds=SECONDS, ehr_extended_seconds=10.0)
    with TestClient(create_app(Services(rules_pipeline()), settings), raise_server_exceptions=False) as client:
        yield client


def asked(client: TestClient, **more: Any) -> Any:
    return client.post(SUMMARIES, json={"patient": ANA, "read_notes": False, **more})


def texts(told: Any) -> list[str]:
    return [each["text"] for section in told["sections"] for each in section["statements"]]


def sources(told: Any) -> set[str]:
    return {
        source["reference"]
        for section in told["sections"]
        for each in section["statements"]
        for source in each["sources"]
    }


@pytest.mark.parametrize("trouble", WITHOUT)
def test_where_nothing_came_there_is_an_error_and_no_summary(
    client: TestClient, ehr: SampleEhr, trouble: Trouble
) -> None:
    ehr.spoil(trouble)
    began = time.monotonic()

    answer = asked(client)
    stream = client.post(SUMMARIES, json={"patient": ANA, "stream": True}).text

    assert answer.status_code >= 400
    assert answer.json()["code"] == WITHOUT[trouble]
    last = json.loads(stream.rstrip().rsplit("data: ", 1)[1])
    assert (last["type"], last["code"]) == ("error", WITHOUT[trouble])
    assert time.monotonic() - began < 2 * SECONDS + 3


@pytest.mark.parametrize("trouble", WITH)
def test_what_came_is_summarised_and_nothing_else(client: TestClient, ehr: SampleEhr, trouble: Trouble) -> None:
    ehr.spoil(trouble, seconds=0.1)

    told = asked(client, timeout="extended").json()

    assert any("Diabetes mellitus type 2" in each for each in texts(told))
    # Of a part of the record another result may be the last; whatever it is, it is hers.
    assert all(each.partition("/")[2].startswith(ANA) for each in sources(told))
    assert bool(told["missing"]) == (
        trouble in (Trouble.STRANGER, Trouble.PARTIAL, Trouble.ENDLESS, Trouble.FOREIGN_NEXT)
    )


def test_a_section_that_fails_is_named_and_nothing_is_said_to_be_absent(client: TestClient, ehr: SampleEhr) -> None:
    ehr.spoil(Trouble.PARTIAL)

    told = asked(client).json()

    assert {each["section"] for each in told["missing"]} >= {"Observation", "AllergyIntolerance"}
    assert told["baseline"]["labs"] == []
    assert not any("no known allerg" in each.lower() for each in texts(told))
    assert any("llerg" in each for each in texts(told))


def test_after_enough_failures_the_ehr_is_left_alone_and_the_answer_comes_at_once(
    client: TestClient, ehr: SampleEhr
) -> None:
    ehr.spoil(Trouble.DOWN)
    for _ in range(6):
        asked(client)
    before = len(ehr.weather.asked)
    began = time.monotonic()

    answer = asked(client)

    assert answer.json()["code"] == "ehr-unavailable"
    assert len(ehr.weather.asked) == before
    assert time.monotonic() - began < 0.5


def test_a_model_that_is_asked_for_beside_an_ehr_in_trouble_changes_nothing(client: TestClient, ehr: SampleEhr) -> None:
    ehr.spoil(Trouble.PARTIAL)

    told = asked(client, mode="hq").json()

    assert told["mode"] == "rule"
    assert told["fallbacks"]
    assert {each["section"] for each in told["missing"]} >= {"Observation"}
