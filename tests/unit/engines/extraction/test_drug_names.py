from __future__ import annotations

import pytest

from epicrisis.engines.extraction.medications.reader import medications
from tests.unit.engines.extraction.marked import note

# A note with what the reader marked, and the names of the drugs in it.
NAMES = [
    ("Solu-[Cortef|MEDICATION] [1000 mg|DOSE] was given.", ["Solu-Cortef"]),
    ("Anxiety-[Xanax|MEDICATION] [0.5 mg|DOSE].", ["Xanax"]),
    ("[Theo|MEDICATION]-24 [400 mg|DOSE] daily.", ["Theo-24"]),
    ("[Lasix|MEDICATION]-40 mg daily.", ["Lasix"]),
    ("[Humibid|MEDICATION] L.A. [600 mg|DOSE] daily.", ["Humibid L.A."]),
    ("[Novolin|MEDICATION] 70/30 [35 units|DOSE] daily.", ["Novolin 70/30"]),
    ("[Maxzide|MEDICATION] 75/50 daily.", ["Maxzide"]),
    ("[Darvocet-N|MEDICATION] 100 one every 4 hours.", ["Darvocet-N 100"]),
    ("She began [high-dose methotrexate|MEDICATION].", ["methotrexate"]),
    ("Injected with [1% Xylocaine injectable|MEDICATION].", ["Xylocaine injectable"]),
]


@pytest.mark.parametrize(("marked", "names"), NAMES, ids=[marked for marked, _ in NAMES])
def test_a_drug_has_its_whole_name_and_no_more(marked: str, names: list[str]) -> None:
    assert [each.name.text for each in medications(note(marked))] == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("[Duragesic|MEDICATION] 50 mcg [patch|MEDICATION] q.72h.", ["Duragesic"]),
        ("[Flonase|MEDICATION] 2 sprays [each nostril|MEDICATION] daily.", ["Flonase"]),
        ("Saturation 92% on [2L|MEDICATION].", []),
        ("He received 3 [nebulizers|MEDICATION].", ["nebulizers"]),
        ("She is back on her [blood pressure regimen|MEDICATION].", []),
        ("Ferritin 27, [iron|MEDICATION] 13%, and TSH 0.7.", []),
        ("MEDICATIONS: [Calcium|MEDICATION] 500, [iron|MEDICATION] 325.", ["Calcium", "iron"]),
        ("Her only allergy is listed to [latex|MEDICATION].", []),
    ],
)
def test_a_part_of_a_prescription_and_a_level_are_no_drugs(marked: str, names: list[str]) -> None:
    assert [each.name.text for each in medications(note(marked))] == names
