from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import InvalidInput, InvalidSpan
from epicrisis.formats.marks import read_marks


@pytest.mark.parametrize(
    ("marked", "text", "targets"),
    [
        ("Denies [entity] chest pain [entity].", "Denies chest pain.", ["chest pain"]),
        ("Denies [entity]chest pain[entity].", "Denies chest pain.", ["chest pain"]),
        ("[ENTITY] Cough [ENTITY] and [entity] fever [entity]", "Cough and fever", ["Cough", "fever"]),
        ("[entity]Cough[entity][entity]fever[entity]", "Coughfever", ["Cough", "fever"]),
        ("[entity]\u00a0 a a [entity]", "a a", ["a a"]),
        ("No marks at all.", "No marks at all.", []),
    ],
)
def test_takes_the_marks_out_and_says_what_they_enclosed(marked: str, text: str, targets: list[str]) -> None:
    unmarked = read_marks(marked)

    assert unmarked.text == text
    assert [text[span.start : span.end] for span in unmarked.targets] == targets


words = st.text(st.sampled_from("ab \n🫀\u0301"), min_size=1, max_size=6).filter(lambda text: text.strip() != "")


@given(st.lists(st.tuples(st.text(st.sampled_from("xy .🫀"), max_size=4), words), min_size=1, max_size=4))
def test_every_finding_leads_back_to_where_it_stood_between_its_marks(pairs: list[tuple[str, str]]) -> None:
    marked = "".join(f"{before}[entity]{inside}[entity]" for before, inside in pairs)

    unmarked = read_marks(marked)

    back = [unmarked.offsets.to_original(span) for span in unmarked.targets]
    assert [marked[span.start : span.end] for span in back] == [inside.strip() for _, inside in pairs]
    assert "[entity]" not in unmarked.text


def test_refuses_a_mark_without_a_partner() -> None:
    with pytest.raises(InvalidInput, match="has no partner"):
        read_marks("Denies [entity] chest pain.")


def test_refuses_marks_around_nothing() -> None:
    with pytest.raises(InvalidSpan, match="Pair 2 of the marks"):
        read_marks("[entity] No [entity] [entity]  [entity].")
