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
    ("Se cita en Neurología el 12/03/2021.", "es", "Se cita en Neurología el 12/03/2021", "12/03/2021", "Neurología"),
]


@pytest.mark.parametrize(("text", "language", "words", "when", "whom"), CASES, ids=[case[0] for case in CASES])
def test_what_when_and_with_whom(text: str, language: str, words: str, when: str | None, whom: str | None) -> None:
    [found] = follow_up(note(text, language))

    assert found.words.text == words
    assert (found.when and found.when.text, found.whom and found.whom.text) == (when, whom)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("HPI: He presents for follow up of his wound.", "en"),
        ("PLAN: Return if there is fever.", "en"),
        ("LABORATORY: Repeat CBC showed 12.", "en"),
        ("She was lost to follow up.", "en"),
        ("PLAN: Si presenta fiebre, acudir a Urgencias.", "es"),
        ("En el seguimiento, el paciente está bien.", "es"),
    ],
)
def test_what_was_done_and_what_is_advice_are_no_follow_up(text: str, language: str) -> None:
    assert follow_up(note(text, language)) == ()
