"""Which boxes of a form are ticked, and what they are for."""

from __future__ import annotations

import pytest

from epicrisis.text.boxes import boxes


@pytest.mark.parametrize(
    ("line", "ticked"),
    [
        ("Visit diagnoses: ☒ Diabetes ☐ Asthma ☑ COPD", [True, False, True]),
        ("[x] Diabetes [ ] Asthma [X] COPD [] Gout", [True, False, True, False]),
        ("✓ Diabetes ✔ Asthma", [True, True]),
        ("- [ ] Asthma", [False]),
        ("✗ Diabetes ☐ Asthma", [True, False]),
        ("[✗] Diabetes [ ] Asthma", [True, False]),
        ("✓ Diabetes ✗ Asthma", [True, False]),
        ("✔ Diabetes ✗ Asma", [True, False]),
    ],
)
def test_a_box_before_its_words_leads_and_is_ticked_or_empty(line: str, ticked: list[bool]) -> None:
    assert [box.is_ticked for box in boxes(line)] == ticked
    assert all(box.leads for box in boxes(line))


def test_a_line_that_ends_with_a_box_has_them_behind_its_words() -> None:
    assert [(box.is_ticked, box.leads) for box in boxes("Diabetes ☒ Asma ☐\n☒ EPOC")] == [
        (True, False),
        (False, False),
        (True, True),
    ]


def test_a_box_for_an_answer_says_yes_or_no_or_neither() -> None:
    answers = [box.answer for box in boxes("Fever ☐ Yes ☒ No ☐ Unknown Chills ☐ Sí ☐ No") if box.is_answer]

    assert answers == [True, False, None, True, False]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Fever: ☐ Y ☒ N ☐ N/A", [True, False, None]),
        ("Fever: ☐ Yes ☒ No ☐ Unk", [True, False, None]),
        ("Fiebre: ☐ SÍ ☒ NO ☐ NS/NC", [True, False, None]),
        ("Fiebre: ☐ Si ☒ No ☐ Desconocido", [True, False, None]),
        # No letter that is an "s" or an "i" to a pattern alone stops the reading.
        ("Fiebre: ☐ Y ☒ S\u0130", [True, None]),
    ],
)
def test_an_answer_is_read_in_either_language(line: str, said: list[bool | None]) -> None:
    assert [box.answer for box in boxes(line) if box.is_answer] == said


def test_a_tick_elsewhere_in_a_form_makes_a_cross_a_no() -> None:
    assert [box.is_ticked for box in boxes("✓ Diabetes\n✗ Asthma")] == [True, False]
    assert [box.is_ticked for box in boxes("✗ Asthma", form="✓ Diabetes\n✗ Asthma")] == [False]
    assert [box.is_ticked for box in boxes("✗ Asthma")] == [True]


@pytest.mark.parametrize("line", ["Seen by Dr. [ ] for pneumonia.", "Cough [1] and fever", "Asthma", "f[x] cough"])
def test_a_bracket_inside_a_line_of_words_is_no_box(line: str) -> None:
    assert boxes(line) == []


def test_a_denial_under_a_box_is_no_answer() -> None:
    assert [box.is_answer for box in boxes("☐ No known allergies ☒ Penicillin allergy")] == [False, False]


def test_a_box_may_be_drawn_with_round_brackets() -> None:
    assert [box.is_ticked for box in boxes("( ) Fever (x) Cough ( ) Dyspnea")] == [False, True, False]
    assert boxes("Diarrhea (x 3 days), vomiting (x2), knee pain (x) twice") == []
