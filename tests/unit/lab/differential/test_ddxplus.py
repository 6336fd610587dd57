from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.differential.additive import FEMALE, MALE
from epicrisis_lab.differential.ddxplus import (
    FOLDER,
    OPEN,
    PATIENTS,
    Patients,
    Side,
    folder_in,
    patients_in,
    side_of,
)
from epicrisis_lab.differential.words import Words, words_of
from epicrisis_lab.errors import MissingData, UnreadableFile
from tests.unit.lab.differential.invented import (
    BAD,
    BRONCHITIS,
    COLUMNS,
    COUGH,
    FEVER,
    FLU,
    FOREHEAD,
    HEADACHE,
    SMOKER,
    SORE_THROAT,
    read,
    write_corpus,
)


def test_a_patient_is_read_as_the_row_says(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path, [(7, 61, "F", BRONCHITIS, "rule", [COUGH, SMOKER], [FLU, BRONCHITIS])])

    found = read(folder)

    assert (found.rows.tolist(), found.ages.tolist(), found.sexes.tolist()) == ([7], [61.0], [FEMALE])
    assert (found.labels.tolist(), found.given.tolist()) == ([BRONCHITIS], [False])
    assert np.flatnonzero(found.present[0]).tolist() == [COUGH, SMOKER]
    assert np.flatnonzero(found.listed[0]).tolist() == [FLU, BRONCHITIS]


def test_candidates_are_those_of_the_list_that_all_evidences_go_with(tmp_path: Path) -> None:
    everybody = [FLU, BRONCHITIS, HEADACHE]
    folder = write_corpus(
        tmp_path,
        [
            (0, 30, "M", None, "set", [FEVER, COUGH], everybody),
            (1, 30, "M", None, "set", [FEVER, COUGH], [BRONCHITIS]),
            (2, 30, "M", None, "set", [FOREHEAD, SMOKER], everybody),
        ],
    )

    candidates = read(folder).candidates

    assert [np.flatnonzero(row).tolist() for row in candidates] == [[FLU, BRONCHITIS], [BRONCHITIS], [HEADACHE]]


def test_who_has_no_label_is_open(patients: Patients) -> None:
    opened = patients.taken(patients.labels == OPEN)

    assert 0 < len(opened) < len(patients)
    assert (opened.candidates.sum(axis=1) > 1).all()
    assert len(patients.labelled) == len(patients) - len(opened)


@pytest.mark.parametrize(
    ("age", "band"), [(0, 0), (1, 1), (4, 1), (5, 2), (29.9, 3), (30, 4), (74, 6), (75, 7), (109, 7)]
)
def test_ages_fall_into_the_bands_of_the_knowledge_base(patients: Patients, age: float, band: int) -> None:
    one = patients.taken(np.array([0]))
    one.ages[0] = age

    assert one.bands.tolist() == [band]


def test_one_row_in_ten_is_for_dev_and_one_for_calibration_whatever_else_is_in_the_file() -> None:
    sides = [side_of(row) for row in range(20_000)]

    assert 0.09 < sides.count(Side.DEV) / len(sides) < 0.11
    assert 0.09 < sides.count(Side.CALIBRATION) / len(sides) < 0.11
    assert [row for row, side in enumerate(sides[:40]) if side is Side.DEV] == [6, 29, 37]


def test_sides_share_no_row(patients: Patients) -> None:
    rows = [set(patients.of(side).rows.tolist()) for side in Side]

    assert set.union(*rows) == set(range(1500))
    assert sum(map(len, rows)) == 1500


def test_evidences_are_called_as_they_are_asked_with_their_answer(words: Words) -> None:
    assert words.names[FEVER] == "Do you have a fever?"
    assert words.names[FOREHEAD] == "Do you feel pain somewhere? forehead"
    assert words.names[BAD] == "How intense is the pain? 8"
    assert [words.evidences[column] for column in np.flatnonzero(words.single)] == ["E_56_@_2", "E_56_@_8"]
    assert [words.evidences[column] for column in np.flatnonzero(words.histories)] == ["E_79"]


def test_each_pathology_is_a_condition_of_the_knowledge_base(words: Words) -> None:
    assert words.conditions == ["influenza", "acute-bronchitis", "cluster-headache"]


def test_patients_of_a_json_file_are_read_by_codes(tmp_path: Path, words: Words) -> None:
    row = {"age": 33, "sex": "M", "pathology": "Influenza", "evidences": ["E_91", "E_97"]}
    both = {**row, "differential": [["Influenza", 0.7], ["Bronchitis", 0.3]]}
    file = tmp_path / "held.jsonl"
    file.write_text(f"{json.dumps(both)}\n{json.dumps(row)}\n", encoding="utf-8")

    found = patients_in(file, words)

    assert (found.labels.tolist(), found.sexes.tolist()) == ([FLU, FLU], [MALE, MALE])
    assert np.flatnonzero(found.present[0]).tolist() == [FEVER, SORE_THROAT]
    assert found.listed.tolist() == [[True, True, False], [False, False, False]]


@pytest.mark.parametrize(
    "change",
    [{"sex": "Ana Ruiz Prueba"}, {"pathology": "Ana Ruiz Prueba"}, {"evidences": ["Ana Ruiz Prueba"]}, {"age": None}],
    ids=lambda change: next(iter(change)),
)
def test_what_is_no_patient_is_told_by_its_place_and_not_by_its_words(
    tmp_path: Path, words: Words, change: dict[str, object]
) -> None:
    row = {"age": 33, "sex": "M", "pathology": "Influenza", "evidences": ["E_91"]}
    file = tmp_path / "held.jsonl"
    file.write_text(f"{json.dumps(row)}\n{json.dumps({**row, **change})}\n", encoding="utf-8")

    with pytest.raises(UnreadableFile, match=r"held\.jsonl: patient 2") as refusal:
        patients_in(file, words)

    assert "Ruiz" not in str(refusal.value)


def test_a_file_that_is_not_there_or_is_cut_off_is_unreadable(tmp_path: Path, words: Words, folder: Path) -> None:
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes((folder / PATIENTS).read_bytes()[:200])

    for file in (tmp_path / "none.jsonl", cut):
        with pytest.raises(UnreadableFile, match=file.name):
            patients_in(file, words)


@pytest.mark.parametrize("root", [None, Path("/nowhere")])
def test_a_corpus_that_is_not_there_says_what_to_set(root: Path | None) -> None:
    with pytest.raises(MissingData, match="EPICRISIS_CORPORA"):
        folder_in(root)


def test_the_corpus_lies_beneath_the_folder_of_the_corpora(folder: Path) -> None:
    root = folder.parents[len(FOLDER.parts) - 1]

    assert folder_in(root) == folder
    assert words_of(folder).evidences == COLUMNS
