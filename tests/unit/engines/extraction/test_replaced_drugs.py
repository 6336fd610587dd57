"""A drug that another came in the place of is stopped."""

from __future__ import annotations

import pytest

from epicrisis.domain.records import MedicationState
from tests.serving import rules_pipeline

STOPPED, STARTED, TAKEN = MedicationState.STOPPED, MedicationState.STARTED, MedicationState.TAKEN


@pytest.mark.parametrize(
    ("language", "text", "states"),
    [
        ("en", "Simvastatin was changed to rosuvastatin.", [STOPPED, STARTED]),
        ("en", "Lisinopril 20 mg daily was switched to losartan 50 mg daily for cough.", [STOPPED, STARTED]),
        ("en", "Her warfarin has been replaced by apixaban.", [STOPPED, None]),
        ("en", "Continue metformin. Switched to insulin glargine at night.", [TAKEN, STARTED]),
        ("es", "Simvastatina se cambia por rosuvastatina.", [STOPPED, None]),
        ("es", "El enalapril fue sustituido por losartán por tos.", [STOPPED, None]),
    ],
)
def test_a_drug_in_whose_place_another_came_is_stopped(
    language: str, text: str, states: list[MedicationState | None]
) -> None:
    record = rules_pipeline().extract(text, language=language)
    told = [each.state for each in record.medications]
    assert len(told) == len(states)
    # How the new one is told is another matter: it is not stopped.
    for state, wanted in zip(told, states, strict=True):
        assert state is wanted if wanted is not None else state is not STOPPED


@pytest.mark.parametrize(
    "text", ["Plan to change simvastatin to rosuvastatin.", "Simvastatin may be changed to rosuvastatin."]
)
def test_what_may_be_replaced_is_taken_still(text: str) -> None:
    first = rules_pipeline().extract(text, language="en").medications[0]
    assert first.state is not STOPPED
