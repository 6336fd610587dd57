from __future__ import annotations

import pytest

from epicrisis.engines.extraction.measurements.moments import clocks_in, moments_in
from epicrisis.engines.extraction.measurements.numbers import number_of
from epicrisis.engines.extraction.measurements.ranges import range_behind
from epicrisis.engines.extraction.measurements.readings import Reading, Shape, readings_in
from epicrisis.engines.extraction.measurements.results import Flag, beside_range, marked_behind, worded_in
from epicrisis.engines.extraction.measurements.units import measured_by, ucum_of, unit_at
from epicrisis.text.phrases import folded

WRITTEN = [
    ("13.1", Shape.ONE, "13.1"),
    ("126/80", Shape.RATIO, "126/80"),
    ("120 over 80", Shape.RATIO, "120 over 80"),
    ("4-5", Shape.RANGE, "4-5"),
    ("10 to 25", Shape.RANGE, "10 to 25"),
    ("25% to 30%", Shape.RANGE, "25% to 30%"),
    ("3+", Shape.GRADE, "3+"),
    ("1:160", Shape.TITRE, "1:160"),
    ("5'9\"", Shape.FEET, "5'9\""),
    ("5 pounds and 1 ounce", Shape.POUNDS, "5 pounds and 1 ounce"),
    ("less than 0.01 ng/mL", Shape.ONE, "less than 0.01 ng/mL"),
    ("98.4 degrees F", Shape.ONE, "98.4 degrees F"),
    ("189-1/2 pounds", Shape.ONE, "189-1/2 pounds"),
    ("3249 +/- 396 g", Shape.ONE, "3249 +/- 396 g"),
    ("in the 80s", Shape.DECADES, "80s"),
    ("100s to 120s", Shape.DECADES, "100s to 120s"),
    ("5 feet 5-1/2 inches", Shape.FEET, "5 feet 5-1/2 inches"),
]
NUMBERS = [
    ("8.2", "en", 8.2), ("250,000", "en", 250000), ("1,234.5", "en", 1234.5), ("199\n000", "en", 199000),
    ("1,2", "es", 1.2), ("7.35", "es", 7.35), ("12.300", "es", 12300), ("1.234,5", "es", 1234.5), (".5", "en", 0.5),
    ("1.2.3", "en", None),
]  # fmt: skip
UNITS = [
    ("mg/dL", "mg/dL"), ("mg / dl", "mg/dL"), ("mEq/L", "meq/L"), ("x10^3/uL", "10*3/uL"), ("K/mm3", "10*3/mm3"),
    ("°F", "[degF]"), ("degrees Fahrenheit", "[degF]"), ("lpm", "/min"), ("mm Hg", "mm[Hg]"), ("pounds", "[lb_av]"),
    ("µg/mL", "ug/mL"), ("mU/L", "m[iU]/L"), ("furlongs", None),
]  # fmt: skip
RANGES = [
    ("138 (135-145)", 3, (135, 145)), ("1.9 [0.5-1.2]", 3, (0.5, 1.2)), ("60, ref 70–110", 2, (70, 110)),
    ("45 (normal < 100)", 2, (None, 100)), ("3 (>2)", 1, (2, None)), ("13.1\t12.0-16.0", 4, (12, 16)),
]  # fmt: skip
NO_RANGES = [("138 12-14", 3), ("138 (145-135)", 3), ("138 (down from 140)", 3), ("138", 3)]


def only(text: str, language: str = "en") -> Reading:
    [reading] = readings_in(folded(text), language)
    return reading


@pytest.mark.parametrize(("text", "shape", "words"), WRITTEN)
def test_a_number_is_read_as_it_is_written(text: str, shape: Shape, words: str) -> None:
    reading = only(text)

    assert reading.shape is shape
    assert text[reading.span.start : reading.span.end] == words


@pytest.mark.parametrize("text", ["3/6/2009:12", "T4", "24-year-old", "x.19", "\n1. Rest", "12:30pm"], ids=range(6))
def test_what_goes_on_with_something_is_no_result(text: str) -> None:
    assert [each for each in readings_in(folded(text), "en") if each.shape in (Shape.ONE, Shape.RANGE)] == []


@pytest.mark.parametrize(("words", "language", "number"), NUMBERS)
def test_points_and_commas_mean_what_they_do_in_the_language(words: str, language: str, number: float | None) -> None:
    assert number_of(words, language) == number


def test_two_units_make_one_quantity() -> None:
    assert only("5 feet 9 inches").total == 69
    assert only("8 lbs 4 oz").total == 8.25
    assert only("5 feet 5-1/2 inches").total == 65.5
    assert only("189-1/2 pounds").total == 189.5


def test_a_number_with_an_s_may_be_seconds() -> None:
    assert [only(text).shape for text in ("30s", "mid 30s")] == [Shape.ONE, Shape.DECADES]


def test_a_titre_is_no_time_of_day() -> None:
    told = ["1:40", "1:40 p.m.", "1:80", "10:40", "10 a.m.", "2.30 p.m."]

    assert [len(clocks_in(text)) for text in told] == [0, 1, 0, 1, 1, 1]


def test_a_comparator_belongs_to_its_number() -> None:
    assert [only(text).comparator for text in ("< 5", "≥ 5", "more than 5", "at least 5", "5")] == [
        "<", ">=", ">", ">=", None,
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "ucum"), UNITS)
def test_units_of_notes_have_their_ucum(words: str, ucum: str | None) -> None:
    assert next((unit.ucum for unit in ucum_of(words)), None) == ucum


def test_a_unit_of_two_things_is_told_by_what_is_measured() -> None:
    written = unit_at(folded("120 mm"), 3)

    assert written is not None
    assert [unit.ucum for each in ("pressure", "velocity") if (unit := written.of([each]))] == ["mm[Hg]", "mm/h"]
    assert (measured_by("mm/h"), measured_by("parsec")) == ("velocity", None)


@pytest.mark.parametrize(("text", "end", "ends"), RANGES)
def test_a_reference_range_stands_behind_its_result(text: str, end: int, ends: tuple[float, float]) -> None:
    ranged = range_behind(folded(text), end, "en", thousands=False)

    assert ranged is not None
    assert (ranged.reference.low, ranged.reference.high) == ends


@pytest.mark.parametrize(("text", "end"), NO_RANGES)
def test_other_numbers_behind_a_result_are_no_range(text: str, end: int) -> None:
    assert range_behind(folded(text), end, "en", thousands=False) is None


def test_a_number_is_flagged_beside_the_range_its_note_gives() -> None:
    assert [beside_range(number, 3.5, 5) for number in (3, 3.5, 5, 6)] == [
        Flag.LOW,
        Flag.NORMAL,
        Flag.NORMAL,
        Flag.HIGH,
    ]


def test_the_mark_of_a_laboratory_is_read_behind_the_number() -> None:
    marks = ["10.2 (L)", "10.2 H", "10.2*", "10.2 X", "10.2"]

    assert [marked_behind(text, 4, "en") for text in marks] == [Flag.LOW, Flag.HIGH, Flag.ABNORMAL, None, None]


def test_results_in_words_come_with_their_degree() -> None:
    text = "slightly elevated; within normal limits; critically low; trace"

    assert [(text[each.span.start : each.span.end], each.flag) for each in worded_in(text, "en")] == [
        ("slightly elevated", Flag.HIGH),
        ("within normal limits", Flag.NORMAL),
        ("critically low", Flag.CRITICAL),
        ("trace", None),
    ]


def test_moments_are_times_at_which_something_is_measured() -> None:
    text = folded("on 3/14; on admission; for 2 weeks; 1.5-12.4; in 2 weeks; yesterday; BNP 1991")

    assert [text[each.start : each.end] for each in moments_in(text, "en")] == ["on 3/14", "on admission", "yesterday"]
