"""Diseases that a list names by a short form, under the right headings only."""

from __future__ import annotations

import pytest

from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.entities.listed import is_short_form, listed

PAST, ASSESSMENT, OTHER = SectionCategory.PAST_HISTORY, SectionCategory.ASSESSMENT, SectionCategory.OTHER
PLAN = SectionCategory.PLAN


def named(text: str, section: SectionCategory | None, language: str = "en") -> list[str]:
    return [text[span.start : span.end] for span in listed(text, section, language)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("PMH: BPH, OSA, HFpEF", "en", ["BPH", "OSA", "HFpEF"]),
        ("HTN/HLD/DM2 and CKD stage 3.", "en", ["HTN", "HLD", "DM2", "CKD stage 3"]),
        ("Prior MI.", "en", ["MI"]),
        ("CAD s/p PCI, PE in 2012, MS contin", "en", ["CAD", "PE"]),
        ("h/o DVT (2010) - COPD", "en", ["DVT", "COPD"]),
        ("HTA, DM2 y EPOC. IAM en 2010", "es", ["HTA", "DM2", "EPOC", "IAM"]),
    ],
)
def test_a_past_history_lists_short_forms(text: str, language: str, found: list[str]) -> None:
    assert named(text, PAST, language) == found


def test_a_family_history_lists_them_too() -> None:
    family = SectionCategory.FAMILY_HISTORY

    assert named("FH: mother HTN, DM2; father - CAD", family) == ["DM2", "CAD"]
    assert named("AF: HTA, DM2", family, "es") == ["HTA", "DM2"]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("HTN: restart home lisinopril 10 mg.", "en", ["HTN"]),
        ("Anemia: Hgb 8.9.", "en", ["Anemia"]),
        ("Anemia - Hgb 8.9", "en", ["Anemia"]),
        ("2) CAD, HTN, HLD: continue aspirin.", "en", ["CAD", "HTN", "HLD"]),
        ("HTA: reiniciar enalapril.", "es", ["HTA"]),
        ("Continue PE prophylaxis with heparin: 5000 units", "en", []),
        ("Lisinopril: for HTN", "en", []),
        ("Code status: full", "en", []),
    ],
)
def test_an_item_of_an_assessment_is_headed_by_a_disease(text: str, language: str, found: list[str]) -> None:
    assert named(text, ASSESSMENT, language) == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("- COPD", "en", ["COPD"]),
        ("COPD.", "en", ["COPD"]),
        ("Thrombocytopenia.", "en", ["Thrombocytopenia"]),
        ("1. MI: aspirin", "en", ["MI"]),
        ("2. Acute CHF exacerbation", "en", ["CHF"]),
        ("1. HTN and HLD - stable", "en", ["HTN", "HLD"]),
        ("- EPOC reagudizada", "es", ["EPOC"]),
        ("1. IC: furosemida", "es", ["IC"]),
    ],
)
def test_an_item_with_a_marker_is_headed_by_what_it_begins_with(text: str, language: str, found: list[str]) -> None:
    assert named(text, ASSESSMENT, language) == found
    assert named(text, PLAN, language) == found


@pytest.mark.parametrize("section", [ASSESSMENT, PLAN])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Satting 96%, RA.", "en"),
        ("RA.", "en"),
        ("COPD, BCx pending", "en"),
        ("COPD on home oxygen.", "en"),
        ("UC, BCx pending", "en"),
        ("- UC, BCx pending", "en"),
        ("PE: RRR, CTAB", "en"),
        ("- PE: RRR, CTAB", "en"),
        ("HIV, RPR, UA", "en"),
        ("- HIV, RPR, UA", "en"),
        ("- Start therapy, COPD", "en"),
        ("DVT: SQ heparin", "en"),
        ("DVT - ppx", "en"),
        ("# DVT: ppx with heparin", "en"),
        ("DVT/GI prophylaxis: heparin, pantoprazole", "en"),
        ("IC con Cardiología", "es"),
        ("- IC con Cardiología", "es"),
        ("IC: Cardiología", "es"),
        ("TVP: profilaxis con enoxaparina", "es"),
        ("1. TVP - profilaxis", "es"),
    ],
)
def test_a_sentence_a_list_of_tests_and_what_is_prevented_head_nothing(
    text: str, language: str, section: SectionCategory
) -> None:
    assert named(text, section, language) == []


@pytest.mark.parametrize("text", ["# HTN: lisinopril", "#T2DM", "# Sepsis: zosyn", "## 2. COPD - tiotropium"])
def test_under_a_hash_it_is_headed_so_anywhere(text: str) -> None:
    assert len(named(text, None)) == 1


@pytest.mark.parametrize("section", [SectionCategory.PHYSICAL_EXAM, SectionCategory.MEDICATIONS, None])
def test_elsewhere_a_short_form_may_be_anything(section: SectionCategory | None) -> None:
    assert named("PE: lungs clear, MS intact", section) == []


def test_under_a_heading_of_its_own_only_a_long_short_form_is_sure() -> None:
    assert named("COPD: tiotropium", OTHER) == ["COPD"]
    assert named("MS: alert", OTHER) == []
    assert named("COPD", OTHER) == []
    assert named("1. MI: aspirin", OTHER) == []


def test_another_language_has_no_list() -> None:
    assert listed("HTN, DM2", PAST, "fr") == []
    assert not is_short_form("HTN", "fr")
    assert is_short_form("htn", "en")


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("en", "58 yo M w/ PMH HTN, DM2 presents w/ 2 hrs of chest pain.", ["HTN", "DM2"]),
        ("en", "72F with PMHx of hypertension, DM2, CAD s/p stent, and COPD on 2L", ["DM2", "CAD", "COPD"]),
        ("en", "No h/o MI, PE or DVT.", ["MI", "PE", "DVT"]),
        ("en", "h/o HCV c/b cirrhosis p/w confusion", ["HCV"]),
        ("en", "PMH significant for HTN who presents with MS changes, RA", ["HTN"]),
        ("en", "HISTORY OF PRESENT ILLNESS: Ms. ABC is a woman", []),
        ("en", "On exam, PE: clear, RA.", []),
        ("en", "The history was taken from his wife, MS RN.", []),
        ("es", "Varón de 58 años con antecedentes de HTA, DM2 y EPOC que acude por disnea.", ["HTA", "DM2", "EPOC"]),
        ("es", "Mujer con AP de FA, ICC en tratamiento con furosemida", ["FA", "ICC"]),
        ("es", "Acude por fiebre, DM, en la historia.", []),
    ],
)
def test_a_history_in_the_middle_of_a_sentence_lists_diseases_up_to_its_verb(
    language: str, text: str, named: list[str]
) -> None:
    assert [text[span.start : span.end] for span in listed(text, None, language)] == named
