"""The reader of golden marks refuses every slip of the pen."""

from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.spans import Span
from tests.golden.marks import Reading, read_marks


def test_marks_are_taken_out_and_remembered() -> None:
    golden = read_marks("Denies [fever|absent]; history of [gout|present+past].")

    assert golden.text == "Denies fever; history of gout."
    assert golden.targets == (Span(7, 12), Span(25, 29))
    assert golden.readings == (Reading(Status.ABSENT), Reading(Status.PRESENT, Temporality.PAST))


def test_flags_of_time_and_person_stand_together_in_any_order() -> None:
    [first] = read_marks("[asthma|absent+past+family]").readings
    [second] = read_marks("[asthma|absent+family+past]").readings

    assert first == second == Reading(Status.ABSENT, Temporality.PAST, Experiencer.FAMILY)


@pytest.mark.parametrize(
    "slip",
    [
        "No mark at all.",
        "No [fever].",
        "No [fever|absnet].",
        "No [fever|ABSENT].",
        "No [fever|absent+yesterday].",
        "No [fever|absent+past+past].",
        "No [fever|absent+past+future].",
        "No [fever|absent+family+other].",
        "No [fever|absent+].",
        "No [fever |absent].",
        "No [|absent].",
        "No [fever|absent",
        "No fever|absent].",
        "No [[fever|absent] or chills|absent].",
        "No [fever|absent|past].",
        "No [fever|absent] | chills.",
    ],
)
def test_a_slip_of_the_pen_is_an_error(slip: str) -> None:
    with pytest.raises(ValueError, match=r"[\[\]]|No mark"):
        read_marks(slip)
