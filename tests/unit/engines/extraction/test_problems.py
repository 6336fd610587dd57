from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.records import Problem
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.findings.problems import Problems, problems
from tests.unit.engines.extraction.marked import note


def told(found: Problems) -> tuple[list[str], list[str], list[str]]:
    """Return the names of what holds, of what is denied and of what might come."""
    held, denied, ahead = ([each.name.text for each in own] for own in (found.held, found.denied, found.hypothetical))
    return held, denied, ahead


def one(marked: str, language: str = "en") -> Problem:
    """Return the one problem that holds in ``marked``."""
    [problem] = problems(note(marked, language)).held
    return problem


def test_what_holds_what_is_denied_and_what_might_come_stand_apart() -> None:
    marked = (
        "[Cough|PROBLEM]. Possible [pneumonia|PROBLEM possible]. No [fever|PROBLEM absent]. "
        "[Dyspnea|PROBLEM conditional] on exertion. Return for [bleeding|PROBLEM hypothetical]."
    )

    assert told(problems(note(marked))) == (["Cough", "pneumonia", "Dyspnea"], ["fever"], ["bleeding"])


def test_a_relatives_disease_is_never_the_patients() -> None:
    marked = (
        "FAMILY HISTORY: Mother with [gout|PROBLEM family]. Donor with [hepatitis|PROBLEM other]. [Stroke|PROBLEM]."
    )

    assert told(problems(note(marked))) == ([], [], [])


def test_the_heading_of_the_family_ends_with_its_line_where_the_reader_says_so() -> None:
    marked = "Antecedentes familiares: madre con [gota|PROBLEM family].\nAcude por [cefalea|PROBLEM] de 3 días."

    assert told(problems(note(marked, "es"))) == (["cefalea"], [], [])


def test_mentions_that_say_the_same_are_one_problem_by_its_fullest_name() -> None:
    problem = one("[CHF|PROBLEM]. Known [congestive heart failure|PROBLEM past]. [Congestive heart failures|PROBLEM].")

    assert problem.name.text == "congestive heart failure"
    assert problem.temporality is Temporality.CURRENT
    assert problem.mentions == (Span(0, 3), Span(11, 35), Span(37, 62))


def test_a_short_form_is_what_the_note_defines() -> None:
    marked = "[Benign positional vertigo|PROBLEM] (BPV). The [BPV|PROBLEM] is better."

    assert len(one(marked).mentions) == 2


def test_a_bare_word_is_the_one_exact_thing_of_its_kind() -> None:
    assert one("[Right lower lobe pneumonia|PROBLEM]. The [pneumonia|PROBLEM] cleared.").name.text.startswith("Right")
    two = "[Hip pain|PROBLEM] and [knee pain|PROBLEM]. The [pain|PROBLEM] is worse."
    assert told(problems(note(two)))[0] == ["Hip pain", "knee pain", "pain"]


@pytest.mark.parametrize(
    ("marked", "status"),
    [
        ("HPI: Possible [sepsis|PROBLEM possible]. [Sepsis|PROBLEM] was treated.", Status.PRESENT),
        ("HPI: [Sepsis|PROBLEM].\nASSESSMENT: Possible [sepsis|PROBLEM possible].", Status.POSSIBLE),
        ("HPI: [Cough|PROBLEM].\nREVIEW OF SYSTEMS: No [cough|PROBLEM absent].", Status.PRESENT),
    ],
)
def test_the_last_word_holds_and_else_the_strongest(marked: str, status: Status) -> None:
    problem = one(marked)

    assert problem.status is status
    assert len(problem.mentions) == 2


def test_what_the_assessment_rules_out_is_denied() -> None:
    marked = "HPI: Possible [pneumonia|PROBLEM possible].\nIMPRESSION: No [pneumonia|PROBLEM absent]."

    assert told(problems(note(marked))) == ([], ["pneumonia"], [])


def test_what_holds_in_one_place_and_is_denied_in_another_stands_in_both_lists() -> None:
    marked = "HPI: [Tenderness|PROBLEM] of the wrist.\nPHYSICAL EXAM: Legs without [tenderness|PROBLEM absent]."

    assert told(problems(note(marked))) == (["Tenderness"], ["tenderness"], [])


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("Tylenol as needed for [pain|PROBLEM].", "en"),
        ("Tylenol p.r.n. [pain|PROBLEM conditional].", "en"),
        ("Paracetamol 1 g si [dolor|PROBLEM].", "es"),
    ],
)
def test_the_reason_of_a_drug_taken_as_needed_need_not_be_there(marked: str, language: str) -> None:
    held, _, ahead = told(problems(note(marked, language)))

    assert held == []
    assert len(ahead) == 1


def test_reasons_and_reactions_that_are_told_elsewhere_are_heard() -> None:
    marked = note("Penicillin causes [hives|PROBLEM]. Aspirin for [headache|PROBLEM].")
    hives, headache = (each.span for each in marked.found)

    assert told(problems(marked, besides=[hives], reasons=[headache])) == ([], [], ["headache"])


@pytest.mark.parametrize(
    "words",
    ["problems", "other problems with his", "known drug allergies", "tobacco use", "nonsmoker", "SCDs", "am", "ran"],
)
def test_words_that_name_no_problem_are_none(words: str) -> None:
    assert told(problems(note(f"He has [{words}|PROBLEM]."))) == ([], [], [])


def test_abuse_is_a_problem_though_use_is_none() -> None:
    assert one("[Alcohol abuse|PROBLEM].").name.text == "Alcohol abuse"


@pytest.mark.parametrize(
    ("marked", "severity", "site", "language"),
    [
        ("[Severe left flank pain|PROBLEM].", "Severe", "left flank", "en"),
        ("[Pain|PROBLEM] in the right lower quadrant, 7/10.", None, "right lower quadrant", "en"),
        ("[Headache|PROBLEM], rated 7/10.", "7/10", None, "en"),
        ("Stage IV [lung cancer|PROBLEM].", "Stage IV", "lung", "en"),
        ("[Heart failure|PROBLEM], NYHA class III.", "NYHA class III", "Heart", "en"),
        ("[Dolor leve en rodilla izquierda|PROBLEM].", "leve", "rodilla izquierda", "es"),
        ("[Neumonía grave|PROBLEM] en el lóbulo inferior derecho.", "grave", "lóbulo inferior derecho", "es"),
        ("[Ependimoma grado II|PROBLEM].", "grado II", None, "es"),
    ],
)
def test_how_bad_and_where_are_quoted(marked: str, severity: str | None, site: str | None, language: str) -> None:
    problem = one(marked, language)

    assert (problem.severity and problem.severity.text) == severity
    assert (problem.body_site and problem.body_site.text) == site


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("ECG: [ritmo sinusal|PROBLEM].", "es"),
        ("[Consciente, orientado y colaborador|PROBLEM], [normotenso|PROBLEM normal].", "es"),
        ("[Normotensive|PROBLEM]. Abdomen soft, [NTND|PROBLEM]. [Alert and oriented|PROBLEM].", "en"),
    ],
)
def test_what_is_as_it_should_be_is_no_problem(marked: str, language: str) -> None:
    assert told(problems(note(marked, language))) == ([], [], [])


def test_what_is_denied_of_the_normal_is_told() -> None:
    assert told(problems(note("Not [oriented|PROBLEM absent]. [Afebrile|PROBLEM absent].")))[1] == [
        "oriented",
        "Afebrile",
    ]
