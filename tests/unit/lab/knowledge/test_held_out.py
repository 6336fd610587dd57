from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.differential.likeness import NOTHING
from epicrisis_lab.knowledge.clauses import Clause
from epicrisis_lab.knowledge.held_out import figures, held_out


def test_one_clause_a_finding_and_a_tenth_of_nothing_are_held_out_and_no_names() -> None:
    clauses = [
        *(Clause("a", True, f"a {number}") for number in range(5)),
        Clause("a", True, "its name", is_name=True),
        *(Clause("b", True, f"b {number}") for number in range(2)),
        *(Clause(NOTHING, True, f"nothing {number}") for number in range(20)),
        *(Clause("c", False, f"c {number}") for number in range(3)),
    ]

    places = held_out(clauses)

    assert [clauses[place].finding for place in places] == ["a", "c", NOTHING, NOTHING]
    assert not any(clauses[place].is_name for place in places)
    assert held_out(clauses) == places


def test_figures_count_what_is_found_what_is_sure_and_what_is_said_to_be_there() -> None:
    shares = np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.3, 0.3, 0.4], [0.8, 0.1, 0.1]])
    told, present, there = np.array([0, 1, 2, 2]), np.array([1.0, -1.0, 1.0, 1.0]), np.array([True, True, True, True])

    found = figures(shares, present, told, there, 0.5)

    assert found == pytest.approx(
        {
            "held_out.top_1": 0.5,
            "held_out.top_5": 1.0,
            "held_out.named": 1.0,
            "held_out.named_of_nothing": 0.5,
            "held_out.precision": 0.333,
            "held_out.polarity": 0.5,
        }
    )
    assert figures(shares, present, told, there, 0.9)["held_out.precision"] == 0
