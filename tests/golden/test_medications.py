"""Drugs and allergies are read from the golden sentences as they are meant, as the shipped reader finds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from _pytest.mark import ParameterSet

import epicrisis
from epicrisis.domain.records import Medication
from epicrisis.engines.extraction.history.allergies import allergies
from epicrisis.engines.extraction.medications.reader import medications
from epicrisis.engines.extraction.note import Note
from tests.golden import allergies as golden_allergies
from tests.golden import medications as golden_medications
from tests.golden.case import Case
from tests.golden.drug_marks import ToldAllergy, ToldDrug, read_allergies, read_drugs

DRUGS = {"en": golden_medications.CASES, "es": golden_medications.SPANISH_CASES}
PARTS = ("strength", "form", "dose", "route", "frequency", "duration", "reason")


@pytest.fixture(scope="module")
def pipeline() -> epicrisis.Pipeline:
    return epicrisis.load()


def parameters(cases: Mapping[str, Sequence[str | Case]], language: str = "") -> Iterator[ParameterSet]:
    for group, entries in cases.items():
        for entry in entries:
            case = entry if isinstance(entry, Case) else Case(entry)
            reason = case.weaknesses.get("model")
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            name = f"{language or group}-{case.sentence}"
            yield pytest.param(language or group, case.sentence, id=name, marks=marks)


def told(medication: Medication) -> ToldDrug:
    parts = {part: getattr(medication, part) for part in PARTS}
    return ToldDrug(
        medication.name.text, medication.state, {part: said.text for part, said in parts.items() if said is not None}
    )


@pytest.mark.parametrize(
    ("language", "sentence"), [each for language, cases in DRUGS.items() for each in parameters(cases, language)]
)
def test_drugs_of_a_golden_sentence(pipeline: epicrisis.Pipeline, language: str, sentence: str) -> None:
    text, expected = read_drugs(sentence)

    found = medications(Note(pipeline.annotate(text, language=language)))

    assert [told(each) for each in found] == expected


@pytest.mark.parametrize(("language", "sentence"), [*parameters(golden_allergies.CASES)])
def test_allergies_of_a_golden_sentence(pipeline: epicrisis.Pipeline, language: str, sentence: str) -> None:
    text, expected, none = read_allergies(sentence)

    found, no_known = allergies(Note(pipeline.annotate(text, language=language)))

    assert [
        ToldAllergy(each.substance.text, each.status.value, tuple(reaction.text for reaction in each.reactions))
        for each in found
    ] == expected
    assert (None if no_known is None else no_known.text) == none
