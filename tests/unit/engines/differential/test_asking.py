from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.differential.asking import gains
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.ranking import Ranker, shares
from tests.knowledge import found, ranker


def asked(by: Ranker, *findings: str) -> dict[str, float]:
    """Return what each answer is expected to tell in a case of ``findings``."""
    case = found(*findings)
    told = gains(by, *shares(by.scores(case)), *by.columns(case))
    return dict(zip(by.base.findings, told.tolist(), strict=True))


def chances(by: Ranker, name: str) -> Floats:
    column = by.base.column[name]
    return np.append(by.base.likelihood[:, column], by.base.background[column])


def bits(belief: Floats) -> float:
    told = belief[belief > 0]
    return float(-np.sum(told * np.log2(told)))


def expected(by: Ranker, name: str, *findings: str, given: str = "") -> float:
    """Return what the answer is expected to tell by its definition: what is unsure now, less what will be.

    ``given`` is the finding above it that is there.
    """
    odds, none = shares(by.scores(found(*findings)))
    belief, chance = np.append(odds, none), chances(by, name)
    if given:
        chance = chance / chances(by, given)
    there, not_there = belief * chance, belief * (1 - chance)
    return bits(belief) - sum(float(each.sum()) * bits(each / each.sum()) for each in (there, not_there))


@pytest.mark.parametrize("findings", [(), ("fever",), ("fever", "-cough"), ("pain",)], ids=" ".join)
@pytest.mark.parametrize("name", ["troponin-high", "smoking"])
def test_a_gain_is_the_information_an_answer_is_expected_to_give(findings: tuple[str, ...], name: str) -> None:
    by = ranker()

    assert asked(by, *findings)[name] == pytest.approx(expected(by, name, *findings), abs=1e-9)


@pytest.mark.parametrize("weight", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("findings", [(), ("cough", "fever"), ("pain", "-cough"), ("chest-pain",)], ids=" ".join)
def test_no_answer_tells_less_than_nothing(findings: tuple[str, ...], weight: float) -> None:
    told = asked(ranker(finding_weight=weight), *findings)

    assert min(told.values()) >= 0
    assert max(told.values()) > 0


def test_what_is_known_already_tells_nothing() -> None:
    told = asked(ranker(), "cough", "-fever")

    assert (told["cough"], told["fever"]) == (0, 0)
    assert told["troponin-high"] > 0


def test_what_no_condition_is_named_with_tells_nothing() -> None:
    assert asked(ranker(), "pain")["leg-pain"] == 0


def test_what_lies_beneath_a_finding_is_asked_of_those_who_have_it() -> None:
    # One in a hundred has pleuritic pain, and one in five of those with chest pain.
    told = asked(ranker(), "chest-pain")["chest-pain-pleuritic"]

    assert told == pytest.approx(expected(ranker(), "chest-pain-pleuritic", "chest-pain", given="chest-pain"))
    assert told > 0


def test_what_lies_above_a_finding_that_is_there_tells_nothing() -> None:
    assert asked(ranker(), "chest-pain-pleuritic")["chest-pain"] == 0


def test_what_lies_beneath_a_finding_that_is_not_there_tells_nothing() -> None:
    assert asked(ranker(), "-chest-pain")["chest-pain-pleuritic"] == 0
