"""P2: the words of every answer are the text between its offsets, in code points, UTF-16 units and bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from epicrisis.text.alignment import OffsetUnit
from tests.serving import READERS, app_with

# Clinical words, so that something is found, between whatever Unicode has to offer.
WORDS = [
    "denies",
    "fever",
    "chest pain",
    "no",
    "history of",
    "hypertension",
    "Family history:",
    "ALLERGIES:",
    "possible",
]
ODD = [
    "\U0001f637", "\U0001d51e", "e\u0301", "\u05e9\u05dc\u05d5\u05dd", "\u0627\u0644\u0645", "\u202e", "\u200d",
    "\U0001f468\u200d\u2695\ufe0f", "\ufeff", "\u00ad", "\u00a0", "\u2028", "\u0085", "\x00", "\x0b", "\x1b",
    "ﬁ", "ß", "İ",
]  # fmt: skip
GLUE = ["", " ", "\n", "\r\n", "\r", "\t", ". ", ", ", ":\n", "\n\n"]

# Letters drawn at random may look like any language.
ENGLISH = {"language": "en"}

notes = st.lists(
    st.sampled_from(WORDS) | st.sampled_from(ODD) | st.sampled_from(GLUE) | st.text(max_size=4), min_size=1
).map("".join)


@pytest.fixture(scope="module", params=READERS)
def client(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    with TestClient(app_with(**READERS[request.param])) as client:
        yield client


def measured(text: str, unit: OffsetUnit) -> tuple[Any, int]:
    """Return ``text`` as something to slice by ``unit``, and the width of one unit."""
    match unit:
        case OffsetUnit.CODE_POINT:
            return text, 1
        case OffsetUnit.UTF16:
            return text.encode("utf-16-le"), 2
        case OffsetUnit.BYTE:
            return text.encode("utf-8"), 1


def sliced(text: str, unit: OffsetUnit, start: int, end: int) -> str:
    held, width = measured(text, unit)
    part = held[start * width : end * width]
    return part if isinstance(part, str) else part.decode("utf-16-le" if unit is OffsetUnit.UTF16 else "utf-8")


def stretches(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield everything with offsets, however deep it stands."""
    if isinstance(answer, dict):
        if "start" in answer:
            yield answer
        for value in answer.values():
            yield from stretches(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from stretches(value)


@given(text=notes, unit=st.sampled_from(OffsetUnit))
@example(
    text="\ufeffDenies \U0001f637 fever.\r\nNo\u00a0chest pain\x00, e\u0301 \U0001f468\u200d\u2695\ufe0f cough",
    unit=OffsetUnit.UTF16,
)
@example(text="\U0001f637 FAMILY HISTORY:\r\nfever", unit=OffsetUnit.BYTE)
def test_quotes_are_the_text_between_their_offsets(client: TestClient, text: str, unit: OffsetUnit) -> None:
    response = client.post("/v1/annotations", json={**ENGLISH, "text": text, "offset_unit": unit})

    if response.status_code == 422:
        assert response.json()["code"] in {"empty-text", "unreadable-text"}
        return
    assert response.status_code == 200
    answer = response.json()
    for stretch in stretches(answer):
        assert stretch["start"] < stretch["end"]
        quoted = sliced(text, unit, stretch["start"], stretch["end"])
        assert quoted == stretch.get("text", quoted)


@given(text=notes, unit=st.sampled_from(OffsetUnit))
def test_the_three_units_mark_the_same_characters(client: TestClient, text: str, unit: OffsetUnit) -> None:
    plain = client.post("/v1/annotations", json={**ENGLISH, "text": text})
    counted = client.post("/v1/annotations", json={**ENGLISH, "text": text, "offset_unit": unit})

    assert counted.status_code == plain.status_code
    if plain.status_code == 200:
        pairs = zip(stretches(plain.json()), stretches(counted.json()), strict=True)
        assert all(
            text[one["start"] : one["end"]] == sliced(text, unit, other["start"], other["end"]) for one, other in pairs
        )


@given(before=notes, surrogate=st.integers(0xD800, 0xDFFF), after=st.sampled_from(WORDS))
def test_lone_surrogates_are_refused(client: TestClient, before: str, surrogate: int, after: str) -> None:
    # Written as JSON escapes; a high one must not happen to meet a low one.
    body = json.dumps({**ENGLISH, "text": f"{before} {chr(surrogate)}{after}"})

    response = client.post("/v1/annotations", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["code"]) == (422, "unreadable-text")
