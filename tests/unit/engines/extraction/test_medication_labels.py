from __future__ import annotations

import pytest

from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.medications.verbs import said_by
from tests.unit.engines.extraction.test_medication_states import found, told

METFORMIN, IBUPROFEN = "[Metformin|MEDICATION] [500 mg|DOSE]", "[ibuprofen|MEDICATION absent] [600 mg|DOSE]"


@pytest.mark.parametrize(
    "heading",
    [
        "MEDICATIONS STOPPED:",
        "MEDICATIONS DISCONTINUED THIS VISIT:",
        "Stopped medications:",
        "**STOPPED:**",
        "## Stopped",
        "STOP taking these medications:",
        "DISCHARGE MEDICATIONS:\n- [Lisinopril|MEDICATION] [10 mg|DOSE]\nSTOPPED:",
    ],
)
def test_the_drugs_below_a_label_are_what_it_says(heading: str) -> None:
    drugs = told(f"{heading}\n1. {METFORMIN}\n2. {IBUPROFEN}\n\nFOLLOW UP:\n[Aspirin|MEDICATION] [81 mg|DOSE]")

    assert drugs[-3:] == [("Metformin", "STOPPED"), ("ibuprofen", "STOPPED"), ("Aspirin", "TAKEN")]


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("STOP", "STOPPED"),
        ("Discontinued medications", "STOPPED"),
        ("NEW", "STARTED"),
        ("CHANGED", "CHANGED"),
        ("MEDICATIONS HELD", "HELD"),
        ("Home meds held on admission", "HELD"),
        ("CONTINUE", "TAKEN"),
        ("For pain", "TAKEN"),
        ("NEW AND CHANGED MEDICATIONS", "TAKEN"),
    ],
)
def test_the_drugs_behind_a_label_are_what_it_says(label: str, state: str) -> None:
    assert told(f"{label}: {METFORMIN}, [ibuprofen|MEDICATION]") == [("Metformin", state), ("ibuprofen", state)]


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("TRATAMIENTO SUSPENDIDO", "STOPPED"),
        ("Medicación que se suspende", "STOPPED"),
        ("NUEVO", "STARTED"),
        ("MODIFICADO", "CHANGED"),
        ("Resto sin cambios", "TAKEN"),
    ],
)
def test_spanish_labels_say_it_too(label: str, state: str) -> None:
    drugs = told(f"{label}: [atenolol|MEDICATION] [50 mg|DOSE], [simvastatina|MEDICATION]", "es")

    assert drugs == [("atenolol", state), ("simvastatina", state)]


def test_labels_of_one_line_end_each_other() -> None:
    drugs = told(
        "DISCHARGE MEDICATIONS: NEW: [Apixaban|MEDICATION]. STOPPED: [metformin|MEDICATION absent]. "
        "UNCHANGED: [lisinopril|MEDICATION]. Discontinued: none. [Aspirin|MEDICATION]. Follow-up: [iron|MEDICATION]"
    )

    assert [state for _, state in drugs] == ["STARTED", "STOPPED", "TAKEN", "TAKEN", "TAKEN"]


def test_what_a_sentence_says_counts_before_the_label_over_it() -> None:
    assert told("STOPPED:\n- Continue [aspirin|MEDICATION]") == [("aspirin", "TAKEN")]


@pytest.mark.parametrize("cell", ["\tDiscontinued", " - discontinued", "; Discontinued", " (stopped)", ": stop"])
def test_the_last_cell_of_a_row_says_what_becomes_of_its_drug(cell: str) -> None:
    drugs = told(f"MEDICATIONS:\n[Metformin|MEDICATION absent] [500 mg|DOSE]{cell}\n[Aspirin|MEDICATION]\tActive")

    assert drugs == [("Metformin", "STOPPED"), ("Aspirin", "TAKEN")]


def test_dates_are_no_labels() -> None:
    drugs = told("MEDICATIONS:\n[Aspirin|MEDICATION] Start: 01/02/2020 Stop: 03/04/2020, [iron|MEDICATION]")

    assert [state for _, state in drugs] == ["TAKEN", "TAKEN"]


def test_a_drug_of_a_label_keeps_its_prescription() -> None:
    (drug,) = found("MEDICATIONS STOPPED: [Lisinopril|MEDICATION absent] [10 mg|DOSE] [daily|FREQUENCY].")

    assert [each.text for each in (drug.dose, drug.frequency) if each] == ["10 mg", "daily"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_word_of_a_label_says_one_thing(language: str) -> None:
    lists = word_lists("drug_labels", language)
    words = [word for key in lists if key not in {"beside", "nothing"} for word in lists[key]]

    assert len(words) == len(set(words)) == len(said_by("drug_labels", language)[0])


def test_what_is_said_in_brackets_is_not_said_of_the_next_drug() -> None:
    drugs = told("MEDICATIONS: [lisinopril|MEDICATION] (increased), [metoprolol|MEDICATION], [iron|MEDICATION] daily")

    assert [state for _, state in drugs] == ["TAKEN", "TAKEN", "TAKEN"]
