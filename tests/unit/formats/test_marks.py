from __future__ import annotations

import pytest

from epicrisis.errors import InvalidInput, InvalidSpan
from epicrisis.formats.marks import read_marks


@pytest.mark.parametrize(
    ("marked", "text", "targets"),
    [
        ("Denies [entity] chest pain [entity].", "Denies chest pain.", ["chest pain"]),
        ("Denies [entity]chest pain[entity].", "Denies chest pain.", ["chest pain"]),
        ("[ENTITY] Cough [ENTITY] and [entity] fever [entity]", "Cough and fever", ["Cough", "fever"]),
        ("No marks at all.", "No marks at all.", []),
    ],
)
def test_takes_the_marks_out_and_says_what_they_enclosed(marked: str, text: str, targets: list[str]) -> None:
    found, spans = read_marks(marked)

    assert found == text
    assert [found[span.start : span.end] for span in spans] == targets


def test_refuses_a_mark_without_a_partner() -> None:
    with pytest.raises(InvalidInput, match="has no partner"):
        read_marks("Denies [entity] chest pain.")


def test_refuses_marks_around_nothing() -> None:
    with pytest.raises(InvalidSpan, match="Pair 1 of the marks"):
        read_marks("Denies [entity]  [entity].")
