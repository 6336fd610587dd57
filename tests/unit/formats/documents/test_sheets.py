"""What readers of records write on: heads, headings, items, and times as people say them."""

from __future__ import annotations

import pytest

from epicrisis.domain.sections import SectionCategory
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.sheets.sheet import Sheet, result
from epicrisis.formats.documents.sheets.stamps import dashed_stamp, day_of, packed_stamp
from epicrisis.formats.documents.sheets.words import language_of, words_of
from epicrisis.text.sections import section_spans

CATEGORIES = {
    "allergies": SectionCategory.ALLERGIES,
    "diagnoses": SectionCategory.ASSESSMENT,
    "family-history": SectionCategory.FAMILY_HISTORY,
    "imaging": SectionCategory.IMAGING,
    "impression": SectionCategory.ASSESSMENT,
    "medications": SectionCategory.MEDICATIONS,
    "past-history": SectionCategory.PAST_HISTORY,
    "past-medications": SectionCategory.MEDICATIONS,
    "physical-exam": SectionCategory.PHYSICAL_EXAM,
    "plan": SectionCategory.PLAN,
    "procedures": SectionCategory.PROCEDURE,
    "results": SectionCategory.LABORATORY,
    "social-history": SectionCategory.SOCIAL_HISTORY,
    "vital-signs": SectionCategory.VITAL_SIGNS,
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("word", "category"), CATEGORIES.items())
def test_heads_each_section_so_that_our_own_reader_knows_it(word: str, category: str, language: str) -> None:
    sheet = Sheet(Limits(), language)
    sheet.line(sheet.says("family-history"), "asma")
    sheet.line(sheet.says(word), "asma")

    sections = section_spans(sheet.text, language)

    assert sections[-1].category == category


def test_ends_a_section_by_a_heading_nobody_knows() -> None:
    sheet = Sheet(Limits())
    sheet.line("Family history", "gout")
    sheet.block("Xenobiotics: first", "none")

    assert [section.category for section in section_spans(sheet.text)] == ["family-history", "other"]


def test_keeps_the_order_in_which_headings_were_needed_and_leaves_nothing_empty() -> None:
    sheet = Sheet(Limits())
    sheet.line("Plan", "rest", "", "fluids")
    sheet.block("Note", "One.\r\nTwo.")
    sheet.line("plan:", "clinic")
    sheet.line("Diet", "", " ")
    sheet.head("patient", "Ana Ruiz\nPrueba")

    assert sheet.text == "Patient: Ana Ruiz Prueba\n\nPLAN:\n- rest, fluids\n- clinic\n\nNOTE:\nOne.\nTwo."


def test_refuses_more_letters_than_the_limits_give() -> None:
    sheet = Sheet(Limits(letters=10))

    with pytest.raises(UnreadableDocument, match="more than 10 letters"):
        sheet.line("Plan", "rest and fluids")


def test_prints_a_result_with_what_there_is() -> None:
    assert result("K:", "5.9", unit="mmol/L", usual="3.5-5.1", flags=["H"]) == "K: 5.9 mmol/L (3.5-5.1) H"
    assert result("", "5.9") == "5.9"
    assert result("K", "") == ""


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2023", "2023"),
        ("202302", "2023-02"),
        ("20230203", "2023-02-03"),
        ("2023020309", "2023-02-03 09:00"),
        ("20230203091559.123-0500", "2023-02-03 09:15"),
        ("20230203000000", "2023-02-03"),
        ("2 Feb", "2 Feb"),
        ("", ""),
    ],
)
def test_says_a_time_of_hl7(stamp: str, expected: str) -> None:
    assert packed_stamp(stamp) == expected


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [("2023", "2023"), ("2023-02-03", "2023-02-03"), ("2023-02-03T09:15:59.1-05:00", "2023-02-03 09:15"), ("x", "x")],
)
def test_says_a_time_of_fhir(stamp: str, expected: str) -> None:
    assert dashed_stamp(stamp) == expected
    assert day_of(dashed_stamp(stamp)) == expected[:10]


def test_has_the_same_words_in_both_languages_and_says_them_of_something() -> None:
    assert words_of("en").keys() == words_of("es").keys()
    assert [
        word for word in words_of("en") if words_of("en")[word].count("{}") != words_of("es")[word].count("{}")
    ] == []
    assert Sheet(Limits(), "es").says("ruled-out", of="lupus {}") == "Se descarta lupus {}"


@pytest.mark.parametrize(
    ("code", "language"), [("", "en"), ("en-US", "en"), ("es-MX", "es"), ("SPA", "es"), ("fr", "en")]
)
def test_writes_in_the_language_of_the_record(code: str, language: str) -> None:
    assert language_of(code) == language
