"""Signs and boxes beside a finding decide its status."""

from __future__ import annotations

import re

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import load_lexicon
from epicrisis.engines.assertion.signs import Sign, sign_of


def signs(marked: str, language: str = "en") -> list[bool | None]:
    """Return what the sign beside each finding in ``<...>`` says, ``None`` where it has none."""
    text, targets = "", list[Span]()
    for number, piece in enumerate(re.split(r"[<>]", marked)):
        if number % 2:
            targets.append(Span(len(text), len(text) + len(piece)))
        text += piece
    lexicon = load_lexicon(language)
    found = [sign_of(text, Span(0, len(text)), target, lexicon) for target in targets]
    return [sign.is_there if sign else None for sign in found]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("ROS: (+) <cough> (-) <fever> (-) <chest pain> (+) <nausea>", [True, False, False, True]),
        ("ROS: (+) <cough>, <fever> (-)", [True, False]),
        ("(-) <nausea>/<vomiting>, (+) productive <cough>", [False, False, True]),
        ("ROS: <cough> (+), <fever> (-)", [True, False]),
        ("<cough> (+) <fever> (-) <dyspnea> (+)", [True, False, True]),
        ("[+] <dysuria> [-] <hematuria>; \u2296 <frequency>", [True, False, False]),
        ("+ <cough>, - <hemoptysis>, (-) <melena>", [True, False, False]),
        ("ROS: +<fever>, +<chills>, -<cough>", [True, True, False]),
        ("Hx: -<fever> +<cough> \u2212<wheeze>", [False, True, False]),
        ("+ve <fever>, -ve <rigors>", [True, False]),
    ],
)
def test_a_sign_says_whether_its_finding_is_there(sentence: str, said: list[bool]) -> None:
    assert signs(sentence) == said


@pytest.mark.parametrize(
    "sentence",
    [
        "- <hemoptysis>",
        "Course:\n- <cough>\n- <fever>",
        "Knee - <pain> on flexion",
        "No fever + <chills>",
        "2+ <edema>, 3 - 5 <seizures> a day",
        "+/- <nausea>",
        "HER2 (-) <carcinoma>",
        "ER (+) PR (-) <carcinoma>",
        "Post-op <pain>, non-<smoker>",
        "(+) exposure of his wife to <tuberculosis>",
        "-<cough>, -<fever>",
    ],
)
def test_a_dash_a_range_and_a_join_are_no_sign(sentence: str) -> None:
    assert set(signs(sentence)) == {None}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Visit diagnoses: ☒ <Diabetes> ☐ <Asthma> ☐ <COPD>", [True, False, False]),
        ("[x] <Diabetes> [ ] <Asthma>", [True, False]),
        ("☐ History of <stroke> ☐ <Fever>, <chills> ☑ <Gout>", [False, False, False, True]),
        ("<Diabetes> ☒ <Asthma> ☐", [True, False]),
        ("<Fever>: ☐ Yes ☒ No", [False]),
        ("<Fever> ☐ Yes ☒ No <Chills>? [x] Y [ ] N", [False, True]),
        ("<Fever>: ☐ Yes ☐ No ☒ Unknown", [None]),
        ("✗ <Diabetes> ☐ <Asthma>", [True, False]),
        ("✓ <Diabetes> ✗ <Asthma>", [True, False]),
        ("✓ <Diabetes>\n✗ <Asthma>", [True, False]),
        ("<Fever>: ✓ Yes ✗ No", [True]),
        ("[ ] <anemia> workup", [None]),
        ("☐ Monitor for <bleeding>", [None]),
        ("☒ No <allergies>", [None]),
        ("☐ Continue <aspirin>", [None]),
        ("☐ Take <aspirin>", [None]),
        ("☐ Give <ceftriaxone>", [None]),
        ("☐ Repeat <CBC>", [None]),
        ("[] <HTN>: continue", [None]),
        ("☐ <HTN>: lisinopril 10 mg", [None]),
        ("☐ <Anemia> workup", [None]),
        ("☐ <HTN> - recheck in a week\n☐ <Gout>", [None, False]),
        ("☒ <Diabetes> ☐ <Asthma>: treatment", [True, False]),
        ("Plan: ☒ Labs\n☐ <Asthma>\n☐ <Gout>:", [False, False]),
    ],
)
def test_a_box_says_whether_its_finding_is_there(line: str, said: list[bool | None]) -> None:
    assert signs(line) == said


def test_spanish_forms_are_read_alike() -> None:
    assert signs("Antecedentes: ☒ <Diabetes> ☐ <Asma>", "es") == [True, False]
    assert signs("<Fiebre>: ☐ Sí ☒ No", "es") == [False]
    assert signs("✗ <Diabetes> ☐ <Asma>", "es") == [True, False]
    assert signs("✓ <Diabetes> ✗ <Asma>", "es") == [True, False]
    assert signs("(+) <tos> (-) <fiebre>", "es") == [True, False]
    assert signs("☐ Tomar <paracetamol>", "es") == [None]
    assert signs("☐ Repetir <hemograma>\n☐ <Gota>", "es") == [None, False]
    assert signs("[ ] <HTA>: continuar enalapril", "es") == [None]


def test_a_sign_turns_what_was_read_and_words_beside_a_ticked_box_hold() -> None:
    plus, minus, ticked = Sign(Span(0, 3), True), Sign(Span(0, 3), False), Sign(Span(0, 1), True, is_box=True)
    empty = Sign(Span(0, 1), False, is_box=True)

    assert plus.status(Status.ABSENT, label=EntityLabel.PROBLEM, is_denied=True) is Status.PRESENT
    assert plus.status(Status.NORMAL, label=EntityLabel.TEST, is_denied=False) is Status.PRESENT
    assert minus.status(Status.PRESENT, label=EntityLabel.PROBLEM, is_denied=False) is Status.ABSENT
    assert minus.status(Status.NORMAL, label=EntityLabel.TEST, is_denied=False) is Status.NORMAL
    assert ticked.status(Status.ABSENT, label=None, is_denied=True) is Status.ABSENT
    assert empty.status(Status.HYPOTHETICAL, label=None, is_denied=False) is Status.HYPOTHETICAL
    assert empty.status(Status.POSSIBLE, label=None, is_denied=False) is Status.ABSENT
    assert empty.status(Status.PRESENT, label=EntityLabel.PROBLEM, is_denied=False) is Status.ABSENT
    for label in (EntityLabel.MEDICATION, EntityLabel.TEST, EntityLabel.PROCEDURE):
        assert empty.status(Status.PRESENT, label=label, is_denied=False) is Status.PRESENT
