from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sqlalchemy")

from benchmarks.cases.drawing import Drawing
from benchmarks.cases.run import Figures, Searched, page

from epicrisis.engines.similar.space import DIMENSIONS

FIGURES = Figures(
    cases=100_000,
    queries=500,
    building=123.4,
    index=190.0,
    whole=Searched(0.9985, 6.2, 9.9),
    narrowed=Searched(1.0, 8.0, 31.0),
    small=Searched(0.97, 4.0, 6.0),
)


def test_the_page_says_what_was_reached_and_what_not() -> None:
    lines = [*page(FIGURES, "did nothing else")]

    assert "| among all of a tenant | 0.999 | 6.2 ms | 9.9 ms | kept |" in lines
    assert "| narrowed by sex and age | 1.000 | 8.0 ms | 31.0 ms | not kept on this machine |" in lines
    assert "| of a tenant with 1,000 cases | 0.970 | 4.0 ms | 6.0 ms | not kept on this machine |" in lines
    assert lines[-1] == "Making the index took 123 s; it has 190 MB."


def test_cases_are_drawn_alike_each_time_and_those_of_one_condition_are_nearer() -> None:
    one, other = ([drawing.case() for _ in range(400)] for drawing in (Drawing(seed=7), Drawing(seed=7)))

    assert [each.outcome for each in one] == [each.outcome for each in other]
    vectors = np.stack([each.vector for each in one])
    assert vectors.shape == (400, DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    same = np.array([[a.outcome == b.outcome for b in one] for a in one]) & ~np.eye(400, dtype=bool)
    cosines = vectors @ vectors.T
    assert cosines[same].mean() > cosines[~same & ~np.eye(400, dtype=bool)].mean() + 0.2
