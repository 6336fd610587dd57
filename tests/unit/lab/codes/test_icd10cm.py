from __future__ import annotations

import pytest

from epicrisis.engines.codes.icd10cm.sides import SIDES
from epicrisis_lab.codes import naming
from epicrisis_lab.codes.icd10cm import Entry
from epicrisis_lab.codes.naming import own_terms, usual_names
from epicrisis_lab.codes.sides import sides
from epicrisis_lab.errors import UnreadableFile

KNEE = [
    Entry("M25.561", "Pain in right knee"),
    Entry("M25.562", "Pain in left knee"),
    Entry("M25.569", "Pain in unspecified knee"),
    Entry("M25.50", "Pain in unspecified joint"),
]


def test_codes_that_differ_in_the_side_know_each_other() -> None:
    whole, sided = sides(KNEE)

    assert [KNEE[number].code for number in whole] == ["M25.569", "M25.569", "M25.569", "M25.50"]
    assert sided[2] == (0, 1, -1)
    assert sided[3] == (-1,) * len(SIDES)


def test_right_is_the_dominant_side_and_left_the_other() -> None:
    listed = [
        Entry("G81.90", "Hemiplegia, unspecified affecting unspecified side"),
        Entry("G81.91", "Hemiplegia, unspecified affecting right dominant side"),
        Entry("G81.92", "Hemiplegia, unspecified affecting left dominant side"),
        Entry("G81.93", "Hemiplegia, unspecified affecting right nondominant side"),
        Entry("G81.94", "Hemiplegia, unspecified affecting left nondominant side"),
    ]

    _, sided = sides(listed)

    assert sided[0] == (1, 4, -1)


def test_what_a_description_denies_or_leaves_open_is_a_name_of_its_own() -> None:
    entry = Entry("S01.21XA", "Laceration without foreign body of nose, initial encounter", ("Cut of nose (tip)",))

    assert ("laceration", "nose") in own_terms(entry)
    assert not any("encounter" in said for said in own_terms(entry))


def test_a_part_has_the_code_of_the_part_it_lies_within() -> None:
    names = usual_names()

    assert names[("lowerleg", "pain")].code == names[("pain", "shin")].code == "M79.669"
    assert names[("fracture", "radius")].code != names[("distal", "fracture", "radius")].code


def test_a_part_that_lies_within_itself_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = {"within": {"hand": "arm", "arm": "hand"}, "said": {}, "implied": {}}
    monkeypatch.setattr(naming, "_parts", lambda: circle)

    with pytest.raises(UnreadableFile, match="within itself"):
        usual_names()


def test_a_plain_name_stands_before_what_rules_make() -> None:
    names = usual_names()

    assert names[("cataract", "eye")].code == names[("cataract",)].code == "H26.9"
    assert names[("cataract",)].penalty < names[("cataract", "eye")].penalty
