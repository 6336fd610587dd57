"""The vignettes keep their form: what they name is there, nothing contradicts itself, no note names its answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.text.phrases import folded
from epicrisis_lab.evaluation.differentials.findings import Lineage
from epicrisis_lab.evaluation.differentials.vignettes import Vignette, load_vignettes

HERE = Path(__file__).parent
FILES = {"en": HERE / "english.jsonl", "es": HERE / "spanish.jsonl"}
KEYS = {
    "id",
    "condition",
    "specialty",
    "language",
    "age",
    "sex",
    "text",
    "present",
    "absent",
    "history",
    "difficulty",
}


@pytest.fixture(scope="module")
def vignettes() -> list[Vignette]:
    return load_vignettes(list(FILES.values()), knowledge_base())


@pytest.mark.parametrize("language", FILES)
def test_every_line_has_all_keys_and_is_sorted_by_id(language: str) -> None:
    rows = [json.loads(line) for line in FILES[language].read_text(encoding="utf-8").splitlines()]

    assert {frozenset(row) for row in rows} == {frozenset(KEYS)}
    assert {row["language"] for row in rows} == {language}
    assert {row["difficulty"] for row in rows} <= {"easy", "medium", "hard"}
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})


def test_there_are_160_each_once(vignettes: list[Vignette]) -> None:
    assert {each.document.id for each in vignettes} == {f"v{number:03d}" for number in range(1, 161)}
    assert len(vignettes) == 160


def test_each_is_filed_where_its_condition_is(vignettes: list[Vignette]) -> None:
    conditions = knowledge_base().conditions

    assert [each.document.id for each in vignettes if each.specialty != conditions[each.condition].specialty] == []


def test_no_finding_is_stated_twice_or_against_another(vignettes: list[Vignette]) -> None:
    lineage = Lineage(knowledge_base())

    for each in vignettes:
        assert len({one.finding for one in each.stated}) == len(each.stated), each.document.id
        assert not any(lineage.excludes(one, other) for one in each.stated for other in each.stated), each.document.id


def test_no_note_names_its_condition(vignettes: list[Vignette]) -> None:
    conditions = knowledge_base().conditions

    for each in vignettes:
        name = folded(conditions[each.condition].names[each.document.language])
        assert not re.search(rf"\b{re.escape(name)}\b", folded(each.document.text)), each.document.id
