"""P2: the words of every answer are the text between its offsets, in code points, UTF-16 units and bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from epicrisis.text.alignment import OffsetUnit, convert
from tests.serving import READERS, app_with
from tests.spanish import spanish_app

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


def assert_true_to(text: str, unit: OffsetUnit, answer: Any) -> None:
    """See that everything in ``answer`` with offsets marks some of ``text``, and says the words that stand there."""
    for stretch in stretches(answer):
        assert stretch["start"] < stretch["end"]
        quoted = sliced(text, unit, stretch["start"], stretch["end"])
        assert quoted == stretch.get("text", quoted)


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
    assert_true_to(text, unit, response.json())


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


@given(text=notes, unit=st.sampled_from(OffsetUnit), data=st.data())
@example(text="\ufeffDenies \U0001f637 fever.\r\n\r\nFAMILY HISTORY:\r\nfever", unit=OffsetUnit.UTF16, data=None)
def test_findings_are_answered_where_they_were_named(
    client: TestClient, text: str, unit: OffsetUnit, data: st.DataObject | None
) -> None:
    points = st.integers(0, len(text))
    pairs = [(0, len(text))] if data is None else data.draw(st.lists(st.tuples(points, points), min_size=1, max_size=4))
    spans = [(min(pair), max(pair)) for pair in pairs]
    places = iter(convert(text, [place for span in spans for place in span], unit))
    targets = [{"start": start, "end": end} for start, end in zip(places, places, strict=True)]

    response = client.post(
        "/v1/assertions", json={**ENGLISH, "text": text, "targets": targets, "offset_unit": unit, "scheme": "i2b2"}
    )

    if response.status_code == 422:
        assert response.json()["code"] in {"empty-text", "unreadable-text", "invalid-span", "invalid-request"}
        return
    assert response.status_code == 200
    answer = response.json()
    found = [{"start": each["start"], "end": each["end"]} for each in answer["assertions"]]
    assert found == targets
    assert_true_to(text, unit, answer)


@given(pieces=st.lists(st.tuples(notes, notes), min_size=1, max_size=3), unit=st.sampled_from(OffsetUnit))
@example(pieces=[("Denies \U0001f637", "e\u0301 fever\r\n")], unit=OffsetUnit.UTF16)
@example(pieces=[("No history", "of"), (" ", "hypertension.")], unit=OffsetUnit.BYTE)
def test_marked_findings_are_answered_in_the_text_that_has_the_marks(
    client: TestClient, pieces: list[tuple[str, str]], unit: OffsetUnit
) -> None:
    text = "".join(f"{before}[entity]{inside}[entity]" for before, inside in pieces)

    response = client.post("/v1/assertions", json={**ENGLISH, "text": text, "offset_unit": unit})

    if response.status_code == 422:
        assert response.json()["code"] in {"empty-text", "unreadable-text", "invalid-span", "invalid-input"}
        return
    assert response.status_code == 200
    answer = response.json()
    assert [each["text"] for each in answer["assertions"]] == [inside.strip() for _, inside in pieces]
    assert_true_to(text, unit, answer)


spanish_notes = st.lists(
    st.sampled_from(["varón", "VARO\u0301N", "cefalea", "dolor torácico", "dolor\r\ntorácico", "paracetamol"])
    | st.sampled_from(ODD)
    | st.sampled_from(GLUE),
    min_size=1,
).map("".join)


@pytest.fixture(scope="module")
def spanish() -> Iterator[TestClient]:
    with TestClient(spanish_app()) as client:
        yield client


@given(text=spanish_notes, unit=st.sampled_from(OffsetUnit))
@example(text="\ufeff\U0001f637 VARO\u0301N con dolor\r\ntorácico\u2028y cefalea", unit=OffsetUnit.UTF16)
def test_entities_of_every_label_set_are_the_text_between_their_offsets(
    spanish: TestClient, text: str, unit: OffsetUnit
) -> None:
    response = spanish.post("/v1/entities", json={"text": text, "language": "es", "offset_unit": unit})

    if response.status_code == 422:
        assert response.json()["code"] in {"empty-text", "unreadable-text"}
        return
    assert response.status_code == 200
    assert_true_to(text, unit, response.json())


@given(text=spanish_notes)
@example(text="\ufeff\U0001f637 VARO\u0301N con dolor\r\ntorácico\u2028y cefalea")
def test_the_spanish_contract_counts_code_points_in_whatever_way_the_text_was_sent(
    spanish: TestClient, text: str
) -> None:
    field = {"inputText": text}
    answers = [
        spanish.post("/api/submit", json=field),
        spanish.post("/api/submit", data=field),
        spanish.post("/api/submit", files={"inputText": (None, text.encode())}),
    ]

    statuses = {answer.status_code for answer in answers}
    if statuses != {200}:
        # There is no text at all, or what stands in it is not one.
        assert statuses == ({422} if text else {400})
        return
    for answer in answers:
        data = answer.json()["data"]
        assert data["original_text"] == text
        assert data["brat"] == answers[0].json()["data"]["brat"]
        assert all(text[each["start"] : each["end"]] == each["entity"] for each in data["brat"])


@pytest.mark.parametrize("route", ["/v1/annotations", "/v1/assertions", "/v1/entities"])
@given(before=notes, surrogate=st.integers(0xD800, 0xDFFF), after=st.sampled_from(WORDS))
def test_lone_surrogates_are_refused(client: TestClient, route: str, before: str, surrogate: int, after: str) -> None:
    # Written as JSON escapes; a high one must not happen to meet a low one.
    body = json.dumps({**ENGLISH, "text": f"{before} {chr(surrogate)}{after}"})

    response = client.post(route, content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["code"]) == (422, "unreadable-text")
