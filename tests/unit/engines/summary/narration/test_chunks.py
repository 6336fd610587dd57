from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.summary.models.contracts import guessed_tokens
from epicrisis.engines.summary.narration.chunks import grouped, pieces

WORDS = st.sampled_from(["fever", "No", "10.5", "mg/dL;", "denied.", "Áspera", "\n", "  ", "x" * 300])


@given(st.lists(WORDS, max_size=80), st.integers(5, 200))
def test_pieces_joined_are_the_text_again(words: list[str], most: int) -> None:
    text = " ".join(words)

    assert "".join(pieces(text, most_tokens=most, count=guessed_tokens)) == text


def test_a_text_is_cut_between_sentences_where_they_fit() -> None:
    text = "No fever today. Cough since Monday. Takes aspirin."

    assert pieces(text, most_tokens=9, count=guessed_tokens) == [
        "No fever today. ",
        "Cough since Monday. ",
        "Takes aspirin.",
    ]


def test_a_long_sentence_is_cut_between_items_and_a_word_never() -> None:
    long = "x" * 400

    assert pieces(f"a b c; d e f; {long}", most_tokens=4, count=guessed_tokens)[-1] == long


def test_groups_hold_every_text_in_order_and_one_too_long_stands_alone() -> None:
    assert grouped(["a", "bb", "cccc", "d"], most_tokens=3, count=len) == [[0, 1], [2], [3]]
    assert grouped([], most_tokens=3, count=len) == []
