from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.codes.words.index import Index, Strings
from epicrisis.engines.codes.words.terms import plain_words, split
from epicrisis.engines.codes.words.weighing import Certainty, head_of, weighed

NUMBERS = {"fracture": 0, "hip": 1, "severe": 2}


@pytest.mark.parametrize(
    ("name", "head"),
    [("hip fracture", "fracture"), ("fracture of the hip", "fracture"), ("pain in the knee", "pain"), ("", "")],
)
def test_what_stands_before_is_what_a_name_is_about(name: str, head: str) -> None:
    assert head_of(name, plain_words(name)) == head


def test_what_a_name_is_about_counts_more_and_an_unknown_word_counts_against_it() -> None:
    name = weighed(["hip", "fracture", "qwert"], "fracture", NUMBERS)

    assert name.known[0] > name.known[1]
    assert name.unknown > 0


def test_words_that_only_tell_how_are_not_missed() -> None:
    assert weighed(["fracture", "moderately"], "fracture", NUMBERS).unknown == 0


def test_a_word_without_a_number_is_read_as_one_that_is_alike() -> None:
    name = weighed(["hipp"], "", NUMBERS, alike=lambda word: (1, 0.8) if word == "hipp" else None)

    assert name.known == {1: 0.8}
    assert name.unknown == 0


def test_the_first_is_as_sure_as_its_score_and_others_by_how_far_they_are_behind() -> None:
    certainty = Certainty(slope=10, middle=0.5, fall=5, later=-1)

    assert certainty.of(0.5, 0.5, first=True) == 0.5
    assert certainty.of(0.9, 0.9, first=True) > certainty.of(0.9, 0.9, first=False)
    assert certainty.of(0.8, 0.9, first=False) > certainty.of(0.6, 0.9, first=False)


def test_accents_are_no_letters_of_their_own() -> None:
    assert split("Café-au-lait") == split("cafe au lait")


def test_the_term_that_says_the_same_stands_before_the_one_that_says_more() -> None:
    letters, ends = Strings.packed(["A", "B"])
    words, word_ends = Strings.packed(["fracture", "hip"])
    index = Index(
        {
            "codes": letters, "code_ends": ends, "displays": letters, "display_ends": ends,
            "words": words, "word_ends": word_ends,
            "starts": np.array([0, 2, 3]), "terms": np.array([0, 1, 1]), "weights": np.array([1.0, 2.0]),
            "term_weights": np.array([1.0, 3.0]), "penalties": np.zeros(2), "code_of": np.array([0, 1]),
        }
    )  # fmt: skip

    assert [near.code for near in index.near({0: 1.0}, unknown=0, most=5)] == [0, 1]
    assert [near.code for near in index.near({0: 1.0, 1: 1.0}, unknown=0, most=5)] == [1, 0]
    assert index.near({}, unknown=0, most=5) == []
