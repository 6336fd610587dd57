from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest

from epicrisis.engines.differential.naming import phrasebook_of
from epicrisis_lab.errors import UnreadableFile
from epicrisis_lab.knowledge.comparing import Edge, Pair, by_condition, compare, correlations, load_edges, spearman
from epicrisis_lab.knowledge.naming import Names, shipped_names
from tests.knowledge import base

EDGES = [
    Edge("heart attack", "chest pain", 0.6),
    Edge("heart attack", "pain", 0.3),
    Edge("infarct", "chest pain", 0.7),
    Edge("heart attack", "hiccup", 0.2),
    Edge("dragon pox", "fever", 0.9),
    Edge("cold", "troponin high", 0.1),
]


@pytest.fixture(scope="module")
def names() -> Names:
    known = base()
    return Names(known, phrasebook_of(known, [], "en"))


def pair(condition: str, theirs: float, chance: float, ratio: float) -> Pair:
    return Pair(condition, "fever", theirs, chance, ratio, named=True)


def test_edges_are_compared_where_both_ends_have_our_names(names: Names) -> None:
    found = compare(EDGES, names)

    assert (found.diseases, found.symptoms) == ((3, 4), (4, 5))
    assert [(each.condition, each.finding, each.theirs) for each in found.pairs] == [
        ("cold", "troponin-high", 0.1),
        ("infarct", "chest-pain", 0.7),
        ("infarct", "pain", 0.3),
    ]


def test_a_pair_has_our_chance_and_how_far_it_lies_from_anybodys(names: Names) -> None:
    unnamed, named, _ = compare(EDGES, names).pairs

    assert (named.chance, named.named) == (0.85, True)
    assert named.ratio == pytest.approx(math.log(0.85 / 0.05))
    assert (unnamed.chance, unnamed.ratio, unnamed.named) == (0.03, 0.0, False)


@pytest.mark.parametrize(
    ("one", "other", "rho"),
    [
        ([1, 2, 3], [10, 20, 900], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        # Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
        ([1, 2, 2, 3], [1, 2, 3, 4], 0.948683),
        ([1, 2, 3], [5, 5, 5], None),
        ([1], [2], None),
    ],
)
def test_rank_correlation_is_spearmans(one: list[float], other: list[float], rho: float | None) -> None:
    assert spearman(one, other) == (None if rho is None else pytest.approx(rho, abs=1e-6))


def test_chances_and_ratios_are_correlated_apart() -> None:
    pairs = [pair("cold", 0.1, 0.2, 3.0), pair("cold", 0.2, 0.4, 2.0), pair("cold", 0.3, 0.6, 1.0)]

    chances, ratios = correlations(pairs)

    assert chances == pytest.approx(1.0)
    assert ratios == pytest.approx(-1.0)


def test_a_condition_with_few_pairs_has_no_order() -> None:
    pairs = [pair(name, 0.1, 0.1, 0.1) for name, count in (("cold", 5), ("infarct", 4)) for _ in range(count)]

    assert list(by_condition(pairs)) == ["cold"]


def test_an_illness_is_found_under_each_part_of_its_name_and_a_finding_by_the_phrasebook() -> None:
    names = shipped_names()

    assert names.condition("hyperthyroidism") == names.condition("Graves disease") == "hyperthyroidism"
    assert names.condition("gout") == "gout"
    assert names.finding("shortness of breath") == "dyspnea"
    assert names.condition("dragon pox") is names.finding("dragon pox") is None


def test_edges_are_read_and_another_table_is_refused(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv.gz", tmp_path / "bad.csv.gz"
    good.write_bytes(gzip.compress(b"disease,symptom,noisy_or_weight\nasthma,wheezing,0.5\n"))
    bad.write_bytes(gzip.compress(b"disease,symptom\nasthma,wheezing\n"))

    assert load_edges(good) == [Edge("asthma", "wheezing", 0.5)]
    for file in (bad, tmp_path / "gone.csv.gz"):
        with pytest.raises(UnreadableFile, match=file.name):
            load_edges(file)
