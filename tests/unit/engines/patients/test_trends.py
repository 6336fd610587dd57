from __future__ import annotations

import time
from random import Random

import pytest

from epicrisis.domain.patients import Source
from epicrisis.domain.summaries import Direction
from epicrisis.engines.patients.trends import MOST, trend
from tests.golden.patient_summaries.charts import when

CREATININE = 5.95


def results(*told: tuple[str, float]) -> list[tuple]:
    return [(when(at), value, Source(f"Observation/{number}")) for number, (at, value) in enumerate(told)]


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        ((1.0, 1.3, 1.7), Direction.RISING),
        ((1.7, 1.3, 1.0), Direction.FALLING),
        ((1.0, 1.03, 1.05), Direction.STEADY),
        ((1.0, 1.7, 1.3), Direction.STEADY),
        ((1.0, 1.0, 1.0), Direction.STEADY),
        ((0.0, 0.0, 0.0), Direction.STEADY),
    ],
)
def test_three_results_tell_a_trend_where_they_go_one_way_and_far(
    values: tuple[float, ...], direction: Direction
) -> None:
    told = trend(results(*zip(("2019-01-01", "2019-06-01", "2020-01-01"), values, strict=True)), variation=CREATININE)

    assert told is not None
    assert told.direction is direction


def test_the_slope_is_that_of_a_year_and_one_wild_result_does_not_move_it() -> None:
    told = trend(
        results(("2019-01-01", 10), ("2019-04-01", 11), ("2019-07-01", 90), ("2019-10-01", 13), ("2020-01-01", 14)),
        variation=CREATININE,
    )

    assert told is not None
    assert told.slope == pytest.approx(4, abs=0.3)
    assert told.count == len(told.sources) == 5
    assert (str(told.first), str(told.last)) == ("2019-01-01", "2020-01-01")


@pytest.mark.parametrize(
    "told",
    [
        [],
        [("2019-01-01", 1.0), ("2020-01-01", 2.0)],
        [("2019-01-01", 1.0), ("2019-01-04", 1.5), ("2019-01-08", 2.0)],
        [("2001-01-01", 1.0), ("2019-12-01", 1.5), ("2020-01-01", 2.0)],
    ],
)
def test_too_few_results_in_too_short_or_too_long_a_time_have_no_trend(told: list[tuple[str, float]]) -> None:
    assert trend(results(*told), variation=CREATININE) is None


def test_noise_is_hardly_ever_a_trend() -> None:
    random = Random(7)
    days = [f"20{year}-{month:02}-01" for year in (17, 18, 19) for month in (1, 4, 7, 10)]

    found = [trend(results(*((day, random.gauss(1, 0.06)) for day in days)), variation=CREATININE) for _ in range(300)]

    moved = [each for each in found if each is not None and each.direction is not Direction.STEADY]
    assert len(moved) <= 3


def test_the_latest_results_are_looked_at_however_many_there_are() -> None:
    many = results(*((f"2019-{month:02}-{day:02}", float(day)) for month in range(1, 13) for day in range(1, 29)))

    started = time.process_time()
    told = trend(many, variation=None)

    assert told is not None
    assert told.count == MOST
    assert time.process_time() - started < 0.1


def test_results_of_one_moment_have_no_slope_between_them() -> None:
    told = trend(
        results(("2019-01-01", 1.0), ("2019-01-01", 9.0), ("2019-06-01", 5.0), ("2020-01-01", 5.0)), variation=None
    )

    assert told is not None
    assert told.direction is Direction.STEADY
