from __future__ import annotations

from collections.abc import Sequence

from epicrisis.engines.speech.timestamps import Part, parted

TIMES = 1_000
WORDS = {1: "denies", 2: "fever", 3: "cough", 4: "since", 5: "Monday"}


def at(seconds: float) -> int:
    return TIMES + round(seconds / 0.02)


def text(tokens: Sequence[int]) -> str:
    return " ".join(WORDS[token] for token in tokens)


def test_each_part_lies_between_two_times() -> None:
    tokens = [at(0), 1, 2, at(2), at(2.5), 3, 4, 5, at(4)]

    parts, reached = parted(tokens, TIMES, 5.0, text)

    assert parts == (Part(0.0, 2.0, "denies fever"), Part(2.5, 4.0, "cough since Monday"))
    assert reached == 5.0


def test_two_times_at_the_end_ask_to_hear_the_rest() -> None:
    parts, reached = parted([at(0), 1, 2, at(2), at(2)], TIMES, 28.0, text)

    assert parts == (Part(0.0, 2.0, "denies fever"),)
    assert reached == 2.0


def test_a_part_that_was_begun_and_not_ended_is_heard_again() -> None:
    parts, reached = parted([at(0), 1, 2, at(2), at(2.4), 3], TIMES, 28.0, text)

    assert parts == (Part(0.0, 2.0, "denies fever"),)
    assert reached == 2.4


def test_words_without_times_last_as_long_as_what_was_heard() -> None:
    assert parted([1, 2], TIMES, 3.0, text) == ((Part(0.0, 3.0, "denies fever"),), 3.0)


def test_a_rest_that_would_begin_where_it_began_is_not_heard_for_ever() -> None:
    parts, reached = parted([at(0), at(0.2), at(0.2), 3], TIMES, 3.0, text)

    assert [part.text for part in parts] == ["cough"]
    assert reached == 3.0


def test_nothing_said_is_no_part() -> None:
    assert parted([], TIMES, 3.0, text) == ((), 3.0)


def test_a_time_after_the_end_is_the_end() -> None:
    parts, _ = parted([at(0), 1, at(29)], TIMES, 3.0, text)

    assert parts == (Part(0.0, 3.0, "denies"),)
