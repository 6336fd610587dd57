from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.records import Medication
from epicrisis.engines.extraction.medications.reader import medications
from tests.unit.engines.extraction.marked import note


def found(marked: str, language: str = "en") -> tuple[Medication, ...]:
    return medications(note(marked, language))


def told(marked: str, language: str = "en") -> list[tuple[str, str]]:
    return [(each.name.text, each.state.value) for each in found(marked, language)]


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("Avoid [NSAIDs|MEDICATION hypothetical].", "en"),
        ("Recommend avoiding [ibuprofen|MEDICATION hypothetical] and [naproxen|MEDICATION].", "en"),
        ("Avoid nephrotoxic agents such as [NSAIDs|MEDICATION hypothetical] ([ibuprofen|MEDICATION]).", "en"),
        ("[NSAIDs|MEDICATION hypothetical] should be avoided.", "en"),
        ("[Metformin|MEDICATION] contraindicated given eGFR 20.", "en"),
        ("Medications to avoid: [ibuprofen|MEDICATION], [naproxen|MEDICATION].", "en"),
        ("Would avoid adding [lisinopril|MEDICATION hypothetical].", "en"),
        ("Se recomienda evitar [benzodiacepinas|MEDICATION hypothetical].", "es"),
        ("Deben evitarse los [AINEs|MEDICATION hypothetical] y la [metformina|MEDICATION hypothetical].", "es"),
        ("[Metformina|MEDICATION] contraindicada.", "es"),
        ("Avoid high doses of [NSAIDs|MEDICATION hypothetical].", "en"),
        ("Avoid excessive use of [ibuprofen|MEDICATION hypothetical].", "en"),
        ("Evitar el abuso de [ibuprofeno|MEDICATION hypothetical].", "es"),
    ],
)
def test_a_drug_that_must_not_be_taken_is_none(marked: str, language: str) -> None:
    assert found(marked, language) == ()


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("Avoid alcohol while taking [metronidazole|MEDICATION].", ["metronidazole"]),
        ("Avoid alcohol with [metronidazole|MEDICATION].", ["metronidazole"]),
        ("Avoid [constipation|PROBLEM] [Colace|MEDICATION] [100 mg|DOSE] [BID|FREQUENCY].", ["Colace"]),
        ("Avoid [NSAIDs|MEDICATION], [acetaminophen|MEDICATION] [500 mg|DOSE] [daily|FREQUENCY].", ["acetaminophen"]),
        ("Avoid [ibuprofen|MEDICATION] with [warfarin|MEDICATION].", ["warfarin"]),
        ("Avoid [NSAIDs|MEDICATION]. Continue [acetaminophen|MEDICATION].", ["acetaminophen"]),
        ("Avoid abrupt discontinuation of [metoprolol|MEDICATION].", ["metoprolol"]),
    ],
)
def test_what_is_taken_beside_something_avoided_stays(marked: str, names: list[str]) -> None:
    assert [each.name.text for each in found(marked)] == names


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("Do not stop [aspirin|MEDICATION absent].", "en"),
        ("[Aspirin|MEDICATION absent] was not stopped.", "en"),
        ("No suspender [aspirina|MEDICATION absent].", "es"),
        ("Not contraindicated: [aspirin|MEDICATION].", "en"),
        ("[Aspirin|MEDICATION absent] is not contraindicated given his stent.", "en"),
        ("[Aspirin|MEDICATION absent] is no longer contraindicated.", "en"),
        ("No contraindicada [aspirina|MEDICATION absent].", "es"),
        ("No contraindicado: [ibuprofeno|MEDICATION absent].", "es"),
        ("No están contraindicados los [AINEs|MEDICATION absent].", "es"),
    ],
)
def test_a_drug_that_must_not_be_stopped_is_taken(marked: str, language: str) -> None:
    (drug,) = found(marked, language)

    assert (drug.state.value, drug.status) == ("TAKEN", Status.PRESENT)


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("Avoid [excessive|PROBLEM hypothetical] [acetaminophen|MEDICATION hypothetical].", "en"),
        ("Avoid [overuse|PROBLEM hypothetical] of [ibuprofen|MEDICATION hypothetical].", "en"),
        ("Avoid increasing [lisinopril|MEDICATION hypothetical].", "en"),
        ("Evitar [exceso de|PROBLEM hypothetical] [paracetamol|MEDICATION hypothetical].", "es"),
    ],
)
def test_too_much_of_a_drug_to_avoid_is_not_taken(marked: str, language: str) -> None:
    (drug,) = found(marked, language)

    assert (drug.state.value == "TAKEN", drug.status) == (False, Status.HYPOTHETICAL)


@pytest.mark.parametrize("marked", ["Con't [omeprazole|MEDICATION absent].", "Cont'd [omeprazole|MEDICATION absent]."])
def test_continue_by_its_first_letters_denies_nothing(marked: str) -> None:
    (drug,) = found(marked)

    assert (drug.state.value, drug.status) == ("TAKEN", Status.PRESENT)


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("If he develops rash, stop [Bactrim|MEDICATION hypothetical].", "en"),
        ("Should he develop rash, stop [Bactrim|MEDICATION hypothetical].", "en"),
        ("Stop [Bactrim|MEDICATION hypothetical] if rash develops.", "en"),
        ("Discontinue [lisinopril|MEDICATION absent] if cough occurs.", "en"),
        ("[Bactrim|MEDICATION absent] should be stopped immediately if rash develops.", "en"),
        ("Hold [metoprolol|MEDICATION absent] for HR < 60.", "en"),
        ("[Metoprolol|MEDICATION] [25 mg|DOSE] [BID|FREQUENCY], hold for systolic below 100.", "en"),
        ("Suspender [amoxicilina|MEDICATION hypothetical] si [exantema|PROBLEM hypothetical].", "es"),
        ("Suspender [metformina|MEDICATION absent] si creatinina > 1,5.", "es"),
        ("[Lisinopril|MEDICATION absent] to be held if SBP < 100.", "en"),
        ("[Lisinopril|MEDICATION absent] will be stopped for K > 5.5.", "en"),
        ("If cough occurs, [lisinopril|MEDICATION absent] can be stopped.", "en"),
        ("Debe ser suspendida la [metformina|MEDICATION absent] si FG < 30.", "es"),
        ("La [metformina|MEDICATION absent] será suspendida si FG < 30.", "es"),
        ("Retirada de [metformina|MEDICATION absent] si FG < 30.", "es"),
    ],
)
def test_what_would_be_stopped_on_a_condition_is_taken(marked: str, language: str) -> None:
    (drug,) = found(marked, language)

    assert (drug.state.value, drug.status, drug.reason) == ("TAKEN", Status.PRESENT, None)


def test_a_condition_adds_no_second_drug_and_no_dose() -> None:
    (drug,) = found(
        "PLAN: [Bactrim|MEDICATION hypothetical] [1 tab|DOSE] [BID|FREQUENCY]. "
        "If he develops rash, stop [Bactrim|MEDICATION hypothetical]."
    )
    (raised,) = found("If BP remains high, increase [lisinopril|MEDICATION hypothetical] to [20 mg|DOSE].")

    assert (drug.state.value, len(drug.mentions)) == ("PLANNED", 2)
    assert (raised.state.value, raised.dose) == ("TAKEN", None)


@pytest.mark.parametrize(
    "marked",
    [
        "[Lisinopril|MEDICATION absent] was stopped when creatinine rose.",
        "When he was admitted, [lisinopril|MEDICATION absent] was stopped.",
        "Stop [ibuprofen|MEDICATION absent] and call if pain worsens.",
        "Stop [ibuprofen|MEDICATION absent]. If pain recurs, call.",
        "He should stop [ibuprofen|MEDICATION absent].",
        "STOP taking [ibuprofen|MEDICATION absent].",
        "Stop [ibuprofen|MEDICATION hypothetical] for 48 hours.",
    ],
)
def test_what_hangs_on_no_condition_is_stopped(marked: str) -> None:
    (drug,) = found(marked)

    assert (drug.state.value, drug.status) == ("STOPPED", Status.ABSENT)


@pytest.mark.parametrize(
    ("marked", "language", "state"),
    [
        ("[Heparin|MEDICATION absent] was stopped for platelets < 50.", "en", "STOPPED"),
        ("[Lisinopril|MEDICATION absent] stopped for K > 5.5.", "en", "STOPPED"),
        ("[Lisinopril|MEDICATION absent] was put on hold for SBP < 100.", "en", "HELD"),
        ("STOPPED: [lisinopril|MEDICATION absent] for K > 5.5", "en", "STOPPED"),
        ("Wondered if he was dehydrated, so we stopped [Bactrim|MEDICATION absent].", "en", "STOPPED"),
        ("Asked if she had pain, she said no, and we held [metoprolol|MEDICATION absent].", "en", "HELD"),
        ("He is weak if seated, so stop [Bactrim|MEDICATION hypothetical].", "en", "STOPPED"),
        ("Unsure if he tolerates it, stop [Bactrim|MEDICATION hypothetical].", "en", "STOPPED"),
        ("If anything, BP was low, and [lisinopril|MEDICATION absent] was stopped.", "en", "STOPPED"),
        ("We increased [lisinopril|MEDICATION] for SBP > 160.", "en", "CHANGED"),
        ("Suspendida [metformina|MEDICATION absent] con FG < 30.", "es", "STOPPED"),
        ("[Metformina|MEDICATION absent] suspendida con FG < 30.", "es", "STOPPED"),
        ("Si bien mejoró, se suspendió [amoxicilina|MEDICATION absent].", "es", "STOPPED"),
        ("Si bien mejora, suspender [amoxicilina|MEDICATION absent].", "es", "STOPPED"),
        ("No se sabe si hubo fiebre y se suspendió [amoxicilina|MEDICATION absent].", "es", "STOPPED"),
        ("Se marea si se levanta, por lo que suspender [enalapril|MEDICATION absent].", "es", "STOPPED"),
    ],
)
def test_what_was_done_was_done_on_any_condition(marked: str, language: str, state: str) -> None:
    (drug,) = found(marked, language)

    assert drug.state.value == state
    assert drug.status is (Status.PRESENT if state == "CHANGED" else Status.ABSENT)


@pytest.mark.parametrize(
    ("marked", "language", "states"),
    [
        ("BP 98/56, [metoprolol|MEDICATION absent] held per parameters.", "en", ["HELD"]),
        ("[HCTZ|MEDICATION absent] [25 mg|DOSE] - discontinued by cardiology", "en", ["STOPPED"]),
        ("[Lisinopril|MEDICATION] [10 mg|DOSE] - held for SBP < 100", "en", ["HELD"]),
        ("[Losartán|MEDICATION absent] [50 mg|DOSE] - suspendido por hipotensión", "es", ["STOPPED"]),
        ("Se retiene [bisoprolol|MEDICATION absent] por FC 50.", "es", ["HELD"]),
        ("D/c home w/ [tamsulosin|MEDICATION] [0.4 mg|DOSE], [oxycodone|MEDICATION].", "en", ["TAKEN", "TAKEN"]),
        ("D/c [tamsulosin|MEDICATION absent].", "en", ["STOPPED"]),
        ("[Sintrom|MEDICATION] según pauta, [bisoprolol|MEDICATION] [2,5 mg|DOSE].", "es", ["TAKEN", "TAKEN"]),
        ("[Senna|MEDICATION] [2 tabs|DOSE], hold for [loose stools|PROBLEM conditional].", "en", ["TAKEN"]),
        ("[Senna|MEDICATION absent] [2 tabs|DOSE], hold for [loose stools|PROBLEM].", "en", ["HELD"]),
        (
            "# AKI: hold [furosemide|MEDICATION absent] for 3 hrs.\n# Withdrawal: [thiamine|MEDICATION] [100 mg|DOSE]",
            "en",
            ["HELD", "TAKEN"],
        ),
    ],
)
def test_what_became_of_a_drug_may_be_told_with_who_and_why(marked: str, language: str, states: list[str]) -> None:
    assert [state for _, state in told(marked, language)] == states


def test_what_is_taken_below_a_line_of_family_history_is_the_patients() -> None:
    marked = "FH: mother with [diabetes|PROBLEM family].\nPast psych: on [escitalopram|MEDICATION] [20 mg|DOSE]."
    assert told(marked) == [("escitalopram", "TAKEN")]
    assert told("Family history:\nMother on [insulin|MEDICATION].") == []
