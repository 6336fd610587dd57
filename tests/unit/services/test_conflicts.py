from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Assertion, Conflict, Cue, CueKind, Status
from epicrisis.domain.spans import Span
from epicrisis.services.conflicts import Tolerance, with_conflict

TARGET = Span(7, 12)
NEGATION = Cue(Span(0, 6), CueKind.NEGATION)
PAST = Cue(Span(0, 6), CueKind.PAST)


def conflict(assertion: Assertion, other: Assertion) -> Conflict | None:
    tolerance = Tolerance(unsure_below=0.75, sure_from=0.8)
    return with_conflict(assertion, other, engine="rules", tolerance=tolerance).conflict


def test_a_sure_other_reading_that_rests_on_a_cue_is_a_conflict() -> None:
    sure = Assertion(TARGET, Status.PRESENT, 0.99)
    other = Assertion(TARGET, Status.ABSENT, 0.8, cues=(PAST, NEGATION))

    assert conflict(sure, other) == Conflict("rules", Status.ABSENT, (NEGATION,))


def test_an_unsure_other_reading_counts_where_the_first_is_unsure_too() -> None:
    other = Assertion(TARGET, Status.ABSENT, 0.5, cues=(NEGATION,))

    assert conflict(Assertion(TARGET, Status.PRESENT, 0.74), other) is not None
    assert conflict(Assertion(TARGET, Status.PRESENT, 0.75), other) is None


def test_a_reading_without_a_cue_contradicts_nobody() -> None:
    assert conflict(Assertion(TARGET, Status.ABSENT, 0.5), Assertion(TARGET, Status.PRESENT, 1.0)) is None


def test_a_cue_that_says_when_decides_no_status() -> None:
    other = Assertion(TARGET, Status.PRESENT, 1.0, cues=(PAST,))

    assert conflict(Assertion(TARGET, Status.ABSENT, 0.5), other) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Status.ABSENT, Status.NORMAL),
        (Status.POSSIBLE, Status.HYPOTHETICAL),
        (Status.POSSIBLE, Status.CONDITIONAL),
        (Status.ABSENT, Status.ABSENT),
    ],
)
def test_readings_that_coarse_labels_do_not_tell_apart_are_no_conflict(one: Status, two: Status) -> None:
    assert conflict(Assertion(TARGET, one, 0.5), Assertion(TARGET, two, 1.0, cues=(NEGATION,))) is None


def test_the_first_reading_stays_as_it_was() -> None:
    first = Assertion(TARGET, Status.PRESENT, 0.5, scores={Status.PRESENT: 0.5})
    other = Assertion(TARGET, Status.ABSENT, 1.0, cues=(NEGATION,))

    weighed = with_conflict(first, other, engine="rules", tolerance=Tolerance())

    assert (weighed.status, weighed.confidence, weighed.scores) == (first.status, first.confidence, first.scores)
