"""What DDXPlus calls its evidences and pathologies, and which condition of the knowledge base each pathology is."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from epicrisis.engines.differential.additive import Flags
from epicrisis.engines.differential.evidences import answer_of, question_of
from epicrisis.engines.differential.knowledge.reading import tables

CODES, CONDITIONS, EVIDENCES = "patients_codes.json", "conditions.json", "evidences.json"
# Answers that were cut short, or that the translation from French got wrong.
_MENDED = {"N": "no", "Y": "yes", "NA": "none", "palace": "palate", "Caraibes": "Caribbean"}


@dataclass(frozen=True, slots=True)
class Words:
    """Evidences and pathologies, in the order of their columns.

    ``names`` are the questions of the evidences with their answers; of a question in ``single`` one answer holds.
    ``admitted`` says which evidences go with which pathology, evidences by pathologies.
    """

    evidences: Sequence[str]
    pathologies: Sequence[str]
    conditions: Sequence[str]
    names: Sequence[str]
    histories: Flags
    single: Flags
    admitted: Flags


def words_of(folder: Path) -> Words:
    """Return what the corpus in ``folder`` calls evidences and pathologies."""
    codes, pathologies, questions = (_json(folder / name) for name in (CODES, CONDITIONS, EVIDENCES))
    evidences, known = codes["columns"], conditions_by_pathology()
    asked = [questions[question_of(each)] for each in evidences]
    admitted = [{*pathologies[each]["symptoms"], *pathologies[each]["antecedents"]} for each in codes["pathologies"]]
    return Words(
        evidences=evidences,
        pathologies=codes["pathologies"],
        conditions=[known[each] for each in codes["pathologies"]],
        names=[_name(each, question) for each, question in zip(evidences, asked, strict=True)],
        histories=np.array([question["is_antecedent"] for question in asked], dtype=bool),
        single=np.array([question["data_type"] == "C" for question in asked], dtype=bool),
        admitted=np.array([[question_of(each) in own for own in admitted] for each in evidences], dtype=bool),
    )


def _name(evidence: str, question: Mapping[str, Any]) -> str:
    """Return what ``evidence`` is called: "Do you feel pain somewhere? forehead"."""
    asked, value = str(question["question_en"]).strip(), answer_of(evidence)
    if not value:
        return asked
    told = question["value_meaning"].get(value, {}).get("en", value)
    return f"{asked} {_MENDED.get(told, told)}"


def conditions_by_pathology() -> Mapping[str, str]:
    """Return which condition of the knowledge base each pathology of DDXPlus is."""
    found = dict[str, str]()
    for file in (tables() / "conditions").iterdir():
        for name, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if row.get("ddxplus"):
                found[row["ddxplus"]] = name
    return found


def _json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
