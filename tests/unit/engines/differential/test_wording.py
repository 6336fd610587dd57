"""The engine of wording as it ships: what it hears, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from epicrisis.domain.differentials import Case, Differential, Hypothesis, Observed
from epicrisis.domain.patients import Sex
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.differential.engine import build as knowledge
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.telling import WORDING
from epicrisis.engines.differential.wording import WordingEngine, build, statements_of
from epicrisis.errors import InvalidInput, UnknownLanguage

# Words that no table has, and the condition they tell of.
TOLD = {
    "migraine": (
        "en",
        34,
        Sex.FEMALE,
        ("one side of my head throbs for hours", "light hurts my eyes", "I see zigzag lines before it starts"),
    ),
    "gout": (
        "en",
        58,
        Sex.MALE,
        ("my big toe is red and so sore that the bedsheet hurts", "it came on overnight", "I drink a lot of beer"),
    ),
    "acute-appendicitis": (
        "es",
        19,
        Sex.MALE,
        ("el dolor empezó en el ombligo y se fue a la derecha abajo", "no tengo ganas de comer", "he vomitado"),
    ),
}


@cache
def engine() -> WordingEngine:
    return build()


def case(*words: str, age: float | None = None, sex: Sex = Sex.UNKNOWN) -> Case:
    return Case(age=age, sex=sex, unmatched=words)


def by_condition(found: Differential) -> dict[str, Hypothesis]:
    return {each.condition: each for each in found.hypotheses}


def weighed(each: Hypothesis) -> Iterator[tuple[str, float]]:
    return ((told.observed.told, told.weight) for told in (*each.supporting, *each.opposing))


def test_it_fulfils_the_contract_and_tells_its_card_before_it_is_built() -> None:
    assert isinstance(engine(), DifferentialEngine)
    assert build.card == engine().card
    assert engine().card.name == "wording"


@pytest.mark.parametrize("condition", TOLD)
def test_what_has_no_name_in_the_tables_is_heard(condition: str) -> None:
    language, age, sex, words = TOLD[condition]
    found = engine().differential(case(*words, age=age, sex=sex), language=language, most=3)
    assert condition in by_condition(found)
    assert found.engine == "wording"


def test_what_is_not_there_counts_otherwise_than_what_is() -> None:
    there, not_there = (
        engine().differential(Case(observed=(Observed("fever", present=present, told="fever"),)), most=500)
        for present in (True, False)
    )
    condition = "influenza"
    assert by_condition(there)[condition].score > by_condition(not_there)[condition].score


def test_a_weight_is_what_the_score_loses_without_the_statement() -> None:
    words = ("crushing pain in the middle of the chest", "it goes down my left arm", "I sweat")
    whole = by_condition(engine().differential(case(*words), most=500))
    for condition in ("acute-myocardial-infarction", "gastroesophageal-reflux-disease", "influenza"):
        weights = dict(weighed(whole[condition]))
        assert set(weights) == set(words)
        assert whole[condition].score == pytest.approx(whole[condition].prior + sum(weights.values()))
        for each in words:
            without = by_condition(engine().differential(case(*(one for one in words if one != each)), most=500))
            lost = whole[condition].score - without[condition].score
            assert weights[each] == pytest.approx(lost, abs=2e-3)


def test_confidences_and_none_of_these_are_one_whole() -> None:
    found = engine().differential(case("my knee hurts"), most=500)
    assert sum(each.confidence for each in found.hypotheses) + found.none_of_these == pytest.approx(1.0, abs=1e-6)
    assert [each.confidence for each in found.hypotheses] == sorted(
        (each.confidence for each in found.hypotheses), reverse=True
    )


def test_nothing_said_is_answered() -> None:
    found = engine().differential(Case())
    assert len(found.hypotheses) == 10
    assert found.warnings


def test_nobody_is_told_what_they_cannot_have() -> None:
    words = ("pain low down on one side", "vaginal bleeding", "dizzy")
    assert "ectopic-pregnancy" in by_condition(engine().differential(case(*words, age=28, sex=Sex.FEMALE), most=500))
    assert "ectopic-pregnancy" not in by_condition(engine().differential(case(*words, age=28, sex=Sex.MALE), most=500))


def test_what_a_patient_is_said_to_have_is_as_sure_as_the_saying() -> None:
    known = replace(case("a cough"), known=("essential-hypertension",))
    told = by_condition(engine().differential(known, most=500))["essential-hypertension"]
    assert told.is_known
    assert told.confidence >= 0.7


def test_alarms_questions_and_warnings_are_those_of_the_knowledge_base() -> None:
    asked = Case(
        age=67,
        sex=Sex.MALE,
        observed=(Observed("chest-pain-tearing", told="tearing chest pain"), Observed("syncope", told="fainted")),
    )
    own, others = engine().differential(asked), knowledge().differential(asked)
    assert own.alarms == others.alarms
    assert own.alarms
    assert own.questions == others.questions
    assert own.warnings == others.warnings


def test_numbers_are_read_by_the_name_of_what_they_show() -> None:
    asked = Case(observed=(Observed("troponin-high", told="troponin 0.9 ng/mL"), Observed("fever", told="burning up")))
    words = [each.words for each in statements_of(asked, knowledge_base(), "en")]
    assert words == [knowledge_base().findings["troponin-high"].names["en"], "burning up"]


def test_words_stand_where_a_finding_would() -> None:
    [told] = statements_of(case("an odd feeling"), knowledge_base(), "en")
    assert told.observed == Observed(WORDING, told="an odd feeling")


def test_what_it_cannot_read_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="de"):
        engine().differential(case("Husten"), language="de")
    with pytest.raises(InvalidInput, match="Finding 1"):
        engine().differential(Case(observed=(Observed("no-such-finding"),)))
