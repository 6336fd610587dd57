from __future__ import annotations

from epicrisis.domain.patients import Concept, Dosage, Identity, Immunization, Procedure, Sex, Source
from epicrisis.domain.records import Flag, ReferenceRange
from epicrisis.domain.summaries import Change, Changed, ChangeKind, Delta, Direction, Heading, Trend
from tests.golden.patient_summaries.charts import TWICE, allergy, drug, problem, result, when
from tests.unit.engines.summary.rules.holding import AT, SOMEBODY, holding, latest, said, told

TRENDS = Heading.TRENDS
SINCE = when("2020-06-01")


def change(kind: ChangeKind, item: Changed, at: str = "2021-01-01", before: str = "", after: str = "") -> Change:
    return Change(kind, item, when(at) if at else None, (item.source,), before, after)


def changed(*changes: Change, language: str = "en") -> list[str]:
    return told(holding(), TRENDS, delta=Delta(SINCE, AT, changes), language=language)


def trend(direction: Direction, slope: float, count: int = 5) -> Trend:
    sources = tuple(Source(f"Observation/t{number}") for number in range(count))
    return Trend(direction, slope, when("2019-03-01"), when("2021-06-01"), count, sources)


def test_changes_are_told_by_kind_in_one_order_each_once() -> None:
    gout, asthma = problem("c1", "Gout"), problem("c2", "Asthma")
    sentences = changed(
        change(ChangeKind.IMMUNIZATION_GIVEN, Immunization(Source("Immunization/1"), Concept("Influenza"))),
        change(ChangeKind.PROBLEM_RESOLVED, asthma),
        change(ChangeKind.NEW_PROBLEM, gout, after="ACTIVE"),
        change(ChangeKind.NEW_ALLERGY, allergy("a1", "Latex")),
        change(ChangeKind.MEDICATION_STOPPED, drug("m1", "Aspirin", "2020-01-01"), "", before="81 mg"),
        change(ChangeKind.MEDICATION_STARTED, drug("m2", "Metformin", "2021-01-01", dosage=TWICE)),
    )

    assert sentences == [
        "Compared: 2020-06-01 with 2021-06-01.",
        "New problems (1): Gout (2021-01-01).",
        "Problems resolved (1): Asthma (2021-01-01).",
        "Medications started (1): Metformin, 1 tablet twice a day (2021-01-01).",
        "Medications stopped (1): Aspirin.",
        "New allergies (1): Latex (2021-01-01).",
        "Vaccines given (1): Influenza (2021-01-01).",
    ]


def test_a_dose_and_a_range_are_told_from_what_to_what() -> None:
    potassium = result("o1", "Potassium", "2823-3", 5.17, "mmol/L", "2021-01-01", reference=ReferenceRange(3.5, 5.1))
    metformin = drug("m1", "Metformin", "2021-01-01", dosage=Dosage())
    changes = (
        change(ChangeKind.DOSE_CHANGED, metformin, before="500 mg, 1 {tablet}, 1/d", after="1 {tablet}, 0.143/d"),
        change(ChangeKind.LEFT_RANGE, potassium, before="NORMAL", after="HIGH"),
    )

    assert changed(*changes)[1:] == [
        "Doses changed (1): Metformin: 500 mg, 1 tablet, once a day → 1 tablet, once a week (2021-01-01).",
        "Results that left their range (1): Potassium 5.17 mmol/L: normal → high (2021-01-01).",
    ]
    assert "Potassium 5.17 mmol/L: normal → por encima (2021-01-01)." in changed(*changes, language="es")[2]


def test_what_was_done_on_several_days_is_told_once_with_all_of_them() -> None:
    done = [
        change(ChangeKind.PROCEDURE_DONE, Procedure(Source(f"Procedure/{number}"), Concept("Spirometry")), at)
        for number, at in enumerate(["2020-07-01", "2021-01-01"])
    ]

    (_, statement) = said(holding(), TRENDS, delta=Delta(SINCE, AT, tuple(done)))

    assert statement.text == "Procedures done (2): Spirometry (2020-07-01, 2021-01-01)."
    assert [source.reference for source in statement.sources] == ["Procedure/0", "Procedure/1"]


def test_no_change_and_no_visit_before_are_two_things() -> None:
    assert changed() == [
        "Nothing changed in problems, medications, allergies, ranges or procedures between 2020-06-01 and 2021-06-01."
    ]
    assert told(holding(), TRENDS) == ["The record has no earlier visit to compare with."]


def test_a_trend_out_of_range_is_told_with_its_slope_and_what_it_rests_on() -> None:
    rising = trend(Direction.RISING, 0.2468)
    creatinine = latest(1.6, Flag.HIGH, name="Creatinine", code="2160-0", unit="mg/dL", previous=1.3, trend=rising)

    (_, statement) = said(holding(labs=[creatinine]), TRENDS)

    assert statement.text == (
        "Creatinine rose: 1.3 mg/dL (2020-06-01) → 1.6 mg/dL (2021-06-01); over 5 results since 2019-03-01 it rises by "
        "about 0.247 mg/dL a year."
    )
    assert [source.reference for source in statement.sources][:2] == ["Observation/t0", "Observation/t1"]


def test_a_trend_in_range_and_a_steady_one_are_told_shortly_and_two_results_are_none() -> None:
    labs = [
        latest(140, Flag.NORMAL, name="Sodium", code="2951-2", trend=trend(Direction.FALLING, -0.9571)),
        latest(6.1, Flag.HIGH, trend=trend(Direction.STEADY, 0.0), id_="o2"),
        latest(9.0, Flag.LOW, name="Hemoglobin", code="718-7", trend=trend(Direction.FALLING, -3, 2), id_="o3"),
    ]

    assert told(holding(labs=labs), TRENDS)[1:] == [
        "Steady, yet out of range (1): Potassium (5 results since 2019-03-01).",
        "Moving, not out of range (1): Sodium down to 140 mmol/L, about 0.957 mmol/L a year.",
    ]


def test_that_a_child_grows_is_no_news() -> None:
    height = latest(75, name="Body Height", code="8302-2", unit="cm", previous=60, trend=trend(Direction.RISING, 25))
    child = Identity(Source("Patient/p1"), born=when("2020-05-17"), sex=Sex.FEMALE)

    assert len(told(holding(vitals=[height], identity=child), TRENDS)) == 1
    assert len(told(holding(vitals=[height], identity=SOMEBODY), TRENDS)) == 2
