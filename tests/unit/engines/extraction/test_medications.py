from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.records import Medication, MedicationState
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.medications.reader import medications
from tests.unit.engines.extraction.marked import note

STATES = ("avoided", "changed", "given", "held", "kept", "not_taken", "planned", "started", "stopped", "taken")


def found(marked: str, language: str = "en") -> tuple[Medication, ...]:
    return medications(note(marked, language))


def named(marked: str) -> list[tuple[str, MedicationState]]:
    return [(each.name.text, each.state) for each in found(marked)]


def test_the_same_drug_said_twice_is_one_with_the_details_of_both() -> None:
    (aspirin,) = found("He takes [aspirin|MEDICATION]. [Aspirin|MEDICATION] [81 mg|DOSE] [daily|FREQUENCY].")

    assert len(aspirin.mentions) == 2
    assert aspirin.dose is not None
    assert aspirin.dose.text == "81 mg"


def test_different_doses_stay_two() -> None:
    drugs = found("[Lasix|MEDICATION] [20 mg|DOSE] daily. Now [Lasix|MEDICATION] [40 mg|DOSE] daily.")

    assert [each.dose.text for each in drugs if each.dose] == ["20 mg", "40 mg"]


def test_a_drug_and_its_brand_are_one() -> None:
    (drug,) = found("[ceftriaxone|MEDICATION] ([Rocephin|MEDICATION]) [500 mg|DOSE]. [Rocephin|MEDICATION] was given.")

    assert drug.name.text == "ceftriaxone"
    assert len(drug.mentions) == 3


def test_the_doses_of_one_day_are_one_way_of_taking_it() -> None:
    drugs = found(
        "[Humulin|MEDICATION] [44 units|DOSE] [at breakfast|FREQUENCY] and [22 units|DOSE] [at supper|FREQUENCY]."
    )

    assert [(each.dose.text, each.frequency.text) for each in drugs if each.dose and each.frequency] == [
        ("44 units", "at breakfast and 22 units at supper")
    ]


def test_the_steps_of_a_taper_stay_apart() -> None:
    drugs = found(
        "[Prednisone|MEDICATION] [40 mg|DOSE] [daily|FREQUENCY] [for 3 days|DURATION], "
        "then [20 mg|DOSE] [daily|FREQUENCY]."
    )

    assert [each.dose.text for each in drugs if each.dose] == ["40 mg", "20 mg"]


def test_the_amount_of_one_unit_is_the_strength() -> None:
    (drug,) = found("[Vicodin|MEDICATION] [5/500 mg|DOSE] [two tablets|DOSE] [daily|FREQUENCY]")

    assert drug.strength is not None
    assert drug.dose is not None
    assert (drug.strength.text, drug.dose.text) == ("5/500 mg", "two tablets")


def test_what_the_reader_left_out_is_found_beside_the_drug() -> None:
    (drug,) = found("[Ceftin|MEDICATION] 250 mg by mouth twice a day for 10 days.")

    parts = (drug.dose, drug.route, drug.frequency, drug.duration)
    assert [each.text for each in parts if each] == ["250 mg", "by mouth", "twice a day", "for 10 days"]


def test_a_frequency_holds_its_as_needed_and_makes_the_drug_conditional() -> None:
    (drug,) = found("[Percocet|MEDICATION] [one|DOSE] [q.4h.|FREQUENCY] p.r.n. pain.")

    assert drug.frequency is not None
    assert drug.frequency.text == "q.4h. p.r.n."
    assert drug.status is Status.CONDITIONAL


def test_a_stopped_drug_is_absent_and_a_denied_one_is_none() -> None:
    (stopped,) = found("[Aspirin|MEDICATION absent] was stopped. He denies [Plavix|MEDICATION absent].")

    assert (stopped.state, stopped.status) == (MedicationState.STOPPED, Status.ABSENT)


def test_a_verb_speaks_of_the_drugs_of_its_own_clause() -> None:
    assert named(
        "Continue [Lasix|MEDICATION] and [Plavix|MEDICATION absent] was stopped; start [aspirin|MEDICATION]."
    ) == [
        ("Lasix", MedicationState.TAKEN),
        ("Plavix", MedicationState.STOPPED),
        ("aspirin", MedicationState.STARTED),
    ]


def test_a_drug_of_a_list_that_the_reader_did_not_know_is_found_by_its_dose() -> None:
    drugs = found("MEDICATIONS: [Spiriva|MEDICATION] [daily|FREQUENCY], Lidoderm patch every 12 hours")

    assert [each.name.text for each in drugs] == ["Spiriva", "Lidoderm patch"]
    assert drugs[1].confidence < drugs[0].confidence


@pytest.mark.parametrize(
    ("marked", "states"),
    [
        (
            "[Prednisone|MEDICATION] [5 mg|DOSE], and [Dolobid|MEDICATION] [1 g|DOSE], recently discontinued.",
            ["TAKEN", "STOPPED"],
        ),
        ("[Aspirin|MEDICATION] [81 mg|DOSE] and [Plavix|MEDICATION] [75 mg|DOSE] were held.", ["HELD", "HELD"]),
        ("[Aspirin|MEDICATION] and [Plavix|MEDICATION] held.", ["HELD", "HELD"]),
        ("She was switched from [Zoloft|MEDICATION] to [Effexor|MEDICATION].", ["STOPPED", "STARTED"]),
        ("[Aspirin|MEDICATION] reduced to 81 mg daily.", ["CHANGED"]),
        ("Hold p.o. medications, GI consult, [Zofran|MEDICATION] p.r.n.", ["TAKEN"]),
        (
            "He used to be on [atenolol|MEDICATION absent] and [terazosin|MEDICATION absent], "
            "which have been discontinued.",
            ["STOPPED", "STOPPED"],
        ),
        ("On a low dose of [Cialis|MEDICATION].", ["TAKEN"]),
        (
            "DISCHARGE MEDICATIONS/INSTRUCTIONS: He will be going with [Protonix|MEDICATION hypothetical].",
            ["TAKEN"],
        ),
    ],
)
def test_a_verb_speaks_of_the_drugs_it_reaches(marked: str, states: list[str]) -> None:
    assert [each.state for each in found(marked)] == states


def test_only_the_drug_that_is_called_for_is_conditional() -> None:
    drugs = found(
        "MEDICATIONS: [Lumigan|MEDICATION conditional] one drop [daily|FREQUENCY], [Nitroquick|MEDICATION] p.r.n., "
        "[Tylenol|MEDICATION conditional] [daily|FREQUENCY] if in pain"
    )

    assert [each.status for each in drugs] == [Status.PRESENT, Status.CONDITIONAL, Status.CONDITIONAL]


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("[Zofran|MEDICATION] p.r.n., bedrest, and cultures.", None),
        ("[Zofran|MEDICATION] p.r.n. nausea.", "nausea"),
        ("[Ativan|MEDICATION] p.r.n. dosage unknown.", None),
        ("[Pamelor|MEDICATION] [25 mg|DOSE], monitor for [tremor|PROBLEM].", None),
        ("[Pamelor|MEDICATION] [25 mg|DOSE] for [tremor|PROBLEM].", "tremor"),
    ],
)
def test_a_reason_is_what_the_drug_is_taken_for(marked: str, reason: str | None) -> None:
    (drug,) = found(marked)

    assert (None if drug.reason is None else drug.reason.text) == reason


@pytest.mark.parametrize(
    "marked",
    [
        "The [methotrexate|MEDICATION] level was high.",
        "She is allergic to [sulfa|MEDICATION].",
        "FAMILY HISTORY: Mother takes [insulin|MEDICATION family].",
        "Continue [current medications|MEDICATION].",
        "The wound was irrigated with [saline|MEDICATION].",
    ],
)
def test_what_is_no_drug_of_the_patient_is_left_out(marked: str) -> None:
    assert found(marked) == ()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_phrase_means_one_state(language: str) -> None:
    lists = word_lists("medications", language)

    phrases = [phrase for state in STATES for phrase in lists[state]]

    assert len(phrases) == len(set(phrases))
