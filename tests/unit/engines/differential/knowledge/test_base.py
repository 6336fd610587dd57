from __future__ import annotations

from math import isclose

import pytest

from epicrisis.engines.differential.knowledge.base import LEAST, MOST, KnowledgeBase, parents_first
from tests.knowledge import CHANCES, FINDINGS, base, chances, condition, finding


def likelihood(of: KnowledgeBase, condition: str, finding: str) -> float:
    return float(of.likelihood[of.row[condition], of.column[finding]])


def background(of: KnowledgeBase, finding: str) -> float:
    return float(of.background[of.column[finding]])


def test_rows_and_columns_stand_in_the_order_of_the_tables() -> None:
    small = base()

    assert list(small.row) == list(small.conditions) == ["infarct", "pleurisy", "cold", "torsion"]
    assert list(small.column) == list(small.findings)
    assert list(small.row.values()) == [0, 1, 2, 3]
    assert small.parent[small.column["chest-pain-pleuritic"]] == small.column["chest-pain"]
    assert small.parent[small.column["pain"]] is None


def test_a_chance_that_is_named_is_taken_as_it_stands() -> None:
    assert likelihood(base(), "infarct", "chest-pain") == 0.85


def test_what_is_not_named_is_found_as_often_as_in_anybody() -> None:
    assert likelihood(base(), "infarct", "cough") == background(base(), "cough") == 0.1


def test_beneath_what_is_named_the_rest_has_its_usual_share() -> None:
    # Of those in pain, 0.06 / 0.2 have it in a leg, whatever they have.
    assert isclose(likelihood(base(), "torsion", "leg-pain"), 0.95 * 0.06 / 0.2)


def test_a_finding_is_there_at_least_as_often_as_each_beneath_it() -> None:
    assert likelihood(base(), "pleurisy", "pain") == 0.9
    # Pain of the chest alone would make it 0.06, and people with colds have other pains too.
    assert likelihood(base(), "cold", "pain") == background(base(), "pain") == 0.2


def test_nothing_is_certain() -> None:
    told = base(chances=list(chances("cold", fever=1.0, cough=0.0001)))

    assert likelihood(told, "cold", "fever") == MOST
    assert likelihood(told, "cold", "cough") == LEAST


def test_usual_chances_keep_the_same_two_rules() -> None:
    told = base(findings=[finding("pain", 0.1), finding("leg-pain", 0.3, "pain"), finding("smell", 0.0)], chances=[])

    assert background(told, "pain") == 0.3
    assert background(told, "smell") == LEAST


def test_says_which_chances_its_tables_name() -> None:
    small = base()

    assert int(small.named.sum()) == len(CHANCES)
    assert small.named[small.row["cold"], small.column["cough"]]
    assert not small.named[small.row["infarct"], small.column["cough"]]


def test_conditions_that_accompany_each_other_do_so_both_ways() -> None:
    told = base(
        conditions=[condition("infarct", accompanies=("hypertension",)), condition("hypertension"), condition("cold")]
    )

    assert told.together.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert not base().together.any()


def test_a_chance_of_something_unknown_is_no_quiet_zero() -> None:
    with pytest.raises(KeyError):
        _ = base(chances=list(chances("infarct", nosuch=0.5)), conditions=[condition("infarct")]).likelihood


def test_parents_stand_before_their_children_whatever_the_order() -> None:
    ordered = [each.id for each in parents_first(reversed(FINDINGS))]

    assert ordered.index("pain") < ordered.index("chest-pain") < ordered.index("chest-pain-pleuritic")
    assert sorted(ordered) == sorted(each.id for each in FINDINGS)


def test_a_circle_of_parents_stands_last_and_is_not_lost() -> None:
    ordered = parents_first([finding("a", 0.1, "b"), finding("b", 0.1, "a"), finding("c", 0.1)])

    assert [each.id for each in ordered] == ["c", "a", "b"]
