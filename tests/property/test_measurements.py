"""A measurement quotes its note, is never made of a number twice, and is found in time in step with the note."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.records import Measurement, spans_of
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.measurements.reader import measurements
from epicrisis.engines.extraction.note import Note
from tests.property.texts import languages, texts
from tests.timing import assert_linear, processor_seconds

PIECES = [
    "Hgb 13.1 ", "WBC 17.4k/mm3, ", "BP 120/80 ", "Na 138 K 4.1 ", "98.6 degrees F ", "(135-145) ",
    "H&H 10.2 and 31. ", "hemoglobin and hematocrit ", "5 feet 9 inches ", "5% bands ", "within normal limits ",
    "creatinina 1,2 mg/dl ", "12.300 leucocitos ", "on 3/14 ", "less than ", "1:160 ", "3+ ", "UA: ", "LFTs, BUN, ",
    "temperature ", "\n", "/", "-", "TA ",
    "in the 80s ", "60s-70s ", "189-1/2 ", "+/- 3 ", "24 hours ", "x 2 ", "3+ blood ", "36.4C ", "ABG 7.39/42/79 ",
    "for the AST and ALT ", "base excess -4 ",
]  # fmt: skip

UNITS = {
    "names": "hemoglobin ",
    "names in a row": "hemoglobin, ",
    "numbers": "12 ",
    "numbers and dashes": "1-",
    "numbers and slashes": "1/",
    "numbers and commas": "1,",
    "thousands": "1,000",
    "one number": "1",
    "labs": "Na 138 K 4.1 Cl 101 CO2 24 BUN 12 Cr 0.9. ",
    "vitals": "BP 120/80, pulse 72, temperature 98.6, O2 sat 98% on room air.\n",
    "words": "BUN and creatinine were within normal limits. ",
    "links": "was of the at ",
    "degrees": "slightly ",
    "comparators": "less than ",
    "results in words": "normal ",
    "feet": "5' ",
    "units": "mg/dL ",
    "blanks": " ",
    "lines": "\n",
    "brackets": "(",
    "moments": "on admission ",
    "letters": "a",
    "decades": "80s ",
    "decades in a row": "80s-",
    "hours": "24 hours, ",
    "numbers and then hours": "1, ",
    "repeats": "x 2 ",
    "halves": "1-1/2 ",
    "margins": "1 +/- ",
    "unnamed vitals": "36.4C ",
    "graded": "3+ blood ",
    "minus": "base excess -",
    "plurals": "blood sugars 1, 2, ",
}
SHORT, LONG, MOST, SLACK, TRIES = 10_000, 100_000, 12, 0.3, 5


def read(text: str, language: str) -> tuple[Measurement, ...]:
    if not text.strip():
        return ()
    return measurements(Note(AnnotatedDocument(Document("n1", text, language), (), ())))


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(st.one_of(st.sampled_from(PIECES), texts), min_size=1, max_size=14).map("".join), language=languages
)
def test_every_word_of_a_measurement_is_one_of_the_note(text: str, language: str) -> None:
    for measurement in read(text, language):
        for stated in (measurement.name, measurement.value, measurement.time):
            assert stated is None or stated.text == text[stated.span.start : stated.span.end]
        assert all(span.end <= len(text) for span in spans_of(measurement))


@settings(max_examples=150, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join), language=languages)
def test_a_number_is_the_result_of_one_test_only(text: str, language: str) -> None:
    spans = [each.value.span for each in read(text, language) if each.quantity is not None]

    assert all(one == other or not one.overlaps(other) for one in spans for other in spans)
    assert len(set(spans)) == len(spans)


@settings(max_examples=60, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join), language=languages)
def test_a_line_far_away_changes_nothing(text: str, language: str) -> None:
    alone = [(each.name.text, each.value.text) for each in read(text, language)]

    beside = read(f"{text}\n\n" + "Nothing else was said here.\n" * 5, language)

    assert [(each.name.text, each.value.text) for each in beside if each.value.span.end <= len(text)] == alone


def test_spans_are_those_of_the_text_as_it_was_given() -> None:
    text = "𝕬na 🙂 cafe\u0301: Hgb\u00a013.1\u2003g/dL."

    [measurement] = read(text, "en")

    assert measurement.value.span == Span(text.index("13.1"), text.index("13.1") + len("13.1\u2003g/dL"))


def seconds(unit: str, length: int) -> float:
    text = (unit * (length // len(unit) + 1))[:length]
    return processor_seconds(lambda: read(text, "en"))


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_measures_in_linear_time(unit: str) -> None:
    assert_linear(partial(seconds, unit), short=SHORT, long=LONG, most=MOST, slack=SLACK, tries=TRIES)
