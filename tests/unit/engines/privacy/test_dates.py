"""Dates move in the form they are written in; what is not wholly understood gets no answer."""

from __future__ import annotations

import pytest

from epicrisis.engines.privacy.dates import shifted, years_of

# The same date in as many forms, and each a hundred days later.
FORMS = {
    "en": [
        ("3/4/2019", "6/12/2019"),
        ("03/04/2019", "06/12/2019"),
        ("3-4-2019", "6-12-2019"),
        ("3/4/19", "6/12/19"),
        ("3/4", "6/12"),
        ("25/12/2019", "03/04/2020"),
        ("2019-03-04", "2019-06-12"),
        ("20190304", "20190612"),
        ("2019-03-04T10:00:00Z", "2019-06-12T10:00:00Z"),
        ("3/4/2019 14:30", "6/12/2019 14:30"),
        ("March 4, 2019", "June 12, 2019"),
        ("March 4th", "June 12th"),
        ("Mar. 4, 2019", "Jun. 12, 2019"),
        ("MARCH 4 2019", "JUNE 12 2019"),
        ("4 March 2019", "12 June 2019"),
        ("04-Mar-2019", "12-Jun-2019"),
        ("the 4th day of March, 2019", "the 12th day of June, 2019"),
        ("Monday, March 4, 2019", "Wednesday, June 12, 2019"),
        ("Mon 3/4", "Wed 6/12"),
        ("March 2019", "June 2019"),
        ("03/2019", "06/2019"),
        ("March '19", "June '19"),
        ("March", "June"),
        ("3/4/2019 - 3/8/2019", "6/12/2019 - 6/16/2019"),
        ("from March 4 to March 8, 2019", "from June 12 to June 16, 2019"),
        ("December 31, 2019", "April 9, 2020"),
        ("Sept 5, 2018", "Dec 14, 2018"),
    ],
    "es": [
        ("4/3/2019", "12/6/2019"),
        ("04/03/19 a las 10:30", "12/06/19 a las 10:30"),
        ("4 de marzo de 2019", "12 de junio de 2019"),
        ("lunes 4 de marzo del 2019", "miércoles 12 de junio del 2019"),
        ("1º de mayo", "9º de agosto"),
        ("mayo de 2020", "agosto de 2020"),
        ("12-may-2020", "20-ago-2020"),
        ("MARZO 2019", "JUNIO 2019"),
    ],
}

UNKNOWN = [
    "Christmas",
    "3-5 March 2019",
    "1990s",
    "32/13/2019",
    "31/12/9999",
    "2019 and room 4",
    "March 4th-ish",
    "1" * 200,
]


@pytest.mark.parametrize(
    ("language", "text", "moved"), [(language, *pair) for language, pairs in FORMS.items() for pair in pairs]
)
def test_moves_a_date_and_keeps_how_it_is_written(language: str, text: str, moved: str) -> None:
    assert shifted(text, 100, language=language, year=2019, this_year=2031) == moved


@pytest.mark.parametrize("text", UNKNOWN)
def test_answers_nothing_where_a_part_would_stay_behind(text: str) -> None:
    assert shifted(text, 100, language="en", year=2019, this_year=2031) is None


def test_reads_a_year_of_two_digits_as_one_that_has_been() -> None:
    assert years_of("3/4/31", language="en", this_year=2031) == [2031]
    assert years_of("3/4/32", language="en", this_year=2031) == [1932]


def test_moves_the_last_day_of_february_of_a_note_without_years() -> None:
    assert shifted("February 29", 30, language="en", year=2019, this_year=2031) == "March 30"
