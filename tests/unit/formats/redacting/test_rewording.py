import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.formats.redacting.rewording import edits, spread, spread_between

# Few letters, so that words repeat and the two texts agree in places they should not be joined at.
TEXTS = st.text(alphabet="ab. \n[é", max_size=60)


def applied(before: str, after: str) -> str:
    text, place = "", 0
    for edit in edits(before, after):
        text += before[place : edit.start] + edit.text
        place = edit.end
    return text + before[place:]


@given(TEXTS, TEXTS)
def test_the_edits_of_a_text_make_the_other(before: str, after: str) -> None:
    assert applied(before, after) == after


@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS)
def test_pieces_joined_say_the_new_text_whatever_was_cut(pieces: list[str], after: str) -> None:
    assert "".join(spread(pieces, after)) == after


@pytest.mark.parametrize(
    ("pieces", "after", "expected"),
    [
        pytest.param(
            ["Dr. ", "Ana", " Ruiz", " came"], "Dr. [NAME] came", ["Dr. ", "[NAME]", "", " came"], id="cut name"
        ),
        pytest.param(["Ana Ruiz", ", ", "Eva Gil"], "[NAME], [NAME]", ["[NAME]", ", ", "[NAME]"], id="two names"),
        pytest.param(["a", "b"], "ab", ["a", "b"], id="nothing new"),
        pytest.param(["Ana"], "", [""], id="all gone"),
    ],
)
def test_a_new_word_stands_where_the_old_one_began(pieces: list[str], after: str, expected: list[str]) -> None:
    assert spread(pieces, after) == expected


def test_tabs_and_line_ends_stay_when_a_name_runs_over_one() -> None:
    pieces, fixed = ["Seen by Ana", "\n", "Ruiz today"], [False, True, False]

    reworded = spread_between(pieces, fixed, "Seen by [NAME] today")

    assert reworded == ["Seen by [NAME]", "\n", " today"]


def test_a_long_text_with_many_names_takes_time_in_proportion() -> None:
    def seconds(times: int) -> float:
        before = "Ana Ruiz came on Monday with a cough; Eva Gil came too. " * times
        started = time.process_time()
        edits(before, before.replace("Ana Ruiz", "[NAME]").replace("Eva Gil", "[NAME]"))
        return time.process_time() - started

    assert seconds(4_000) <= 30 * max(0.01, seconds(400))
