from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import Allergy, Medication, NoteRecord, Problem, Procedure
from epicrisis.domain.sections import SectionCategory
from epicrisis.formats.fhir.bundle import to_bundle
from tests.records import stated

PAST = SectionCategory.PAST_HISTORY


def history(said: str, name: str, *, section: SectionCategory | None = PAST, language: str = "en") -> dict[str, Any]:
    """Return the Bundle of a note that says ``said``, whose problem ``name`` is told of the past."""
    note = Document("n1", said, language)
    problem = Problem(stated(name, document=note), Status.PRESENT, Temporality.PAST, section=section)
    return to_bundle(NoteRecord("n1", language, problems=(problem,)), note)


def status_in(made: dict[str, Any]) -> tuple[str, str | None]:
    """Return the section of the one Condition of ``made``, and its clinical status."""
    [condition] = [each for each in made["entry"] if each["resource"]["resourceType"] == "Condition"]
    [section] = [
        each["title"]
        for each in made["entry"][0]["resource"]["section"]
        if {"reference": condition["fullUrl"]} in each["entry"]
    ]
    told = condition["resource"].get("clinicalStatus")
    return section, told and told["coding"][0]["code"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Hypertension, type 2 diabetes.", "Hypertension"),
        ("Hypertension, type 2 diabetes.", "type 2 diabetes"),
        ("Atrial fibrillation on apixaban.", "Atrial fibrillation"),
        ("CKD stage 3b", "CKD stage 3b"),
        ("Diabetes mellitus, type II, with neuropathy", "Diabetes mellitus, type II"),
        ("COPD and asthma as a child", "COPD"),
        ("Asthma, not resolved", "Asthma"),
        ("History of hypertension", "hypertension"),
        ("Asthma since childhood", "Asthma"),
        ("Asthma from early childhood", "Asthma"),
        ("Asthma that began in childhood", "Asthma"),
        ("Type 1 diabetes diagnosed in childhood", "Type 1 diabetes"),
        ("Type 1 diabetes, dx'd as a child", "Type 1 diabetes"),
        ("Diagnosed with asthma as a child", "asthma"),
        ("Hypothyroidism diagnosed during pregnancy, on levothyroxine", "Hypothyroidism"),
        ("Childhood-onset epilepsy", "epilepsy"),
        ("Childhood onset epilepsy", "Childhood onset epilepsy"),
        ("Epilepsy, childhood onset", "Epilepsy"),
    ],
)
def test_an_illness_that_lasts_is_active_wherever_it_stands(said: str, name: str) -> None:
    for section in (PAST, None):
        assert status_in(history(said, name, section=section)) == ("Problems", "active")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("HTA, DM tipo 2.", "HTA"),
        ("HTA, DM tipo 2.", "DM tipo 2"),
        ("EPOC y asma en la infancia", "EPOC"),
        ("Fibrilación auricular en tratamiento con apixabán", "Fibrilación auricular"),
        ("Insuficiencia cardiaca con FEVI deprimida", "Insuficiencia cardiaca"),
        ("DM1 diagnosticada en la infancia", "DM1"),
        ("Asma desde la infancia", "Asma"),
        ("Asma desde niña", "Asma"),
        ("Epilepsia de inicio en la infancia", "Epilepsia"),
        ("DM1 con debut en la infancia", "DM1"),
        ("Diagnosticado de asma en la infancia", "asma"),
        ("Diagnosticada con asma en la infancia", "asma"),
        ("Hipotiroidismo diagnosticado durante el embarazo", "Hipotiroidismo"),
    ],
)
def test_an_illness_that_lasts_is_active_in_spanish_too(said: str, name: str) -> None:
    assert status_in(history(said, name, language="es")) == ("Problems", "active")


@pytest.mark.parametrize(
    ("said", "name", "language"),
    [
        ("Asthma as a child; hypertension", "Asthma", "en"),
        ("Asthma, resolved", "Asthma", "en"),
        ("Hypothyroidism (now resolved)", "Hypothyroidism", "en"),
        ("Childhood asthma", "asthma", "en"),
        ("Crohn's disease in remission", "Crohn's disease", "en"),
        ("History of cellulitis", "cellulitis", "en"),
        ("Asma en la infancia. HTA", "Asma", "es"),
        ("Hipotiroidismo, resuelto", "Hipotiroidismo", "es"),
        ("Antecedente de neumonía", "neumonía", "es"),
        ("Childhood asthma", "Childhood asthma", "en"),
        ("Asthma diagnosed as a child, resolved", "Asthma", "en"),
        ("Epilepsy since resolved", "Epilepsy", "en"),
        ("Diabetes diagnosed in 2001 and asthma as a child", "asthma", "en"),
        ("Hypothyroidism during pregnancy", "Hypothyroidism", "en"),
        ("Suffered from asthma as a child", "asthma", "en"),
        ("Asma de la infancia", "Asma", "es"),
        ("Asma diagnosticada en la infancia, resuelta", "Asma", "es"),
        ("DM diagnosticada en 2001 y asma en la infancia", "asma", "es"),
    ],
)
def test_what_is_said_to_be_over_is_inactive(said: str, name: str, language: str) -> None:
    assert status_in(history(said, name, language=language)) == ("Past illness", "inactive")


@pytest.mark.parametrize(
    ("said", "name", "language"),
    [
        ("Appendicitis, hypertension", "Appendicitis", "en"),
        ("Breast cancer 2015", "Breast cancer", "en"),
        ("Gestational diabetes", "Gestational diabetes", "en"),
        ("Asthma exacerbation", "Asthma exacerbation", "en"),
        ("Neumonía en 2019", "Neumonía", "es"),
        ("Diabetes gestacional", "Diabetes gestacional", "es"),
    ],
)
def test_of_what_only_stands_in_a_history_nobody_knows_whether_it_is_over(said: str, name: str, language: str) -> None:
    made = history(said, name, language=language)

    Bundle.model_validate_json(json.dumps(made))
    assert status_in(made) == ("Past illness", None)
    assert "problem-list-item" not in json.dumps(made)


def test_what_a_sentence_tells_of_the_past_is_inactive() -> None:
    assert status_in(history("He had pneumonia in 2019.", "pneumonia", section=None)) == ("Past illness", "inactive")


def test_what_is_denied_is_on_no_list() -> None:
    note = Document("n1", "Denies chest pain. No allergy to latex. Biopsy was declined.")
    record = NoteRecord(
        "n1",
        "en",
        denied=(Problem(stated("chest pain", document=note), Status.ABSENT),),
        allergies=(Allergy(stated("latex", document=note), Status.ABSENT),),
        procedures=(Procedure(stated("Biopsy", document=note), Status.ABSENT),),
    )

    made = to_bundle(record, note)

    Bundle.model_validate_json(json.dumps(made))
    [section] = made["entry"][0]["resource"]["section"]
    assert section["title"] == "Denied or not done"
    assert len(section["entry"]) == 3
    [pain] = [each["resource"] for each in made["entry"] if each["resource"]["resourceType"] == "Condition"]
    assert not {"clinicalStatus", "category"} & pain.keys()
    assert pain["verificationStatus"]["coding"][0]["code"] == "refuted"


@pytest.mark.parametrize(
    ("said", "language", "status"),
    [
        ("Atrial fibrillation on apixaban", "en", "active"),
        ("Atrial fibrillation (taking apixaban)", "en", "active"),
        ("Atrial fibrillation, previously on apixaban", "en", "completed"),
        ("Thrombosis, apixaban for 3 months", "en", "unknown"),
        ("FA en tratamiento con apixaban", "es", "active"),
    ],
)
def test_a_drug_among_the_illnesses_is_taken_where_the_note_says_so(said: str, language: str, status: str) -> None:
    note = Document("n1", said, language)
    drug = Medication(stated("apixaban", document=note), temporality=Temporality.PAST, section=PAST)

    made = to_bundle(NoteRecord("n1", language, medications=(drug,)), note)

    [told] = [each["resource"] for each in made["entry"] if each["resource"]["resourceType"] == "MedicationStatement"]
    assert told["status"] == status
