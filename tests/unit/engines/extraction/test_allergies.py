from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.engines.extraction.history.allergies import allergies
from tests.unit.engines.extraction.marked import note


def test_reactions_and_how_bad_they_are_stand_apart() -> None:
    (allergy,), _ = allergies(note("He is allergic to [penicillin|MEDICATION] (severe hives)."))

    assert [each.text for each in allergy.reactions] == ["hives"]
    assert allergy.severity is not None
    assert allergy.severity.text == "severe"


@pytest.mark.parametrize(
    ("marked", "language", "substance", "severity"),
    [
        ("ALLERGIES:\n- [Penicillin|MEDICATION]: [Anaphylaxis|PROBLEM], severe", "en", "Penicillin", "severe"),
        ("ALLERGIES: [Penicillin|MEDICATION] (mild).", "en", "Penicillin", "mild"),
        ("ALERGIAS:\n- [Penicilina|MEDICATION]: [Anafilaxia|PROBLEM], [grave|PROBLEM]", "es", "Penicilina", "grave"),
        ("ALERGIAS: [Penicilina|MEDICATION]: [Anafilaxia, grave|PROBLEM]", "es", "Penicilina", "grave"),
        ("ALERGIAS: Cacahuete, moderado.", "es", "Cacahuete", "moderado"),
    ],
)
def test_how_bad_an_allergy_is_names_no_substance(marked: str, language: str, substance: str, severity: str) -> None:
    (allergy,), _ = allergies(note(marked, language))

    assert allergy.substance.text == substance
    assert not [each.text for each in allergy.reactions if severity in each.text]
    assert allergy.severity is not None
    assert allergy.severity.text == severity


def test_labels_of_a_table_are_no_substances() -> None:
    items, _ = allergies(note("ALLERGIES: Substance: [Penicillin|MEDICATION]; Reaction: hives; Severity: severe"))

    assert [each.substance.text for each in items] == ["Penicillin"]


@pytest.mark.parametrize(
    ("words", "language", "denied"),
    [
        ("No food allergies.", "en", []),
        ("No known environmental allergies.", "en", ["environmental"]),
        ("Food allergies: none.", "en", []),
        ("Food allergies: negative.", "en", []),
        ("Sin alergias alimentarias.", "es", []),
        ("No alergias ambientales conocidas.", "es", []),
        ("Alergias alimentarias: ninguna.", "es", []),
        ("Alergias alimentarias: negativas.", "es", []),
    ],
)
def test_none_of_one_kind_is_not_none(words: str, language: str, denied: list[str]) -> None:
    items, none = allergies(note(words, language))

    assert none is None
    assert [(each.substance.text, each.status) for each in items] == [(each, Status.ABSENT) for each in denied]


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
