"""The definitions of drugs and allergies name every field and state, and are read as they are meant."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

import epicrisis
from epicrisis.domain.records import Medication, MedicationState
from epicrisis.engines.extraction.history.allergies import allergies
from epicrisis.engines.extraction.medications.reader import medications
from epicrisis.engines.extraction.note import Note
from tests.docs.pages import ROOT
from tests.golden.drug_marks import read_drugs
from tests.golden.test_medications import told

PAGE = (ROOT / "docs" / "clinical" / "medications.md").read_text(encoding="utf-8")
SENTENCES = re.findall(r"^- (en|es): (.+)$", PAGE, re.MULTILINE)
ALLERGIES = re.findall(r"^\| ([^|]+\.) \| (\S[^|]*) \| ([A-Z]+) \|([^|]*)\|$", PAGE, re.MULTILINE)
# Judged and coded elsewhere, or said of the whole item.
OTHERS = {"codes", "confidence", "mentions", "section", "state", "status", "temporality"}
LANGUAGES = {"Alérgico": "es", "Niega": "es"}


@pytest.fixture(scope="module")
def pipeline() -> epicrisis.Pipeline:
    return epicrisis.load()


def part(heading: str) -> str:
    """Return what stands under the third-level ``heading``."""
    return PAGE.partition(f"\n### {heading}\n")[2].partition("\n#")[0]


@pytest.mark.parametrize(
    "heading", [*MedicationState, *(each.name for each in fields(Medication) if each.name not in OTHERS)]
)
def test_each_field_and_state_is_defined_by_sentences_in_both_languages(heading: str) -> None:
    sentences = re.findall(r"^- (en|es): (.+)$", part(heading), re.MULTILINE)

    mark = heading.lower().replace("_", "-")
    assert {language for language, _ in sentences} == {"en", "es"}
    assert heading == "name" or all(f"|{mark}]" in sentence for _, sentence in sentences)


@pytest.mark.parametrize(("language", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_the_definitions_are_read_as_they_are_meant(pipeline: epicrisis.Pipeline, language: str, sentence: str) -> None:
    text, expected = read_drugs(sentence)

    found = medications(Note(pipeline.annotate(text, language=language)))

    assert [told(each) for each in found] == expected


@pytest.mark.parametrize(("sentence", "substance", "status", "reactions"), ALLERGIES, ids=[row[0] for row in ALLERGIES])
def test_the_allergies_of_the_page_are_read_as_they_are_meant(
    pipeline: epicrisis.Pipeline, sentence: str, substance: str, status: str, reactions: str
) -> None:
    language = LANGUAGES.get(sentence.split()[0], "en")

    (found,), _ = allergies(Note(pipeline.annotate(sentence, language=language)))

    assert (found.substance.text, found.status) == (substance, status)
    assert [each.text for each in found.reactions] == reactions.split()
