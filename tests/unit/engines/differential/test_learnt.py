"""The engine of DDXPlus as it ships: a sum, and what it says of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from epicrisis.domain.differentials import Case, Differential, FindingKind, Hypothesis, Observed, Weighed
from epicrisis.domain.patients import Sex
from epicrisis.domain.records import CodeSystem
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.differential.additive import Additive, Known
from epicrisis.engines.differential.evidences import answer_of, question_of
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.learnt import LearntEngine, build
from epicrisis.engines.differential.telling import AGE, SEX
from epicrisis.errors import InvalidInput, UnknownLanguage

FEVER, COUGH, SORE_THROAT, CHILLS, NO_TRAVEL = "E_91", "E_201", "E_97", "E_94", "E_204_@_V_10"
PAIN, FOREHEAD, BAD, SMOKER = "E_53", "E_55_@_V_89", "E_56_@_8", "E_79"
# What its patients have, as DDXPlus draws them, and which condition of the knowledge base it is.
CASES = {
    "cluster-headache": ("E_55_@_V_126", "E_54_@_V_191", "E_53", "E_127", "E_184"),
    "bacterial-pneumonia": ("E_91", "E_77", "E_94", "E_66", "E_201", "E_118"),
    "inguinal-hernia": ("E_133_@_V_87", "E_55_@_V_99", "E_53", "E_221"),
    "myasthenia-gravis": ("E_172", "E_52", "E_90", "E_65", "E_84"),
}


@cache
def engine() -> LearntEngine:
    return build()


def case(*findings: str, age: float | None = None, sex: Sex = Sex.UNKNOWN) -> Case:
    """Return a case of ``findings``; a dash says that one is not there."""
    observed = tuple(Observed(each.removeprefix("-"), not each.startswith("-")) for each in findings)
    return Case(age=age, sex=sex, observed=observed)


def ranked(*findings: str, most: int = 49) -> Differential:
    return engine().differential(case(*findings), most=most)


def by_condition(found: Differential) -> dict[str, Hypothesis]:
    return {each.condition: each for each in found.hypotheses}


def weighed(each: Hypothesis) -> dict[str, Weighed]:
    return {told.observed.finding: told for told in (*each.supporting, *each.opposing)}


def test_it_fulfils_the_contract_and_tells_its_card_before_it_is_built() -> None:
    assert isinstance(engine(), DifferentialEngine)
    assert build.card == engine().card
    assert engine().card.name == "ddxplus"


def test_it_knows_the_evidences_and_pathologies_of_ddxplus() -> None:
    learnt = engine().learnt

    assert len(learnt.evidences.codes) == len(set(learnt.evidences.codes)) == 516
    assert len(set(learnt.conditions)) == 49
    assert set(learnt.conditions) <= set(knowledge_base().conditions)


@pytest.mark.parametrize("condition", CASES)
def test_a_patient_as_they_come_has_what_they_have(condition: str) -> None:
    found = ranked(*CASES[condition], most=1)

    assert [each.condition for each in found.hypotheses] == [condition]
    assert found.hypotheses[0].code.system is CodeSystem.ICD_10_CM
    assert found.hypotheses[0].code.code == knowledge_base().conditions[condition].icd10cm


@pytest.mark.parametrize("more", [SORE_THROAT, f"-{SORE_THROAT}", FOREHEAD, "-E_66", SMOKER])
@pytest.mark.parametrize("before", [(), (FEVER,), (FEVER, COUGH, f"-{CHILLS}")], ids=len)
def test_a_finding_adds_exactly_what_it_is_said_to_add_whatever_else_is_known(
    before: tuple[str, ...], more: str
) -> None:
    without, with_it = by_condition(ranked(*before)), by_condition(ranked(*before, more))

    for condition, each in with_it.items():
        told = weighed(each)[more.removeprefix("-")]
        assert each.score - without[condition].score == pytest.approx(told.weight)
        assert (told.weight > 0) is (told in each.supporting)


def test_prior_and_weights_sum_to_the_score() -> None:
    somebody = case(FEVER, COUGH, f"-{SORE_THROAT}", age=34, sex=Sex.FEMALE)
    weights, column = engine().learnt.weights, engine().learnt.evidences.column

    for each in engine().differential(somebody, most=49).hypotheses:
        row = list(engine().learnt.conditions).index(each.condition)
        told = [
            weights.present[column[FEVER], row],
            weights.present[column[COUGH], row],
            weights.absent[column[SORE_THROAT], row],
            weights.ages[4, row],
            weights.sexes[0, row],
        ]
        assert each.prior == pytest.approx(weights.prior[row])
        assert sorted(own.weight for own in weighed(each).values()) == pytest.approx(sorted(told))
        assert each.score == pytest.approx(each.prior + sum(told))


def test_age_and_sex_are_weighed_where_they_are_known() -> None:
    told = {
        who: {name for each in engine().differential(somebody, most=49).hypotheses for name in weighed(each)}
        for who, somebody in {
            "nobody": case(FEVER),
            "a woman": case(FEVER, sex=Sex.FEMALE),
            "a child": case(FEVER, age=3, sex=Sex.MALE),
        }.items()
    }

    assert told == {"nobody": {FEVER}, "a woman": {FEVER, SEX}, "a child": {FEVER, AGE, SEX}}


def test_what_usually_has_a_finding_is_opposed_where_it_is_not_there() -> None:
    for finding, condition in ((FEVER, "influenza"), (COUGH, "bronchiolitis"), (PAIN, "pulmonary-embolism")):
        each = by_condition(ranked(f"-{finding}"))[condition]
        assert weighed(each)[finding] in each.opposing


def test_nothing_speaks_the_contrary_of_what_its_patients_have() -> None:
    learnt = engine().learnt
    chances, weights = learnt.evidences.chances, learnt.weights
    # How often each is there in all patients is what the weights are told against: on average over conditions is near.
    usual = chances.mean(axis=0)
    commoner = (chances > 0.3) & (chances > 1.7 * usual)
    seldom = (1 - chances) < 0.6 * (1 - usual)

    assert commoner.sum() > 500
    assert (weights.present.T[commoner] < -0.3).sum() <= 2
    assert seldom.sum() > 500
    assert (weights.absent.T[seldom] > 0.3).sum() == 0


def test_it_takes_every_case_for_one_of_its_conditions() -> None:
    found = ranked(FEVER, COUGH)

    assert len(found.hypotheses) == 49
    assert sum(each.confidence for each in found.hypotheses) == pytest.approx(1)
    assert found.none_of_these == 0
    assert any("none_of_these is always 0" in limit for limit in engine().card.limits)
    assert found.alarms == ()


def test_few_findings_give_flatter_answers_than_many() -> None:
    sure = [ranked(*CASES["bacterial-pneumonia"][:count], most=1).hypotheses[0].confidence for count in (0, 1, 3, 6)]

    assert sure == sorted(sure)
    assert sure[0] < 0.2
    assert sure[-1] > 0.9


def test_the_likeliest_come_first_and_no_more_than_asked() -> None:
    found = ranked(FEVER, COUGH, most=7)

    confidences = [each.confidence for each in found.hypotheses]
    assert confidences == sorted(confidences, reverse=True)
    assert len(confidences) == 7


def test_questions_are_of_what_is_not_known_and_of_each_question_once() -> None:
    found = ranked(FEVER, f"-{COUGH}", PAIN)

    asked = [each.finding for each in found.questions]
    gains = [each.gain for each in found.questions]
    assert 0 < len(asked) <= 6
    assert not {FEVER, COUGH, PAIN} & set(asked)
    assert len({question_of(each) for each in asked}) == len(asked)
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] > 0


def test_a_question_with_one_answer_is_not_asked_again() -> None:
    rated = [each.finding for each in ranked(PAIN, FOREHEAD, BAD).questions]
    open_ = [each.finding for each in ranked(PAIN, FOREHEAD).questions]

    assert not [each for each in rated if question_of(each) == "E_56"]
    assert answer_of(BAD) == "8"
    assert open_


def test_a_question_tells_what_its_answer_is_expected_to_tell() -> None:
    learnt, found = engine().learnt, ranked(FEVER)
    first = found.questions[0]
    shares = np.array([by_condition(found)[each].confidence for each in learnt.conditions])
    chances = learnt.evidences.chances[:, learnt.evidences.column[first.finding]]

    there, not_there = shares * chances, shares * (1 - chances)

    after = sum(each.sum() * entropy(each / each.sum()) for each in (there, not_there))
    assert first.gain == pytest.approx(entropy(shares) - after)


def test_what_most_patients_have_and_nobody_spoke_of_is_missing() -> None:
    first = ranked(FEVER, COUGH, CHILLS, most=1).hypotheses[0]
    chances = engine().learnt.evidences.chances[list(engine().learnt.conditions).index(first.condition)]

    assert 0 < len(first.missing) <= 5
    for each in first.missing:
        assert chances[engine().learnt.evidences.column[each.finding]] >= 0.5
        assert each.kind is not FindingKind.HISTORY
        there, not_there = (
            by_condition(ranked(FEVER, COUGH, CHILLS, f"{sign}{each.finding}"))[first.condition] for sign in ("", "-")
        )
        assert each.if_present == pytest.approx(there.confidence)
        assert each.if_absent == pytest.approx(not_there.confidence)
    assert first.missing[0].if_absent < first.confidence < first.missing[0].if_present


def test_names_are_the_questions_of_ddxplus() -> None:
    told = weighed(ranked(FOREHEAD, most=1).hypotheses[0])

    assert told[FOREHEAD].name == "Do you feel pain somewhere? forehead"


def test_who_has_a_condition_has_it() -> None:
    known = replace(case(FEVER), known=("cluster-headache",))

    found = engine().differential(known, most=3)

    assert found.hypotheses[0].condition == "cluster-headache"
    assert found.hypotheses[0].is_known
    assert found.hypotheses[0].confidence >= 0.7
    assert not any(each.is_known for each in found.hypotheses[1:])
    # Whatever else is told, it stays so.
    assert {each.if_present >= 0.7 and each.if_absent >= 0.7 for each in found.hypotheses[0].missing} == {True}


def test_what_is_said_both_ways_is_there_and_warned_of() -> None:
    both, once = ranked(FEVER, f"-{FEVER}"), ranked(FEVER)

    assert both.hypotheses[0].score == pytest.approx(once.hypotheses[0].score)
    assert [each for each in both.warnings if FEVER in each]
    assert once.warnings == ()


def test_where_nothing_is_there_it_says_that_it_knows_little() -> None:
    assert len(ranked().warnings) == len(ranked(f"-{FEVER}").warnings) == 1


@pytest.mark.parametrize(
    "wrong",
    [case(FEVER, "Ana Ruiz Prueba"), replace(case(FEVER), known=("Ana Ruiz Prueba",)), case("fever")],
    ids=["no code", "no condition", "a finding of the knowledge base"],
)
def test_what_it_does_not_know_is_refused_without_being_repeated(wrong: Case) -> None:
    with pytest.raises(InvalidInput) as refusal:
        engine().differential(wrong)

    assert "Ruiz" not in str(refusal.value)


def test_it_tells_names_in_english_alone() -> None:
    with pytest.raises(UnknownLanguage, match="ddxplus"):
        engine().differential(case(FEVER), language="es")


@pytest.mark.parametrize(
    ("figure", "least"), [("all.top_1", 0.99), ("5.top_1", 0.92), ("3.top_1", 0.80), ("all.list_f1", 0.87)]
)
def test_its_card_keeps_what_was_asked_of_it(figure: str, least: float) -> None:
    scores = engine().card.scores

    assert scores[f"ddxplus.dev.{figure}"] >= least
    assert max(value for name, value in scores.items() if name.endswith(".ece")) <= 0.03


def test_a_temperature_lies_between_those_that_were_fitted() -> None:
    nothing = np.zeros((1, 2))
    weights = Additive(np.zeros(2), nothing, nothing, nothing, nothing, {1: 1.0, 4: 2.0, 16: 8.0})

    told = weights.temperature(np.array([0, 1, 2, 4, 8, 16, 500]))

    assert told == pytest.approx([1, 1, 2**0.5, 2, 4, 8, 8])


def test_a_list_holds_the_likely_and_leaves_the_unlikely_out_where_all_is_known() -> None:
    learnt, column = engine().learnt, engine().learnt.evidences.column
    there = np.zeros((1, 516), dtype=bool)
    there[0, [column[each] for each in (*CASES["bacterial-pneumonia"], NO_TRAVEL)]] = True
    known = Known(there, ~there, np.array([5]), np.array([1]))

    listed = {name for name, on in zip(learnt.conditions, learnt.listed(known)[0], strict=True) if on}

    assert "bacterial-pneumonia" in listed
    assert 1 < len(listed) < 25
    assert "inguinal-hernia" not in listed


def entropy(belief: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(-np.sum(belief * np.log2(belief)))
