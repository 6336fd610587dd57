from __future__ import annotations

import pytest

from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.tasks.relations import score_relations

TEXT = "Lisinopril 10 mg, daily, Lasix 40 mg."
WORDS = [
    ("Lisinopril", "Medication"),
    ("10 mg", "Dosage"),
    ("daily", "Frequency"),
    ("Lasix", "Medication"),
    ("40 mg", "Dosage"),
]


def row() -> LabRow:
    entities = [
        {"start": TEXT.index(words), "end": TEXT.index(words) + len(words), "label": label} for words, label in WORDS
    ]
    relations = [{"type": "MODIFY", "head": head, "tail": tail} for head, tail in ((1, 0), (2, 0), (4, 3))]
    return parse_row({"id": "1", "text": TEXT, "source": "MACCROBAT2020", "entities": entities, "relations": relations})


def test_the_scorer_beats_the_nearest_drug_on_the_same_row() -> None:
    ours, nearest = (score_relations(name, [row()]) for name in ("model", "nearest"))

    assert ours.tally.figures()["relations.drugs.f1"] == 1
    assert nearest.tally.figures()["relations.drugs.f1"] == pytest.approx(2 / 3, abs=1e-6)
    assert [mistake.kind for mistake in nearest.mistakes] == ["other head FREQUENCY"]


def test_an_unknown_joiner_is_told_by_name() -> None:
    with pytest.raises(MissingCapability, match="nearest"):
        score_relations("oracle", [row()])


def test_rows_without_relations_cannot_be_scored() -> None:
    with pytest.raises(NothingToScore, match="maccrobat2020"):
        score_relations("model", [parse_row({"id": "1", "text": "Fever.", "entities": []})])
