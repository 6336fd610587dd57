from __future__ import annotations

from typing import Any

import pytest

from epicrisis.errors import InvalidRow
from epicrisis_lab.corpora.linked import Linked, invented, linked
from epicrisis_lab.corpora.parsing import parse_row


def row(
    source: str, text: str, entities: list[tuple[str, str]], relations: list[dict[str, Any]] | None = None
) -> list[Linked]:
    marked = []
    for words, label in entities:
        start = text.index(words)
        marked.append({"start": start, "end": start + len(words), "label": label})
    return [*linked(parse_row({"id": "1", "text": text, "source": source, "entities": marked, "relations": relations}))]


def joins(told: Linked) -> list[tuple[str, list[str]]]:
    text = told.layout.text
    heads = [text[head.start : head.end] for head in told.layout.heads]
    return [
        (text[each.span.start : each.span.end], [heads[number] for number in sorted(own)])
        for each, own in zip(told.layout.attributes, told.heads, strict=True)
    ]


def test_maccrobat_joins_by_its_relations() -> None:
    (told,) = row(
        "MACCROBAT2020",
        "Hemoglobin was 9 and sodium 138.",
        [
            ("Hemoglobin", "Diagnostic_procedure"),
            ("9", "Lab_value"),
            ("sodium", "Diagnostic_procedure"),
            ("138", "Lab_value"),
        ],
        [{"type": "MODIFY", "head": 1, "tail": 0}, {"type": "MODIFY", "head": 3, "tail": 2}],
    )

    assert told.kind == "tests"
    assert joins(told) == [("9", ["Hemoglobin"]), ("138", ["sodium"])]


def test_phee_joins_what_stands_in_one_treatment() -> None:
    (told,) = row(
        "PHEE",
        "Colitis after lithium and after clozapine 25 mg daily.",
        [("lithium", "Drug"), ("clozapine 25 mg daily", "Treatment"), ("clozapine", "Drug"), ("25 mg", "Dosage")],
    )

    assert joins(told) == [("25 mg", ["clozapine"])]


def test_a_sentence_of_ours_with_one_drug_joins_all_to_it() -> None:
    (told,) = row("mtsamples_status", "Lasix 40 mg.", [("Lasix", "MEDICATION"), ("40 mg", "DOSE")])

    assert joins(told) == [("40 mg", ["Lasix"])]


def test_other_corpora_join_nothing() -> None:
    assert row("PHARMA", "Lasix 40 mg.", [("Lasix", "MEDICATION"), ("40 mg", "DOSE")]) == []


def test_invented_sentences_are_well_marked() -> None:
    sentences = [*invented()]

    assert sentences
    assert all(max(own, default=0) < len(told.layout.heads) for told in sentences for own in told.heads)


def test_a_relation_to_no_entity_makes_the_row_invalid() -> None:
    with pytest.raises(InvalidRow, match=r"relations\[0\]"):
        row("MACCROBAT2020", "Fever.", [("Fever", "Sign_symptom")], [{"type": "MODIFY", "head": 0, "tail": 1}])
