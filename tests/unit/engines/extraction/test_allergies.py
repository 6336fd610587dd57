from __future__ import annotations

from epicrisis.domain.assertions import Status
from epicrisis.engines.extraction.history.allergies import allergies
from tests.unit.engines.extraction.marked import note


def test_reactions_and_how_bad_they_are_stand_apart() -> None:
    (allergy,), _ = allergies(note("He is allergic to [penicillin|MEDICATION] (severe hives)."))

    assert [each.text for each in allergy.reactions] == ["hives"]
    assert allergy.severity is not None
    assert allergy.severity.text == "severe"


def test_the_same_substance_said_twice_is_one_allergy() -> None:
    (allergy,), _ = allergies(
        note("ALLERGIES: [Sulfa|MEDICATION].\n\nPLAN: He is allergic to [sulfa|MEDICATION]: rash.")
    )

    assert len(allergy.mentions) == 2
    assert [each.text for each in allergy.reactions] == ["rash"]


def test_no_known_allergies_quote_their_words() -> None:
    items, none = allergies(note("ALLERGIES: No known drug allergies."))

    assert items == ()
    assert none is not None
    assert none.text == "No known drug allergies"


def test_a_drug_allergy_contradicts_that_there_are_none_and_grass_does_not() -> None:
    _, drug = allergies(note("NKDA. Allergic to [codeine|MEDICATION]."))
    _, grass = allergies(note("No known drug allergies. Allergic to grasses."))

    assert drug is None
    assert grass is not None


def test_a_denied_list_is_absent_item_by_item() -> None:
    items, _ = allergies(note("ALLERGIES: [Bactrim|MEDICATION]. She denies shrimp, seafood or dye allergy."))

    assert [(each.substance.text, each.status) for each in items] == [
        ("Bactrim", Status.PRESENT),
        ("shrimp", Status.ABSENT),
        ("seafood", Status.ABSENT),
        ("dye", Status.ABSENT),
    ]


def test_words_of_a_relative_are_none_of_the_patient() -> None:
    items, none = allergies(note("Her mother is allergic to [penicillin|MEDICATION]."))

    assert (items, none) == ((), None)


def test_a_heading_inside_a_line_is_read_too() -> None:
    _, none = allergies(note("PAST MEDICAL HISTORY: Asthma. Allergies: None. Medications: Tylenol."))

    assert none is not None
    assert none.text == "None"
