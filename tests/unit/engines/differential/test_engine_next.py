"""What the engine says beside its ranking: what is missing, what to ask next, alarms and warnings."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import pytest

from epicrisis.domain.differentials import FindingKind, Observed
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.engine import CARD, KnowledgeEngine
from epicrisis.engines.differential.ranking import Ranker
from tests.knowledge import (
    CHANCES,
    CONDITIONS,
    FINDINGS,
    base,
    chances,
    condition,
    engine,
    finding,
    found,
    hypothesis,
    ranked,
)


@pytest.mark.parametrize("age", [None, 62.0])
def test_what_if_says_what_asking_would(age: float | None) -> None:
    case = found("fever", "-cough", age=age)
    tried = 0
    for told in engine(finding_weight=0.7).differential(case).hypotheses:
        for each in told.missing:
            for present, expected in ((True, each.if_present), (False, each.if_absent)):
                asked = replace(case, observed=(*case.observed, Observed(each.finding, present)))
                again = hypothesis(engine(finding_weight=0.7).differential(asked), told.condition)

                assert again.confidence == pytest.approx(expected, abs=1e-9)
                tried += 1
    assert tried >= 8


def test_what_if_says_what_asking_would_of_a_known_illness_too() -> None:
    cold = hypothesis(ranked("fever", known=("cold",)), "cold")
    asked = hypothesis(ranked("fever", "-cough", known=("cold",)), "cold")
    [cough] = [each for each in cold.missing if each.finding == "cough"]

    assert cough.if_absent == pytest.approx(asked.confidence)


def test_what_most_patients_have_is_missing_where_nobody_spoke_of_it() -> None:
    infarct = hypothesis(ranked("fever"), "infarct")

    # What speaks most for it first; that somebody smokes is no symptom, and of pleuritic pain most have none.
    assert [each.finding for each in infarct.missing] == ["troponin-high", "chest-pain", "pain"]
    assert infarct.missing[0].kind is FindingKind.LAB
    assert infarct.missing[0].if_absent < infarct.confidence < infarct.missing[0].if_present
    assert "troponin-high" not in [each.finding for each in hypothesis(ranked("-troponin-high"), "infarct").missing]


def test_what_lies_above_a_finding_that_is_there_is_not_missing() -> None:
    pleurisy = hypothesis(ranked("chest-pain-pleuritic"), "pleurisy")

    assert "chest-pain" not in [each.finding for each in pleurisy.missing]


def test_questions_tell_most_first_and_are_not_about_what_is_known() -> None:
    told = ranked("fever", "-cough")

    gains = [each.gain for each in told.questions]
    assert gains
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    assert {"fever", "cough"}.isdisjoint(each.finding for each in told.questions)


def test_one_question_is_asked_a_line_of_findings() -> None:
    lines = {"pain", "chest-pain", "chest-pain-pleuritic"}
    asked = [each.finding for each in ranked("fever").questions if each.finding in lines]

    assert len(asked) in (1, 2)
    assert set(asked) in ({"pain"}, {"chest-pain"}, {"chest-pain-pleuritic"}, {"pain", "chest-pain-pleuritic"})


def _by_seldom_pain(**changed: Any) -> KnowledgeEngine:
    seldom = [replace(each, chance=0.01) if each.id == "chest-pain" else each for each in FINDINGS]
    return KnowledgeEngine(CARD, Ranker(base(**{"findings": seldom, **changed}), Calibration()))


def test_a_red_flag_that_is_there_is_an_alarm_whatever_the_ranking_says() -> None:
    told = ranked("chest-pain", "fever", "cough", by=_by_seldom_pain())

    assert told.hypotheses[0].condition == "cold"
    [alarm] = told.alarms
    assert (alarm.observed.finding, alarm.name, alarm.conditions) == ("chest-pain", "chest pain", ("Infarct",))
    assert hypothesis(told, "infarct").red_flags == ("chest-pain",)


def test_a_red_flag_that_is_not_there_is_no_alarm() -> None:
    assert ranked("-chest-pain", "fever").alarms == ()


def test_a_red_flag_of_what_can_wait_or_cannot_be_is_no_alarm() -> None:
    assert ranked("cough").alarms == ()
    assert ranked("chest-pain", age=4.0).alarms == ()


def test_a_common_red_flag_is_no_alarm_until_its_condition_is_plausible() -> None:
    assert ranked("chest-pain", "fever", "cough").alarms == ()
    [alarm] = ranked("chest-pain", age=62.0).alarms
    assert alarm.conditions == ("Infarct",)


def test_a_danger_that_the_findings_speak_against_is_not_named() -> None:
    assert ranked("chest-pain", "-troponin-high", "-pain", age=4.0, by=_by_seldom_pain()).alarms == ()
    against = [replace(each, chance=0.005) if each.finding == "fever" else each for each in CHANCES]
    told = ranked("chest-pain", "fever", "-troponin-high", by=_by_seldom_pain(chances=against))
    assert told.alarms == ()


def test_an_emergency_that_is_likely_is_named_though_none_of_its_red_flags_is_there() -> None:
    told = ranked("troponin-high", "smoking", age=62.0)

    assert hypothesis(told, "infarct").confidence > 0.1
    [alarm] = told.alarms
    assert (alarm.observed.finding, alarm.conditions) == ("troponin-high", ("Infarct",))


def test_an_emergency_that_somebody_is_known_to_have_had_is_no_alarm_by_that() -> None:
    told = ranked("smoking", age=40.0, known=("infarct",))

    # That somebody smokes speaks for an infarct, and that it is known makes it likely, but no alarm.
    assert hypothesis(told, "infarct").confidence > 0.5
    assert told.alarms == ranked("smoking", age=40.0).alarms == ()
    [alarm] = ranked("troponin-high", known=("infarct",)).alarms
    assert (alarm,) == ranked("troponin-high").alarms


def test_what_somebody_had_makes_an_emergency_likelier_and_is_no_alarm() -> None:
    had = finding("history-of-infarct", 0.005, kind=FindingKind.HISTORY)
    often = [*CHANCES, *chances("infarct", history_of_infarct=0.9)]
    by = KnowledgeEngine(CARD, Ranker(base(findings=[*FINDINGS, had], chances=often), Calibration()))

    told = ranked("cough", "history-of-infarct", age=62.0, by=by)
    assert hypothesis(told, "infarct").confidence > 0.1
    assert told.alarms == ()
    [alarm] = ranked("chest-pain", "history-of-infarct", age=62.0, by=by).alarms
    assert (alarm.observed.finding, alarm.conditions) == ("chest-pain", ("Infarct",))


def test_a_finding_that_is_there_and_not_there_is_a_warning() -> None:
    told = ranked("cough", "fever", "-cough")

    assert "cough is said to be there and not to be there; it was taken to be there." in told.warnings
    assert hypothesis(told, "cold").score == hypothesis(ranked("cough", "fever"), "cold").score


def test_a_finding_that_is_there_beneath_one_that_is_not_is_a_warning() -> None:
    assert any("pain" in each for each in ranked("chest-pain", "-pain").warnings)


def test_where_nothing_is_there_a_warning_says_so() -> None:
    said = "No finding that is there was understood, so the ranking says little more than who falls ill of what."

    assert said in ranked().warnings
    assert said in ranked("-fever").warnings
    assert ranked("fever").warnings == ()


def test_where_nothing_explains_a_case_a_warning_says_so() -> None:
    told = ranked("leg-pain", by=engine(prior_shift=-log(1e4)))

    assert told.none_of_these > 0.5
    assert told.warnings == ("It is likelier than not that something else than these conditions explains the case.",)


def test_a_condition_that_explains_more_is_told_apart_by_one_finding() -> None:
    rash = finding("rash", 0.02)
    by = Ranker(
        base(
            findings=[*FINDINGS, rash],
            conditions=[*CONDITIONS, condition("measles", incidence=3000.0)],
            chances=[*CHANCES, *chances("measles", fever=0.4, cough=0.8, rash=0.95)],
        ),
        Calibration(),
    )
    told = KnowledgeEngine(CARD, by).differential(found("fever", "cough"))

    assert told.questions[0].finding == "rash"
    assert hypothesis(told, "measles").confidence == pytest.approx(hypothesis(told, "cold").confidence, rel=0.1)
