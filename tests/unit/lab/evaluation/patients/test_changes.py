"""Changes between two times: those that must be told, those that may be, and how telling is judged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from epicrisis_lab.evaluation.patients.changes import events
from epicrisis_lab.evaluation.patients.comparing import Wrong, wrongs
from epicrisis_lab.evaluation.patients.ours import Told
from epicrisis_lab.evaluation.patients.pairs import pairs
from tests.unit.lab.evaluation.patients.bundles import allergy, condition, order, procedure, record, result, visit

SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)


def changed(*resources: dict[str, Any]) -> set[tuple[str, bool]]:
    return {(each.kind, each.must) for each in events(record(*resources), SINCE, UNTIL)}


def test_what_began_in_between_and_holds_must_be_told() -> None:
    assert changed(
        condition("c1", "Asthma", "1", "2020-05-03"),
        order("m1", "Metformin", "2", "2020-05-03"),
        allergy("a1", "Fish", "3", "2020-05-03"),
        procedure("p1", "Biopsy", "4", "2020-05-03"),
    ) == {("NEW_PROBLEM", True), ("MEDICATION_STARTED", True), ("NEW_ALLERGY", True), ("PROCEDURE_DONE", True)}


def test_what_began_before_or_after_is_no_change() -> None:
    assert changed(condition("c1", "Asthma", "1", "2019-05-03"), order("m1", "Metformin", "2", "2021-05-03")) == set()


def test_what_ended_in_between_must_be_told_and_what_came_and_went_may_be() -> None:
    over = changed(condition("c1", "Asthma", "1", "2010", "2020-05-03"))
    passing = changed(condition("c1", "Cold", "1", "2020-05-03", "2020-05-10"))

    assert over == {("PROBLEM_RESOLVED", True)}
    assert passing == {("NEW_PROBLEM", False), ("PROBLEM_RESOLVED", False)}


def test_what_was_there_before_comes_back() -> None:
    again = changed(
        condition("c1", "Depression", "1", "2010", "2011"), condition("c2", "Depression", "1", "2020-05-03")
    )

    assert again == {("PROBLEM_RECURRED", True)}


def test_a_second_order_of_a_drug_in_force_starts_nothing() -> None:
    assert changed(order("m1", "Metformin", "2", "2018-01-01"), order("m2", "Metformin", "2", "2020-05-03")) == set()


def test_an_order_that_was_stopped_nobody_says_when_may_be_told_where_it_was_given() -> None:
    assert changed(order("m1", "Amoxicillin", "2", "2020-05-03", "stopped")) == {
        ("MEDICATION_STARTED", False), ("MEDICATION_STOPPED", False),
    }  # fmt: skip
    assert changed(order("m1", "Amoxicillin", "2", "2019-05-03", "stopped")) == set()


def test_a_result_crosses_its_range_where_everybody_would_say_so() -> None:
    def potassium(*values: float) -> list[dict[str, Any]]:
        days = ("2019-05-03", "2020-05-03")
        return [
            result(f"o{day}", "Potassium", "6298-4", value, "mmol/L", day)
            for day, value in zip(days, values, strict=True)
        ]

    assert changed(*potassium(4.2, 6.0)) == {("LEFT_RANGE", True)}
    assert changed(*potassium(6.0, 4.2)) == {("ENTERED_RANGE", True)}
    assert changed(*potassium(4.2, 5.2)) == {("LEFT_RANGE", False)}
    assert changed(*potassium(4.2, 4.4)) == set()


def test_missed_made_up_and_twice_are_named() -> None:
    raw = record(
        condition("c1", "Asthma", "1", "2020-05-03"),
        condition("c2", "Gout", "2", "2020-05-03"),
        order("m1", "Metformin", "3", "2010-05-03"),
    )
    asthma = Told("NEW_PROBLEM", "Asthma", ("Condition/c1",))
    invented = Told("MEDICATION_STOPPED", "Metformin", ("MedicationRequest/m1",))

    found = list(wrongs(events(raw, SINCE, UNTIL), [asthma, asthma, invented], raw))

    assert found == [
        Wrong("missed", "NEW_PROBLEM", "Gout"),
        Wrong("twice", "NEW_PROBLEM", "Asthma"),
        Wrong("made up", "MEDICATION_STOPPED", "Metformin"),
    ]


def test_another_product_of_one_drug_may_be_told_as_another_dose() -> None:
    raw = record(order("m1", "Metformin 850 MG", "3", "2020-05-03"))

    told = Told("DOSE_CHANGED", "Metformin 850 MG", ("MedicationRequest/m1",))

    assert list(wrongs(events(raw, SINCE, UNTIL), [told], raw)) == []


def test_records_are_cut_at_the_ends_of_visits_where_something_must_have_changed() -> None:
    visits = [visit(f"v{year}", f"{year}-05-03T08:00:00Z", f"{year}-05-03T09:00:00Z") for year in range(2010, 2020)]
    still = record(*visits)
    busy = record(*visits, condition("c1", "Asthma", "1", "2015-05-03T08:00:00Z"))

    found = pairs([still, busy])

    assert [(each.since[:4], each.until[:4]) for each in found] == [("2013", "2016"), ("2010", "2015")]
