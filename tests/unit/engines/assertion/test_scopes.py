from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.assertion.rules import build

ENGINE = build()


def scopes(text: str) -> dict[str, str]:
    """Return the words each cue of ``text`` reaches over."""
    document = Document(id="n1", text=text)
    return {document.quote(cue.span): document.quote(cue.scope) for cue in ENGINE.cues(document) if cue.scope}


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("No fever or chills.", {"No": "fever or chills"}),
        ("No fever but cough.", {"No": "fever"}),
        ("No fever; cough.", {"No": "fever"}),
        ("No fever. Cough.", {"No": "fever"}),
        ("No fever, and she has cough.", {"No": "fever"}),
        ("No fever, no chills.", {"No": "fever", "no": "chills"}),
        ("Denies fever, which is new.", {"Denies": "fever"}),
        ("Not swollen, red.", {"Not": "swollen"}),
        ("Possible pneumonia in the right base.", {"Possible": "pneumonia in the"}),
        ("Pneumonia was ruled out.", {"was ruled out": "Pneumonia"}),
        ("Cough, pneumonia was ruled out.", {"was ruled out": "pneumonia"}),
        ("Cyst versus abscess.", {"versus": "Cyst versus abscess"}),
    ],
)
def test_a_cue_reaches_until_something_stops_it(text: str, reached: dict[str, str]) -> None:
    assert scopes(text) == reached


def test_a_long_list_is_reached_to_its_end() -> None:
    symptoms = ", ".join(f"symptom{number}" for number in range(20))

    assert scopes(f"Denies {symptoms}.") == {"Denies": symptoms}


def test_a_reach_ends_after_its_words() -> None:
    assert scopes("Not " + "very " * 20 + "swollen.") == {"Not": " ".join(["very"] * 6)}


@pytest.mark.parametrize(
    "text", ["No change in her pain.", "Not only fever.", "Mayo Clinic.", "Bed No. 3.", "In May 2019."]
)
def test_pseudo_cues_are_no_cues_of_their_kind(text: str) -> None:
    kinds = {cue.kind.value for cue in ENGINE.cues(Document(id="n1", text=text))}

    assert kinds.isdisjoint({"NEG", "UNC", "HYP"})


def test_a_cue_at_the_end_reaches_nothing_and_is_none() -> None:
    assert scopes("Fever: yes, cough: without") == {}
