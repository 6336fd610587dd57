from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from epicrisis.engines.extraction.relations.chains import joined
from epicrisis_lab.corpora.linked import invented
from epicrisis_lab.errors import MissingData
from epicrisis_lab.training.relations import as_toml, train_relations, weights_of_texts


def test_what_was_learnt_joins_what_it_was_learnt_from_and_is_the_same_each_time() -> None:
    texts = [told for told in invented() if told.kind == "tests"]

    weights = weights_of_texts(texts)

    right = [
        answer.head in own
        for told in texts
        for answer, own in zip(joined(told.layout, weights), told.heads, strict=True)
    ]
    assert sum(right) / len(right) > 0.9
    assert weights_of_texts(texts) == weights


def test_the_file_holds_the_weights_as_they_are() -> None:
    tables = {"drugs": {"after gap 1": 0.5}, "tests": {"none": -1.25}}

    read = tomllib.loads(as_toml(tables))

    assert {kind: read[kind] for kind in tables} == tables
    assert read["source"]


def test_without_corpora_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="EPICRISIS_CORPORA"):
        train_relations(None, tmp_path / "relations.toml")
