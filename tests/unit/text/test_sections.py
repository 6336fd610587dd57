from __future__ import annotations

import pytest

from epicrisis.domain.sections import SectionCategory as Category
from epicrisis.domain.spans import Span
from epicrisis.text.sections import section_spans

NOTE = """\
Seen at home with her daughter.

CHIEF COMPLAINT: Cough.
FAMILY HISTORY: Mother had asthma.
VITAL SIGNS: BP: 120/80.
LUNGS: Clear.
HEART: Regular.
SLEEP DIARY: Kept for a week.

IMPRESSION:
1. Bronchitis
Plan
Rest.
"""


def found(text: str, language: str = "en") -> list[tuple[Category, str]]:
    return [
        (section.category, text[section.span.start : section.span.end]) for section in section_spans(text, language)
    ]


def test_cuts_a_note_at_its_headings() -> None:
    assert found(NOTE) == [
        (Category.OTHER, "Seen at home with her daughter."),
        (Category.CHIEF_COMPLAINT, "CHIEF COMPLAINT: Cough."),
        (Category.FAMILY_HISTORY, "FAMILY HISTORY: Mother had asthma."),
        (Category.VITAL_SIGNS, "VITAL SIGNS: BP: 120/80."),
        (Category.PHYSICAL_EXAM, "LUNGS: Clear.\nHEART: Regular."),
        (Category.OTHER, "SLEEP DIARY: Kept for a week."),
        (Category.ASSESSMENT, "IMPRESSION:\n1. Bronchitis"),
        (Category.PLAN, "Plan\nRest."),
    ]


def test_marks_the_words_of_each_heading() -> None:
    assert [section.heading for section in section_spans("Well. PLAN: Rest.")] == [None, Span(6, 10)]


def test_cuts_where_line_breaks_were_lost() -> None:
    assert found("He is well. PAST MEDICAL HISTORY: Hypertension. ALLERGIES: None.") == [
        (Category.OTHER, "He is well."),
        (Category.PAST_HISTORY, "PAST MEDICAL HISTORY: Hypertension."),
        (Category.ALLERGIES, "ALLERGIES: None."),
    ]


@pytest.mark.parametrize("parent", ["PHYSICAL EXAM", "REVIEW OF SYSTEMS", "HOSPITAL COURSE"])
def test_keeps_the_parts_of_an_examination_in_their_section(parent: str) -> None:
    text = f"{parent}: GENERAL: Well.\nLUNGS: Clear.\nHeart: Regular."

    assert [words for _, words in found(text)] == [text]


@pytest.mark.parametrize("parent", ["ALLERGIES", "FAMILY HISTORY", "MEDICATIONS"])
def test_begins_an_examination_where_its_parts_cannot_belong(parent: str) -> None:
    assert found(f"{parent}: None.\nLUNGS: Clear.\nHEART: Regular.")[1] == (
        Category.PHYSICAL_EXAM,
        "LUNGS: Clear.\nHEART: Regular.",
    )


def test_takes_a_note_heading_for_another_section() -> None:
    assert found("PLAN: Rest.\nNote: Seen with her mother.")[1] == (Category.OTHER, "Note: Seen with her mother.")


def test_keeps_the_marks_before_a_heading_with_it() -> None:
    assert found("Well.\n\n## Assessment\nBronchitis\n**Plan:** rest") == [
        (Category.OTHER, "Well."),
        (Category.ASSESSMENT, "## Assessment\nBronchitis"),
        (Category.PLAN, "**Plan:** rest"),
    ]


def test_is_one_section_without_headings_and_none_without_text() -> None:
    assert found("Denies fever.") == [(Category.OTHER, "Denies fever.")]
    assert found(" \n") == []


def test_reads_spanish_notes() -> None:
    text = (
        "MOTIVO DE CONSULTA\nDolor torácico.\n\nAntecedentes familiares: padre con IAM.\nEF: TA: 120/80. ACP: normal."
    )

    assert [category for category, _ in found(text, "es")] == [
        Category.CHIEF_COMPLAINT,
        Category.FAMILY_HISTORY,
        Category.PHYSICAL_EXAM,
    ]


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("es", "AP: HTA.\n\nEF: AC: rítmica. AP: MVC.", Category.PHYSICAL_EXAM),
        ("es", "EF: normal.\nAC: rítmica.\nAP: MVC.", Category.PHYSICAL_EXAM),
        ("en", "PHYSICAL EXAM: Abdomen: gravid. FH: 32 cm.", Category.PHYSICAL_EXAM),
        ("es", "EA: fiebre.\n\nAP: HTA.", Category.PAST_HISTORY),
    ],
)
def test_a_heading_of_two_meanings_is_read_by_where_it_stands(language: str, text: str, category: Category) -> None:
    assert found(text, language)[-1][0] is category


@pytest.mark.parametrize("item", ["1. COPD: home oxygen.", "1) SEPSIS: zosyn.", "# PNEUMONIA: zosyn."])
def test_capitals_behind_a_number_or_a_hash_are_an_item_of_an_assessment(item: str) -> None:
    assert [section.category for section in section_spans(f"ASSESSMENT:\n{item}")] == [Category.ASSESSMENT]


@pytest.mark.parametrize(
    ("text", "language", "category", "told"),
    [
        ("AF: padre con DM.\nAcude por disnea. No tos.", "es", Category.FAMILY_HISTORY, "Acude por disnea. No tos."),
        ("AP: HTA.\n  Ingresa por disnea.", "es", Category.PAST_HISTORY, "Ingresa por disnea."),
        ("Alergias: no.\nEs traída en ambulancia.", "es", Category.ALLERGIES, "Es traída en ambulancia."),
        ("FH: Father with MI.\nPresents with cough.", "en", Category.FAMILY_HISTORY, "Presents with cough."),
        ("SH: Smoker.\nHere for a cough.", "en", Category.SOCIAL_HISTORY, "Here for a cough."),
    ],
)
def test_a_line_that_tells_of_the_visit_ends_a_history(text: str, language: str, category: Category, told: str) -> None:
    before, after = found(text, language)

    assert before[0] is category
    assert after == (Category.PRESENT_ILLNESS, told)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("AP: Ingresó en 2015 por neumonía.\nConsultas de cardiología anuales.", "es"),
        ("AF: Acude por antecedente de cáncer en la madre.", "es"),
        ("PMH: HTN.\nHere formerly for gout.", "en"),
        ("Hospital course: Well.\nPresents with cough.", "en"),
    ],
)
def test_what_tells_of_no_visit_ends_no_section(text: str, language: str) -> None:
    assert len(found(text, language)) == 1
