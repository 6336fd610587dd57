from __future__ import annotations

import pytest

from epicrisis.engines.extraction.follow_up import follow_up
from tests.unit.engines.extraction.marked import note

CASES = [
    ("PLAN: Return to clinic in 2 weeks.", "en", "Return to clinic in 2 weeks", "in 2 weeks", "clinic"),
    (
        "She should follow up with Dr. X in three months.",
        "en",
        "follow up with Dr. X in three months",
        "in three months",
        "Dr. X",
    ),
    (
        "PLAN: Follow up with cardiology as needed.",
        "en",
        "Follow up with cardiology as needed",
        "as needed",
        "cardiology",
    ),
    ("Check BMP in 2 weeks.", "en", "Check BMP in 2 weeks", "in 2 weeks", None),
    ("PLAN: Solicitar analítica en 2 semanas.", "es", "Solicitar analítica en 2 semanas", "en 2 semanas", None),
    ("We will recheck the TSH in 6 weeks.", "en", "recheck the TSH in 6 weeks", "in 6 weeks", None),
    ("FOLLOWUP: We will follow up on the cultures.", "en", "follow up on the cultures", None, None),
    (
        "PLAN: Revisión en consultas de Cardiología en 4 semanas.",
        "es",
        "Revisión en consultas de Cardiología en 4 semanas",
        "en 4 semanas",
        "Cardiología",
    ),
    (
        "PLAN: Control por su médico de familia en 10 días.",
        "es",
        "Control por su médico de familia en 10 días",
        "en 10 días",
        "médico de familia",
    ),
    ("PLAN: f/u with PCP in 1 week.", "en", "f/u with PCP in 1 week", "in 1 week", "PCP"),
    ("RTC 3 months.", "en", "RTC 3 months", "3 months", None),
    ("PLAN: Ortho follow-up 2 weeks.", "en", "Ortho follow-up 2 weeks", "2 weeks", "Ortho"),
    ("Follow up with: PCP in 1 week.", "en", "Follow up with: PCP in 1 week", "in 1 week", "PCP"),
    ("PLAN: See PCP in 1 week.", "en", "See PCP in 1 week", "in 1 week", "PCP"),
    ("FOLLOW-UP: 2 weeks.", "en", "2 weeks", "2 weeks", None),
    ("FOLLOWUP: With Dr. X as needed.", "en", "With Dr. X as needed", "as needed", "Dr. X"),
    ("APPOINTMENTS:\n- PCP", "en", "PCP", None, "PCP"),
    ("PLAN: Revisión 3 meses.", "es", "Revisión 3 meses", "3 meses", None),
    ("SEGUIMIENTO: Por su médico de cabecera.", "es", "Por su médico de cabecera", None, "médico de cabecera"),
    (
        "PRÓXIMA CITA: 31/02/2030 a las 10:00.",
        "es",
        "31/02/2030 a las 10:00",
        "31/02/2030",
        None,
    ),
    (
        "Citado en consultas de Digestivo el día 31/02/2030.",
        "es",
        "Citado en consultas de Digestivo el día 31/02/2030",
        "31/02/2030",
        "Digestivo",
    ),
    ("PLAN: f/u renal function in 1 week.", "en", "f/u renal function in 1 week", "in 1 week", None),
    ("PLAN: f/u with renal in 1 week.", "en", "f/u with renal in 1 week", "in 1 week", "renal"),
    ("PLAN: f/u GI and renal in 1 week.", "en", "f/u GI and renal in 1 week", "in 1 week", "GI"),
    ("PLAN: Follow up with GI for colonoscopy.", "en", "Follow up with GI for colonoscopy", None, "GI"),
    ("PLAN: Renal follow-up 2 weeks.", "en", "Renal follow-up 2 weeks", "2 weeks", "Renal"),
    ("FOLLOW-UP: [Renal ultrasound|TEST] in 6 weeks.", "en", "Renal ultrasound in 6 weeks", "in 6 weeks", None),
    ("FOLLOW-UP: Renal ultrasound in 6 weeks.", "en", "Renal ultrasound in 6 weeks", "in 6 weeks", None),
    ("FOLLOW-UP: Renal - in 6 weeks.", "en", "Renal - in 6 weeks", "in 6 weeks", "Renal"),
    ("FOLLOW-UP: Renal two weeks.", "en", "Renal two weeks", "two weeks", "Renal"),
    ("FOLLOW-UP: GI: Dr. X", "en", "GI: Dr. X", None, "GI: Dr. X"),
    ("FOLLOW-UP: Pulmonary clinic.", "en", "Pulmonary clinic", None, "Pulmonary clinic"),
    ("FOLLOW-UP: Vascular.", "en", "Vascular", None, "Vascular"),
    ("FOLLOW-UP: [Heart failure|PROBLEM] clinic.", "en", "Heart failure clinic", None, "Heart failure clinic"),
    ("SEGUIMIENTO: Alergia.", "es", "Alergia", None, "Alergia"),
    ("SEGUIMIENTO: Por su médico de primaria.", "es", "Por su médico de primaria", None, "su médico"),
    ("Cita en Alergia el 12/03/2021.", "es", "Cita en Alergia el 12/03/2021", "12/03/2021", "Alergia"),
    ("Control con Nutrición en 2 meses.", "es", "Control con Nutrición en 2 meses", "en 2 meses", "Nutrición"),
    (
        "Control de nutrición parenteral en 2 días.",
        "es",
        "Control de nutrición parenteral en 2 días",
        "en 2 días",
        None,
    ),
    ("Se cita en Neurología el 12/03/2021.", "es", "Se cita en Neurología el 12/03/2021", "12/03/2021", "Neurología"),
]


@pytest.mark.parametrize(("text", "language", "words", "when", "whom"), CASES, ids=[case[0] for case in CASES])
def test_what_when_and_with_whom(text: str, language: str, words: str, when: str | None, whom: str | None) -> None:
    [found] = follow_up(note(text, language))

    assert found.words.text == words
    assert (found.when and found.when.text, found.whom and found.whom.text) == (when, whom)


LISTS = [
    (
        "FOLLOW-UP: Cardiology clinic with Dr. X on 02/31/2030. BMP in 1 week.",
        "en",
        [
            ("Cardiology clinic with Dr. X on 02/31/2030", "02/31/2030", "Cardiology clinic"),
            ("BMP in 1 week", "in 1 week", None),
        ],
    ),
    (
        "Follow-up: PCP 1 week; Cardiology 2 weeks.",
        "en",
        [("PCP 1 week", "1 week", "PCP"), ("Cardiology 2 weeks", "2 weeks", "Cardiology")],
    ),
    (
        "Follow-up: PCP 1 week, Cardiology 2 weeks.",
        "en",
        [("PCP 1 week", "1 week", "PCP"), ("Cardiology 2 weeks", "2 weeks", "Cardiology")],
    ),
    (
        "FOLLOW-UP APPOINTMENTS:\n1. Dr. X, Cardiology, 02/31/2030 at 10:00\n2. PCP in 1 week\n"
        "3. Wound clinic - March 3",
        "en",
        [
            ("Dr. X, Cardiology, 02/31/2030 at 10:00", "02/31/2030", "Dr. X"),
            ("PCP in 1 week", "in 1 week", "PCP"),
            ("Wound clinic - March 3", "March 3", "Wound clinic"),
        ],
    ),
    (
        "CITAS:\n- Cardiología 31/02/2030 a las 10:00\n- Analítica en 1 mes",
        "es",
        [
            ("Cardiología 31/02/2030 a las 10:00", "31/02/2030", "Cardiología"),
            ("Analítica en 1 mes", "en 1 mes", None),
        ],
    ),
]


@pytest.mark.parametrize(("text", "language", "told"), LISTS, ids=[case[0] for case in LISTS])
def test_what_a_heading_asks_for_is_told_line_by_line(
    text: str, language: str, told: list[tuple[str, str | None, str | None]]
) -> None:
    found = follow_up(note(text, language))

    assert [(each.words.text, each.when and each.when.text, each.whom and each.whom.text) for each in found] == told


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("FOLLOWUP: The patient was seen by Dr. X on 02/31/2030.", "en"),
        ("FOLLOWUP INSTRUCTIONS: Take aspirin for 7 days. No lifting for 6 weeks.", "en"),
        ("FOLLOWUP: Dr. X if there is fever.", "en"),
        ("PLAN: Return to the ED if chest pain.", "en"),
        ("PLAN: This is a follow-up evaluation with the patient.", "en"),
        ("HPI: He was last seen in follow-up 3 weeks ago.", "en"),
        ("SEGUIMIENTO: Omeprazol 20 mg cada 24 horas durante 10 días.", "es"),
        ("PLAN: Acudir a urgencias si fiebre.", "es"),
        ("HPI: He presents for follow up of his wound.", "en"),
        ("PLAN: Return if there is fever.", "en"),
        ("LABORATORY: Repeat CBC showed 12.", "en"),
        ("She was lost to follow up.", "en"),
        ("PLAN: Si presenta fiebre, acudir a Urgencias.", "es"),
        ("En el seguimiento, el paciente está bien.", "es"),
        ("FOLLOW-UP: Pulmonary function tests.", "en"),
        ("FOLLOW-UP: Renal insufficiency.", "en"),
        ("FOLLOW-UP: GI bleed stable.", "en"),
        ("FOLLOW-UP: Vascular dementia, stable.", "en"),
        ("FOLLOW-UP: Renal: creatinine stable.", "en"),
        ("FOLLOW-UP: Renal and bladder stones.", "en"),
        ("FOLLOW-UP: Surgery [wound infection|PROBLEM].", "en"),
        ("SEGUIMIENTO: Alergia a penicilina", "es"),
        ("SEGUIMIENTO: Alergia a [penicilina|MEDICATION]", "es"),
        ("SEGUIMIENTO: Nutrición enteral.", "es"),
        ("SEGUIMIENTO: Cirugía por [apendicitis|PROBLEM].", "es"),
    ],
)
def test_what_was_done_and_what_is_advice_are_no_follow_up(text: str, language: str) -> None:
    assert follow_up(note(text, language)) == ()


@pytest.mark.parametrize(
    "words", ["PLAN: Check blood sugar daily.", "HPI: On check in clinic he was fine.", "Check CBC."]
)
def test_what_is_checked_at_no_time_to_come_is_no_follow_up(words: str) -> None:
    assert follow_up(note(words)) == ()
