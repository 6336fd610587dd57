"""Sentences whose record is known, read as a user would have them: by the reader of their language, and the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

import epicrisis
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.domain.records import NoteRecord
from epicrisis.engines.registry import extraction_engine

# What stands in a list of the record, item by item; a list that is not named is not asked.
CASES: list[tuple[str, str, Mapping[str, list[str]]]] = [
    (
        "HISTORY: The patient denies chest pain. Possible pneumonia in the right lower lobe.",
        "en",
        {"problems": ["pneumonia in the right lower lobe POSSIBLE"], "denied": ["chest pain"]},
    ),
    (
        "PLAN: Acetaminophen as needed for pain. Return for bleeding.",
        "en",
        {"problems": [], "hypothetical": ["pain", "bleeding"]},
    ),
    (
        "ALLERGIES: Penicillin causes hives.\nMEDICATIONS: Aspirin 81 mg daily.",
        "en",
        {"problems": [], "medications": ["Aspirin"], "allergies": ["Penicillin"]},
    ),
    (
        "FAMILY HISTORY: Mother died of breast cancer at 52. No family history of diabetes.",
        "en",
        {"problems": [], "denied": [], "family": ["breast cancer PRESENT Mother", "diabetes ABSENT None"]},
    ),
    (
        "PAST SURGICAL HISTORY: Appendectomy in 1998.\nPLAN: MRI of the brain next week.",
        "en",
        {"procedures": ["Appendectomy PRESENT", "MRI of the brain HYPOTHETICAL"]},
    ),
    (
        "ASSESSMENT: Chronic obstructive pulmonary disease (COPD). His COPD is stable.",
        "en",
        {"problems": ["Chronic obstructive pulmonary disease (COPD) PRESENT"]},
    ),
    (
        "ENFERMEDAD ACTUAL: Refiere cefalea. Niega fiebre.\nJUICIO CLÍNICO: Posible meningitis.",
        "es",
        {"problems": ["cefalea PRESENT", "meningitis POSSIBLE"], "denied": ["fiebre"]},
    ),
    (
        "ANTECEDENTES FAMILIARES: Padre con DM2. Madre con cáncer de mama.",
        "es",
        {"problems": [], "family": ["DM2 PRESENT Padre", "cáncer de mama PRESENT Madre"]},
    ),
    (
        "TRATAMIENTO: Paracetamol 1 g si dolor.",
        "es",
        {"problems": []},
    ),
]

TOLD: Mapping[str, Callable[[NoteRecord], list[str]]] = {
    "problems": lambda record: [f"{each.name.text} {each.status}" for each in record.problems],
    "denied": lambda record: [each.name.text for each in record.denied],
    "hypothetical": lambda record: [each.name.text for each in record.hypothetical],
    "medications": lambda record: [each.name.text for each in record.medications],
    "allergies": lambda record: [each.substance.text for each in record.allergies],
    "procedures": lambda record: [f"{each.name.text} {each.status}" for each in record.procedures],
    "family": lambda record: [
        f"{each.condition.text} {each.status} {each.relative and each.relative.text}" for each in record.family
    ],
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return epicrisis.load()


@pytest.mark.parametrize(("text", "language", "expected"), CASES, ids=[case[0] for case in CASES])
def test_record_of_sentences(pipeline: Pipeline, text: str, language: str, expected: Mapping[str, list[str]]) -> None:
    note = pipeline.annotate(text, language=language)

    record = extraction_engine("rules", language).extract(note)

    assert {name: TOLD[name](record) for name in expected} == expected
