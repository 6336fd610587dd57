"""What holds of every case over the shipped knowledge base, whatever was found in whom."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from epicrisis.domain.differentials import Case, Differential, Observed, Severity
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.asking import gains
from epicrisis.engines.differential.calibration import calibration_of
from epicrisis.engines.differential.engine import CALIBRATION, CARD, KnowledgeEngine
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.reading import knowledge_base, tables
from epicrisis.engines.differential.ranking import Ranker, apart, shares
from epicrisis.engines.differential.weighing import weights

FINDINGS = sorted(knowledge_base().findings)
CONDITIONS = list(knowledge_base().conditions)


@cache
def ranker() -> Ranker:
    content = (tables() / CALIBRATION).read_text(encoding="utf-8")
    return Ranker(knowledge_base(), calibration_of(CALIBRATION, content))


def ranked(case: Case, most: int = 10) -> Differential:
    return KnowledgeEngine(CARD, ranker()).differential(case, most=most)


def confidence(case: Case) -> Floats:
    likely = apart(ranker().scores(case)[None, :], knowledge_base().together)
    return ranker().calibration.confidence(likely[0])


def above(name: str) -> list[str]:
    """Return the findings that ``name`` is counted beneath, upwards."""
    parents = knowledge_base().findings[name].parents
    return [parents[0], *above(parents[0])] if parents else []


def are_apart(name: str, other: str) -> bool:
    return name != other and name not in above(other) and other not in above(name)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case of up to eight findings that can all be so."""
    present = draw(st.lists(st.sampled_from(FINDINGS), max_size=5, unique=True))
    there = {each for name in present for each in (name, *above(name))}
    absent = draw(st.lists(st.sampled_from(FINDINGS), max_size=3, unique=True))
    return Case(
        age=draw(st.none() | st.floats(0, 110)),
        sex=draw(st.sampled_from(Sex)),
        severity=draw(st.none() | st.sampled_from(Severity)),
        observed=(
            *(Observed(each) for each in present),
            *(Observed(each, False) for each in absent if each not in there),
        ),
    )


@st.composite
def cases_and_one_more(draw: st.DrawFn) -> tuple[Case, str]:
    """Draw a case, and a finding nobody looked for, neither above nor beneath what is not there."""
    case = draw(cases())
    more = draw(st.sampled_from(FINDINGS))
    there = {name for each in case.observed if each.present for name in (each.finding, *above(each.finding))}
    assume(more not in there)
    assume(all(each.present or are_apart(each.finding, more) for each in case.observed))
    return case, more


def speaks_for(case: Case, more: str) -> Floats:
    """Return by how much oftener each condition has ``more`` than anybody, among those who have what lies above it."""
    base, column = knowledge_base(), knowledge_base().column[more]
    there = {name for each in case.observed if each.present for name in (each.finding, *above(each.finding))}
    upper = next((base.column[each] for each in above(more) if each in there), None)
    if upper is None:
        return np.asarray(base.likelihood[:, column] / base.background[column])
    usual = base.background[column] / base.background[upper]
    return np.asarray(base.likelihood[:, column] / base.likelihood[:, upper] / usual)


@given(cases_and_one_more())
def test_a_finding_that_speaks_for_a_condition_never_lowers_its_score(drawn: tuple[Case, str]) -> None:
    case, more = drawn
    before = ranker().scores(case)
    after = ranker().scores(replace(case, observed=(*case.observed, Observed(more))))

    ratio = speaks_for(case, more)
    could = np.isfinite(before)
    assert np.all(after[could & (ratio >= 1)] >= before[could & (ratio >= 1)] - 1e-9)
    assert np.all(after[could & (ratio <= 1)] <= before[could & (ratio <= 1)] + 1e-9)


@given(cases_and_one_more())
def test_what_is_likelier_under_one_condition_than_under_any_other_never_lowers_its_confidence(
    drawn: tuple[Case, str],
) -> None:
    case, more = drawn
    ratio = speaks_for(case, more)
    best = int(np.argmax(ratio))
    assume(ratio[best] >= 1)

    before, after = confidence(case), confidence(replace(case, observed=(*case.observed, Observed(more))))

    assert after[best] >= before[best] - 1e-12


@given(cases())
def test_weights_sum_to_the_score_less_the_prior(case: Case) -> None:
    by = ranker()
    present, absent = by.columns(case)
    told = weights(by.terms(present, absent), len(CONDITIONS))

    whole = by.prior(case) + by.calibration.finding_weight * sum(told.values(), np.zeros(len(CONDITIONS)))

    could = by.possible(case)
    assert whole[could] == pytest.approx(by.scores(case)[could], abs=1e-9)
    assert told.keys() <= {*present, *absent}


@given(cases())
def test_a_finding_that_is_not_there_opposes_what_usually_has_it(case: Case) -> None:
    by = ranker()
    absent = next((each for each in case.observed if not each.present), None)
    assume(
        absent is not None and all(are_apart(absent.finding, each.finding) for each in case.observed if each != absent)
    )
    assert absent is not None
    without = replace(case, observed=tuple(each for each in case.observed if each != absent))
    could = by.possible(case)

    moved = by.scores(case)[could] - by.scores(without)[could]

    ratio = speaks_for(without, absent.finding)[could]
    # Whoever has what lies above it may have it so often that the bound of what can be known is met first.
    assert np.all(moved[ratio > 1 + 1e-9] <= 1e-9)


@given(cases())
@settings(max_examples=30)
def test_answers_are_probabilities_and_name_each_condition_once(case: Case) -> None:
    told = ranked(case)

    assert all(0 <= each.confidence <= 1 for each in told.hypotheses)
    assert 0 <= told.none_of_these <= 1
    names = [each.condition for each in told.hypotheses]
    assert len(set(names)) == len(names)
    confidences = [each.confidence for each in told.hypotheses]
    assert confidences == sorted(confidences, reverse=True)


@given(cases())
@settings(max_examples=30)
def test_what_cannot_be_is_never_told(case: Case) -> None:
    impossible = np.flatnonzero(~np.isfinite(ranker().prior(case)))

    assert not confidence(case)[impossible].any()
    assert {CONDITIONS[row] for row in impossible}.isdisjoint(each.condition for each in ranked(case).hypotheses)


@given(cases())
@settings(max_examples=30)
def test_no_question_tells_less_than_nothing_or_asks_what_is_known(case: Case) -> None:
    by = ranker()
    told = gains(by, *shares(by.scores(case)), *by.columns(case))

    assert told.min() >= 0
    known = {each.finding for each in case.observed}
    assert all(told[by.base.column[each]] == 0 for each in known)
    assert known.isdisjoint(each.finding for each in ranked(case, most=1).questions)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_findings_are_told_changes_nothing(case: Case, random: Random) -> None:
    shuffled = random.sample(case.observed, len(case.observed))

    assert ranker().scores(replace(case, observed=tuple(shuffled))) == pytest.approx(ranker().scores(case))
