from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.linting import expand
from epicrisis.engines.assertion.words import Match, PhraseTree, words_of

CLASSES = {"acute": ("{degree}",), "definite": ("{degree}",), "may": ("{month}",)}


def tree(*phrases: str) -> PhraseTree:
    """Return a tree in which each phrase stands in a group of its own, numbered as given."""
    planted = PhraseTree(CLASSES)
    for group, phrase in enumerate(phrases):
        for elements, ahead in expand(phrase):
            planted.add(elements, ahead=ahead, group=group)
    return planted


def found(text: str, *phrases: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return what is found in ``text``: its words, and the numbers of the phrases."""
    words = words_of(text, Span(0, len(text)))
    matches = tree(*phrases).longest_matches(words)
    return [(text[words[match.first].start : words[match.last - 1].end], match.groups) for match in matches]


def test_words_are_letters_or_single_marks_with_their_offsets() -> None:
    words = words_of("p.r.n. 4.5mg", Span(0, 12))

    assert [word.form for word in words] == ["p", ".", "r", ".", "n", ".", "4", ".", "5mg"]
    assert [(word.start, word.end) for word in words][-1] == (9, 12)


def test_words_outside_the_sentence_are_left_out() -> None:
    assert [word.form for word in words_of("No fever. Cough.", Span(10, 16))] == ["cough", "."]


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_apostrophes_read_alike(apostrophe: str) -> None:
    assert found(f"doesn{apostrophe}t smoke", "doesn't") == [(f"doesn{apostrophe}t", (0,))]


def test_the_longest_phrase_wins() -> None:
    assert found("No evidence of fever.", "no", "no evidence of") == [("No evidence of", (1,))]


def test_a_phrase_begins_and_ends_with_whole_words() -> None:
    assert found("Mayo Clinic knows, nobody may.", "may", "no") == [("may", (0,))]


@pytest.mark.parametrize("text", ["post-operative pain", "pre-post phase", "well-no fever"])
def test_half_of_a_hyphenated_word_is_no_phrase(text: str) -> None:
    assert found(text, "post", "no") == []


def test_a_hyphen_between_blanks_is_a_mark() -> None:
    assert found("Lungs - no rales", "no") == [("no", (0,))]


def test_a_phrase_may_hold_a_hyphen() -> None:
    assert found("A well-developed man", "well - developed") == [("well-developed", (0,))]


def test_a_class_stands_for_each_of_its_words() -> None:
    phrase = "no {degree}? evidence of"

    assert found("no acute evidence of", phrase) == [("no acute evidence of", (0,))]
    assert found("no evidence of", phrase) == [("no evidence of", (0,))]
    assert found("no slight evidence of", phrase) == []


def test_shapes_stand_for_figures() -> None:
    assert found("in 1998", "in <year>") == [("in 1998", (0,))]
    assert found("in 1798", "in <year>") == []
    assert found("No. 3", "no . <number>") == [("No. 3", (0,))]


def test_words_in_brackets_must_follow_but_are_left_to_others() -> None:
    assert found("Mother denies fever", "mother [denies]", "denies") == [("Mother", (0,)), ("denies", (1,))]
    assert found("Mother has fever", "mother [denies]") == []


@pytest.mark.parametrize("text", ["Fever: no", "Fever: no.", "Fever: no; cough"])
def test_the_end_of_a_clause_can_be_asked_for(text: str) -> None:
    assert found(text, ": no <end>") == [(": no", (0,))]


def test_what_goes_on_is_no_end() -> None:
    assert found("Neck: no masses", ": no <end>") == []


@pytest.mark.parametrize("text", ["Check TSH", "1. Check TSH", "Plan: check TSH"])
def test_the_start_of_a_clause_can_be_asked_for(text: str) -> None:
    assert [words.lower() for words, _ in found(text, "<start> check")] == ["check"]


def test_what_goes_before_is_no_start() -> None:
    assert found("We check TSH", "<start> check") == []


def test_one_phrase_can_stand_in_several_groups() -> None:
    assert found("no history of", "no history of", "no history of") == [("no history of", (0, 1))]


def test_equals_by_word_and_by_class_count_together() -> None:
    assert found("in may", "in may", "in {month}") == [("in may", (0, 1))]


def test_every_match_keeps_those_that_overlap() -> None:
    words = words_of("who presents", Span(0, 12))

    assert tree("who", "who presents", "presents").every_match(words) == [
        Match(0, 1, (0,)),
        Match(0, 2, (1,)),
        Match(1, 2, (2,)),
    ]
