from __future__ import annotations

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.engines.extraction.findings.procedures import procedures
from tests.unit.engines.extraction.marked import note


def test_what_was_done_what_is_planned_and_what_was_declined() -> None:
    marked = (
        "Status post [appendectomy|PROCEDURE past]. [Biopsy|PROCEDURE hypothetical future] is planned. "
        "He declined a [lumbar puncture|PROCEDURE absent]."
    )

    found = procedures(note(marked))

    assert [(each.name.text, each.status) for each in found] == [
        ("appendectomy", Status.PRESENT),
        ("Biopsy", Status.HYPOTHETICAL),
        ("lumbar puncture", Status.ABSENT),
    ]
    assert [each.temporality for each in found[:2]] == [Temporality.PAST, Temporality.FUTURE]


def test_examinations_told_in_words_are_procedures_and_numbers_and_organs_are_not() -> None:
    marked = note(
        "[Chest x-ray|TEST normal] was clear. [EKG|TEST]: sinus rhythm. [Lungs|TEST normal] clear. [Sodium|TEST] 140. "
        "[Echocardiogram|TEST] with [ejection fraction|TEST] 60%."
    )
    measured = [marked.found[-1].span]

    found = procedures(marked, measured=measured)

    assert [each.name.text for each in found] == ["Chest x-ray", "EKG", "Echocardiogram"]
    assert {each.status for each in found} == {Status.PRESENT}


def test_words_that_name_no_procedure_and_other_people_are_left_out() -> None:
    marked = (
        "The [procedure|PROCEDURE] went well. [Regular diet|PROCEDURE]. Her mother had a [bypass|PROCEDURE family]."
    )

    assert procedures(note(marked)) == ()


def test_the_time_and_the_place_are_quoted() -> None:
    [found] = procedures(note("[Right knee arthroscopy|PROCEDURE past] in 1998."))

    assert found.time is not None
    assert found.body_site is not None
    assert (found.time.text, found.body_site.text) == ("1998", "Right knee")


def test_the_same_is_one_and_at_two_times_two() -> None:
    once = procedures(note("[MRI|TEST] of the head. The [MRI|TEST] was read."))
    twice = procedures(note("[Colonoscopia|PROCEDURE] en 2010. [Colonoscopia|PROCEDURE] en 2015.", "es"))

    assert [len(each.mentions) for each in once] == [2]
    assert [each.time and each.time.text for each in twice] == ["en 2010", "en 2015"] or [
        each.time and each.time.text for each in twice
    ] == ["2010", "2015"]
