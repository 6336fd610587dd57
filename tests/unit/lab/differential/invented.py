"""An invented corpus in the form of DDXPlus: three pathologies, seven evidences, patients by hand or by dice."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from epicrisis_lab.differential.ddxplus import FOLDER, PATIENTS, Patients, patients_of
from epicrisis_lab.differential.words import CODES, CONDITIONS, EVIDENCES, words_of

# Real codes and pathologies, so that the engine we ship can be asked too.
COLUMNS = ["E_91", "E_201", "E_97", "E_55_@_V_89", "E_56_@_2", "E_56_@_8", "E_79"]
FEVER, COUGH, SORE_THROAT, FOREHEAD, MILD, BAD, SMOKER = range(7)
PATHOLOGIES = ["Influenza", "Bronchitis", "Cluster headache"]
FLU, BRONCHITIS, HEADACHE = range(3)
# How often each evidence is there.
CHANCES = {
    FLU: (0.9, 0.6, 0.5, 0.3, 0.5, 0.2, 0.0),
    BRONCHITIS: (0.3, 0.95, 0.4, 0.0, 0.0, 0.0, 0.6),
    HEADACHE: (0.0, 0.0, 0.0, 0.9, 0.1, 0.85, 0.3),
}
_ASKED = {
    "E_91": ("Do you have a fever?", False, "B", {}),
    "E_201": ("Do you have a cough?", False, "B", {}),
    "E_97": ("Do you have a sore throat?", False, "B", {}),
    "E_55": ("Do you feel pain somewhere?", False, "M", {"V_89": {"en": "forehead"}}),
    "E_56": ("How intense is the pain?", False, "C", {}),
    "E_79": ("Do you smoke cigarettes?", True, "B", {}),
}

Row = tuple[int, int, str, int | None, str, Sequence[int], Sequence[int]]


def write_corpus(root: Path, rows: Iterable[Row]) -> Path:
    """Write a corpus of ``rows`` (number, age, sex, label, its source, evidences, list) under ``root``."""
    folder = root / FOLDER
    folder.mkdir(parents=True)
    write_words(folder)
    with gzip.open(folder / PATIENTS, "wt", encoding="utf-8") as file:
        file.write("row,age,sex,label,label_source,candidates,evidences,ddx\n")
        for number, age, sex, label, source, evidences, listed in rows:
            told = " ".join(map(str, evidences)), " ".join(map(str, listed))
            file.write(f"{number},{age},{sex},{'' if label is None else label},{source},,{told[0]},{told[1]}\n")
    return folder


def write_words(folder: Path) -> None:
    admitted = {
        place: {COLUMNS[column].partition("_@_")[0] for column, chance in enumerate(own) if chance}
        for place, own in CHANCES.items()
    }
    questions = {
        code: {"question_en": asked, "is_antecedent": past, "data_type": kind, "value_meaning": meaning}
        for code, (asked, past, kind, meaning) in _ASKED.items()
    }
    pathologies = {
        name: {
            "symptoms": dict.fromkeys(admitted[place] - {"E_79"}),
            "antecedents": dict.fromkeys({"E_79"} & admitted[place]),
        }
        for place, name in enumerate(PATHOLOGIES)
    }
    for name, content in (
        (CODES, {"columns": COLUMNS, "pathologies": PATHOLOGIES}),
        (CONDITIONS, pathologies),
        (EVIDENCES, questions),
    ):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def drawn(count: int, seed: int = 0) -> list[Row]:
    """Return ``count`` patients drawn by ``CHANCES``; on the list is whatever all evidences go with."""
    dice, rows = Random(seed), list[Row]()
    while len(rows) < count:
        label = dice.choice(list(CHANCES))
        evidences = [column for column, chance in enumerate(CHANCES[label]) if dice.random() < chance]
        if not evidences:
            continue
        listed = [place for place, own in CHANCES.items() if all(own[column] for column in evidences)]
        source = "file" if dice.random() < 0.3 else "rule" if len(listed) == 1 else "set"
        told = label if source != "set" else None
        rows.append((len(rows), dice.randrange(20, 90), dice.choice("FM"), told, source, evidences, listed))
    return rows


def read(folder: Path) -> Patients:
    return patients_of(folder, words_of(folder))
