from __future__ import annotations

import pytest

from epicrisis.domain.sections import SectionCategory as Category
from epicrisis.text.headings import headings


def found(text: str, language: str = "en") -> list[str]:
    return [text[heading.span.start : heading.span.end] for heading in headings(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FAMILY HISTORY: Mother had asthma.", ["FAMILY HISTORY"]),
        ("Past medical history: none", ["Past medical history"]),
        ("ALLERGIES\nNone", ["ALLERGIES"]),
        ("Past Surgical History\nNone", ["Past Surgical History"]),
        ("Bronchitis\nPlan\nRest", ["Plan"]),
        ("Sent home.\nFluids\nTwo liters.", ["Fluids"]),
        ("  ## Assessment\n**Plan:** rest", ["Assessment", "Plan"]),
        ("S: cough\nO: clear\nA: bronchitis\nP: rest", ["S", "O", "A", "P"]),
        ("PHYSICAL EXAM: GENERAL: Well. LUNGS: Clear.", ["PHYSICAL EXAM", "GENERAL", "LUNGS"]),
        ("Well. PAST MEDICAL HISTORY: Asthma. Allergies: None.", ["PAST MEDICAL HISTORY", "Allergies"]),
        ("Takes iron ALLERGIES: None", ["ALLERGIES"]),
        ("ALLERGIES: NKDA MEDICATIONS: iron daily", ["ALLERGIES", "MEDICATIONS"]),
        ("Soc. Hx: single", ["Soc. Hx"]),
        ("HEENT and GEN EXAM: Normal. Rest.", []),
        ("SLEEP STUDY: Done.", ["SLEEP STUDY"]),
    ],
)
def test_finds_headings(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "BP: 120/80",
        "SODIUM: 140",
        "Sodium: normal",
        "P: 93",
        "Ratio 3:1",
        "Seen at 10:30",
        "Given:\nFluids\nAntibiotics",
        "the plan: rest",
        "Alert, RR 20, T 36.8 C, MS: Awake",
        "* Family history",
        "- SLEEP DIARY: kept at home",
    ],
)
def test_leaves_what_only_looks_like_a_heading(text: str) -> None:
    assert found(text) == []


def test_takes_an_answer_in_capitals_for_no_heading() -> None:
    assert found("ALLERGIES\nNO KNOWN DRUG ALLERGIES\n\nPLAN\nRest") == ["ALLERGIES", "PLAN"]


def test_trusts_only_known_headings_where_everything_is_in_capitals() -> None:
    assert found("SLEEP DIARY: KEPT.\nALLERGIES: NONE.") == ["ALLERGIES"]


@pytest.mark.parametrize(
    ("heading", "category"),
    [
        ("HISTORY OF PRESENT ILLNESS", Category.PRESENT_ILLNESS),
        ("PAST  MEDICAL HISTORY (PMH)", Category.PAST_HISTORY),
        ("ASSESSMENT & PLAN", Category.ASSESSMENT),
        ("IMPRESSION / PLAN", Category.ASSESSMENT),
        ("FAMILY HISTORY AND SOCIAL HISTORY", Category.SOCIAL_HISTORY),
        ("DIAGNOSES ON TRANSFER", Category.ASSESSMENT),
        ("PERTINENT REVIEW OF SYSTEMS", Category.REVIEW_OF_SYSTEMS),
        ("SLEEP HYGIENE", Category.OTHER),
        ("HEART AND LUNGS", None),
        ("GENITOURINARY SYSTEM", None),
    ],
)
def test_tells_the_category_by_what_the_heading_says(heading: str, category: Category | None) -> None:
    assert [entry.category for entry in headings(f"{heading}: Nothing of note.")] == [category]


@pytest.mark.parametrize(
    ("heading", "category"),
    [
        ("Antecedentes familiares", Category.FAMILY_HISTORY),
        ("EXPLORACION FISICA", Category.PHYSICAL_EXAM),
        ("Exploración física", Category.PHYSICAL_EXAM),
        ("Juicio clínico", Category.ASSESSMENT),
        ("Tto. al alta", Category.MEDICATIONS),
        ("Motivo de consulta", Category.CHIEF_COMPLAINT),
        ("Abdomen", None),
    ],
)
def test_reads_spanish_headings_with_or_without_accents(heading: str, category: Category | None) -> None:
    assert [entry.category for entry in headings(f"{heading}: sin interés.", "es")] == [category]
