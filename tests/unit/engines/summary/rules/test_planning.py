from __future__ import annotations

from dataclasses import replace

import pytest

from epicrisis.domain.moments import Period
from epicrisis.domain.patients import Concept, Missing, PlannedCare, SocialFact, Source, Verification
from epicrisis.domain.records import Flag, SocialKind, Use
from epicrisis.domain.summaries import Heading
from epicrisis.engines.summary.rules.monitoring import due, monitoring_rules
from epicrisis.errors import InvalidWordList
from tests.golden.patient_summaries.charts import allergy, drug, problem, when
from tests.unit.engines.summary.rules.holding import SOMEBODY, holding, latest, said, told

PLAN = Heading.PLAN
TOLD_ALLERGY = [allergy("a1", "Latex")]


def considered(**parts: object) -> list[str]:
    return [s for s in told(holding(**{"allergies": TOLD_ALLERGY, **parts}), PLAN) if s.startswith("Consider")]


def test_what_the_record_plans_is_told_first_with_what_it_is_for() -> None:
    diabetes = problem("c1", "Gout (disorder)", "2019-05-01")
    plans = [
        PlannedCare(Source("Goal/1"), Concept("Urate < 6"), "Goal"),
        PlannedCare(
            Source("CarePlan/1"), Concept("Gout care"), "CarePlan", period=Period(when("2019-05-01")),
            activities=("Diet (regime/therapy)", "Gout care"), addresses=("Condition/c1", "Condition/c9"),
        ),
        PlannedCare(Source("Appointment/1"), Concept("Follow-up"), "Appointment", period=Period(when("2021-07-01"))),
        PlannedCare(Source("Note/1"), Concept("see the dentist"), "FollowUp", authored=when("2021-06-01")),
        PlannedCare(Source("X/1"), Concept("Call"), "CommunicationRequest"),
        PlannedCare(Source("CarePlan/2"), Concept("Old care"), "CarePlan", is_open=False),
    ]  # fmt: skip

    assert told(holding(problems=[diabetes], plans=plans, allergies=TOLD_ALLERGY), PLAN)[:5] == [
        "Appointments (1): Follow-up, 2021-07-01.",
        "Follow-up told in notes (1): see the dentist, told on 2021-06-01.",
        "Open care plans (1): Gout care (Diet), since 2019-05-01, for Gout.",
        "Open goals (1): Urate < 6.",
        "Planned (1): Call.",
    ]


def test_nothing_planned_and_plans_that_could_not_be_read_are_two_things() -> None:
    assert told(holding(), PLAN)[0] == "The record plans nothing: no open care plan, goal, order or appointment."
    assert told(holding(), PLAN, missing=(Missing("CarePlan", "refused"),))[0] == (
        "What the record plans is not all available for this summary."
    )


def test_what_was_out_of_range_is_worth_a_second_look_but_not_a_height_or_an_old_fever() -> None:
    labs = [latest(5.9, Flag.HIGH), latest(8.1, Flag.LOW, name="Hemoglobin", code="718-7", id_="o2")]
    vitals = [
        latest(31, Flag.HIGH, name="Body Mass Index", code="39156-5", id_="o3"),
        latest(39, Flag.HIGH, name="Body temperature", code="8310-5", at="2019-01-01", id_="o4"),
        latest(160, Flag.HIGH, name="Systolic", code="8480-6", at="2019-01-01", id_="o5"),
    ]

    (sentence,) = considered(labs=labs, vitals=vitals)

    assert sentence == (
        "Consider repeating or following up what was out of range when last measured: "
        "Potassium, Hemoglobin and Systolic."
    )


@pytest.mark.parametrize(
    ("problems", "medications", "labs", "sentence"),
    [
        (
            ["Type 2 diabetes mellitus (disorder)"], [], [],
            "Consider measuring hemoglobin A1c: the record holds none, and Type 2 diabetes mellitus is active "
            "(at least twice a year: ADA Standards of Care 2024, section 6).",
        ),
        (
            [], ["Warfarin Sodium 5 MG Oral Tablet"],
            [latest(2.31, name="INR", code="34714-6", unit="{INR}", at="2021-01-01")],
            "Consider measuring INR again: last on 2021-01-01 (2.31), and Warfarin Sodium 5 MG Oral Tablet is taken "
            "(every 12 weeks at most: ACCP 2012, Holbrook et al.).",
        ),
    ],
)  # fmt: skip
def test_what_is_due_by_a_published_rule_is_suggested_with_the_rule(
    problems: list[str], medications: list[str], labs: list[object], sentence: str
) -> None:
    sentences = considered(
        problems=[problem(f"c{name}", name, "2010-01-01") for name in problems],
        medications=[drug(f"m{name}", name, "2021-05-01") for name in medications],
        labs=labs,
    )

    assert sentences == [sentence]


@pytest.mark.parametrize(
    "name",
    ["Prediabetes", "Gestational diabetes", "Family history of diabetes", "Pulmonary hypertension"],
)
def test_another_disease_of_the_same_word_asks_for_nothing_of_the_kind(name: str) -> None:
    recent = [latest(5.0, Flag.NORMAL, name="Glucose", code="2345-7", at="2021-05-01")]

    assert list(due(holding(problems=[problem("c1", name)], labs=recent))) == []


def test_one_test_is_due_once_and_what_was_measured_in_time_is_not() -> None:
    metformin = drug("m1", "Metformin 500 MG", "2021-05-01")
    both = holding(problems=[problem("c1", "Chronic kidney disease stage 3")], medications=[metformin])
    measured = replace(both, labs=(latest(1.2, Flag.NORMAL, name="Creatinine", code="2160-0", at="2021-01-01"),))

    assert [each.rule.names["en"] for each in due(both)] == ["creatinine or glomerular filtration rate"]
    assert list(due(measured)) == []


def test_nothing_is_due_where_the_results_could_not_be_read() -> None:
    holds = holding(problems=[problem("c1", "Diabetes mellitus")], allergies=TOLD_ALLERGY)

    assert not [s for s in told(holds, PLAN, missing=(Missing("Observation", "late"),)) if "measuring" in s]


def test_a_problem_that_nobody_confirmed_is_to_be_confirmed_or_ruled_out() -> None:
    doubtful = problem("c1", "Gout", "2021-01-01", verification=Verification.DIFFERENTIAL)

    assert considered(problems=[doubtful]) == [
        "Consider confirming or ruling out Gout, recorded as a differential diagnosis."
    ]


def test_a_medication_whose_only_reason_is_over_is_to_be_reviewed_with_both_as_sources() -> None:
    fracture = problem("c1", "Fracture of clavicle", "2020-01-01", ended="2020-06-01")
    gout = problem("c2", "Gout", "2020-01-01")
    over = drug("m1", "Ibuprofen 200 MG", "2021-05-01", reasons=("Condition/c1",))
    goes_on = drug("m2", "Allopurinol", "2021-05-01", reasons=("Condition/c1", "Condition/c2"))
    by_words = replace(drug("m3", "Tramadol", "2021-05-01"), reasons=("fracture of clavicle",))

    holds = holding(
        problems=[gout], past_problems=[fracture], medications=[over, goes_on, by_words], allergies=TOLD_ALLERGY
    )
    found = [each for each in said(holds, PLAN) if "reviewing" in each.text]

    assert [each.text for each in found] == [
        "Consider reviewing Ibuprofen 200 MG: its recorded reason, Fracture of clavicle, is no longer active.",
        "Consider reviewing Tramadol: its recorded reason, Fracture of clavicle, is no longer active.",
    ]
    assert [source.reference for source in found[0].sources] == ["MedicationRequest/m1", "Condition/c1"]


def test_what_was_ordered_long_ago_may_no_longer_be_taken() -> None:
    old, new = drug("m1", "Aspirin 81 MG", "2019-01-01"), drug("m2", "Allopurinol", "2021-05-01")

    assert considered(medications=[old, new]) == [
        "Consider asking whether Aspirin 81 MG is still taken: last recorded more than a year before the last entry."
    ]


def test_who_smokes_may_be_offered_help_and_who_did_may_not() -> None:
    smokes = SocialFact(Source("Observation/s"), SocialKind.TOBACCO, "Current every day smoker", Use.CURRENT)

    assert considered(social=[smokes]) == [
        "Consider offering help to stop tobacco: Current every day smoker (USPSTF 2021)."
    ]
    assert considered(social=[replace(smokes, use=Use.FORMER)]) == []


def test_where_nobody_speaks_of_allergies_somebody_may_ask() -> None:
    ask = "Consider asking about allergies and recording the answer, also where there are none."
    food, drugs = (replace(allergy("a1", f"No known {kind} allergy"), denied=True) for kind in ("food", "drug"))

    assert considered(allergies=[]) == [ask]
    assert considered(allergies=[], allergies_denied=[food]) == [ask]
    assert considered(allergies=[], allergies_denied=[food, drugs]) == []


def test_nothing_is_suggested_to_the_dead() -> None:
    dead = replace(SOMEBODY, died=when("2021-05-01"), is_dead=True)

    assert told(holding(identity=dead, labs=[latest(5.9, Flag.HIGH)]), PLAN) == [
        "The patient has died; nothing is suggested."
    ]


def test_where_no_rule_speaks_that_is_said() -> None:
    assert told(holding(allergies=TOLD_ALLERGY), PLAN)[-1] == "No rule of this program suggests anything further."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[a]\nproblems=['x']\ntests=['1-8']\ndays=1\nen='a'\nes='a'\nbasis_en='b'\nbasis_es='b'", "no `source`"),
        ("source='s'\n[a]\nproblems=['x']\ntests=['1-8']\ndays=1\nen='a'\nes='a'", "needs a reason"),
        ("source='s'\n[a]\nproblems=['y','x']\ntests=['1-8']\ndays=1", "not sorted"),
    ],
)
def test_rules_without_a_basis_are_refused(content: str, why: str) -> None:
    with pytest.raises(InvalidWordList, match=why):
        monitoring_rules(content)
