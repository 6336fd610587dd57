from __future__ import annotations

import pytest

from tests.unit.text.marks import found, marked

ENDING = [
    # headings alone on a line, and inline
    "HISTORY OF PRESENT ILLNESS:‖\nThe patient is well.",
    "PHYSICAL EXAMINATION‖\nHEENT:‖\nNormal.‖\nLUNGS: Clear.",
    "FINDINGS: The lungs are clear.‖\nIMPRESSION: Normal chest.",
    "PHYSICAL EXAM: GENERAL: No acute distress.",
    "VITALS: BP 120/80, HR 70‖\nGEN: NAD‖\nLUNGS: CTAB",
    "Sodium: 140‖\nPotassium: 4.1",
    # lists
    "1. Left atrial enlargement‖\n2. Mild mitral regurgitation‖\n3. Ejection fraction 55%",
    "IMPRESSION:‖\n1) Hypertension‖\n(2) Diabetes‖\n- aspirin‖\n-metformin‖\n• statin‖\n* iron‖\na) zinc‖\nIV. Rest",
    "FINDINGS:‖\nA. Left heart normal‖\nB. Right heart normal",
    "The following were given:‖\naspirin‖\n- iron",
    "Diagnoses:‖\n✗ Diabetes‖\n☐ asthma‖\n[✗] gout‖\n[ ] COPD",
    # short lines
    "Mild mitral regurgitation‖\nLeft atrial enlargement",
    "Denies chest pain‖\nno fever‖\nno cough",
    "The lungs are clear.‖\nno effusion.",
    "Taken to the OR‖\nThe abdomen was opened",
    # tables
    "Sodium\t140\tnormal‖\nPotassium\t4.1\tnormal",
    "Sodium   140   mmol/L‖\npotassium   4.1   mmol/L",
    "| drug | dose |‖\n| iron | 50 mg |",
    # blank lines and other line ends
    "with pain and‖\n\nfever",
    "Pain.‖\r\nFever.‖\r\n\r\nCough",
    "Page one‖\fPage two‖\u2028Line three‖\x85Line four‖\rLine five",
]

RUNNING_ON = [
    "The patient denies chest\npain and fever.",
    "The patient was seen by\nDr. Prueba today.",
    "Seen by Dr.\nPrueba today.",
    "Lopressor, Lasix,\nAspirin and iron",
    "SEEN BY\nDR. PRUEBA TODAY",
    "Given on a p.r.n.\nbasis for pain.",
    "A long item\n  , it goes on",
    "12.\nRIGHT BICEPS: Normal.",
]

# Lines wrapped at 72 characters or so.
WRAPPED = [
    "The patient is a 45 year old woman who came to the hospital last night\n"
    "with chest pain that began this morning and was treated by the team of\n"
    "Cardiology at once with aspirin, oxygen, nitroglycerin and intravenous\n"
    "Heparin in the ambulance.‖ She is now without pain and asks to go home\n"
    "today.‖\n"
    "Discharge tomorrow",
]


@pytest.mark.parametrize("case", ENDING)
def test_ends_a_sentence_with_its_line(case: str) -> None:
    assert found(case) == marked(case)


@pytest.mark.parametrize("case", RUNNING_ON)
def test_goes_on_over_a_line_break_inside_a_sentence(case: str) -> None:
    assert found(case) == [case]


@pytest.mark.parametrize("case", WRAPPED)
def test_joins_wrapped_lines_even_before_a_capital(case: str) -> None:
    assert found(case) == marked(case)


def test_reads_spanish_lines_alike() -> None:
    case = "EXPLORACIÓN FÍSICA‖\nVarón valorado por\nCirugía General‖\nniega tos‖\nniega fiebre‖\n» afebril"

    assert found(case, "es") == marked(case)
