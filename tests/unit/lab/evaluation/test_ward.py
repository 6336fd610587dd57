"""Documents as they would stand on a ward."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.evaluation.run import Ask, Task, evaluate, load_batch
from epicrisis_lab.evaluation.ward import as_on_a_ward
from tests.unit.lab.files import entity, sentence, write

TEXT = "Paciente con hipertensión arterial y fibrilación auricular. La ecografía abdominal mostró colelitiasis."
MARKED = ("hipertensión arterial", "fibrilación auricular", "colelitiasis")


@pytest.fixture
def rows(tmp_path: Path) -> list[LabRow]:
    named = [entity(words, "ENFERMEDAD") for words in MARKED]
    many = [sentence(f"d{n}", TEXT, *named, lang="es", source="distemist") for n in range(40)]
    return list(load_rows([write(tmp_path / "dev.jsonl", many)]).rows)


def test_every_mark_moves_with_its_words(rows: list[LabRow]) -> None:
    for row in map(as_on_a_ward, rows):
        words = [row.text[each.span.start : each.span.end] for each in row.entities]
        # An abbreviation may stand for a whole mark, never for half of one.
        assert [each.label for each in row.entities] == ["ENFERMEDAD"] * 3
        assert words[2].lower() == "colelitiasis"
        assert all(word == word.strip() for word in words)


def test_a_row_is_written_in_one_hand_and_rows_in_many(rows: list[LabRow]) -> None:
    texts = [as_on_a_ward(row).text for row in rows]

    assert texts == [as_on_a_ward(row).text for row in rows]
    assert any(text.isupper() for text in texts)
    assert any("hipertension" in text for text in texts)
    assert any(len(text) < len(TEXT) for text in texts)


def test_an_evaluation_asked_so_says_so(tmp_path: Path) -> None:
    file = write(tmp_path / "dev.jsonl", [sentence("d1", "Sin fiebre.", entity("fiebre", "PROBLEM"), lang="es")])
    batch = load_batch([file])

    evaluation = evaluate(Task.ENTITIES, batch, "lexicon", ask=Ask(ward=True))

    assert evaluation.ward
    assert evaluation.metrics["entities.strict.PROBLEM.support"] == 1
    assert evaluate(Task.ENTITIES, batch, "lexicon").ward is False
