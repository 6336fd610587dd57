"""Invented names: the same for the same person, in the same letters, of the same gender and culture."""

from __future__ import annotations

import re

import pytest

from epicrisis.engines.privacy.names import cultures, name_of
from tests.identities import redacted


def names(text: str, *, language: str = "en", key: bytes = b"k") -> list[str]:
    """Return the invented names of a note that is nothing but marked names between bars."""
    return redacted(re.sub(r"\[([^\]]+)\]", r"[\1|NAME]", text), "research", language=language, key=key).split(" | ")


def test_calls_a_person_the_same_however_they_are_mentioned() -> None:
    full, formal, listed, initial, shouted, first = names(
        "[John Doe] | [Mr. Doe] | [Doe, John A.] | [J. Doe] | [JOHN DOE] | [John]"
    )

    given, family = full.split()
    assert formal == f"Mr. {family}"
    assert listed.startswith(f"{family}, {given} ")
    assert listed.endswith(".")
    assert initial == f"{given[0]}. {family}"
    assert shouted == full.upper()
    assert first == given


def test_calls_a_person_the_same_in_every_note_of_one_key() -> None:
    [here] = names("[Ana Ruiz Prueba]", language="es")
    _, there = names("[Luis Mora] | [Ana Ruiz]", language="es")

    assert here.split()[:2] == there.split()


def test_calls_a_person_otherwise_under_another_key() -> None:
    assert names("[John Doe]", key=b"one") != names("[John Doe]", key=b"another")


def test_tells_two_people_of_one_family_name_apart_by_their_title() -> None:
    john, jane, he, she = names("[John Doe] | [Jane Doe] | [Mr. Doe] | [Mrs. Doe]")

    assert he == f"Mr. {john.split()[1]}"
    assert she == f"Mrs. {jane.split()[1]}"


def test_takes_the_gender_from_a_title_that_stands_before_the_name() -> None:
    women = {name.casefold() for culture in cultures().values() for name in culture.female}

    for family in ("Zzyzx", "Qwerty", "Xylor", "Vorblat"):
        invented = redacted(f"Mrs. [Kilo {family}|NAME] denies fever.", "research").split()
        assert invented[1].casefold() in women


@pytest.mark.parametrize(
    ("name", "culture"),
    [("Ana Ruiz Prueba", "spanish"), ("Hiroshi Tanaka", "japanese"), ("Fatima Haddad", "arabic"),
     ("Priya Sharma", "indian"), ("Kwame Mensah", "african"), ("Zofia Kowalski", "slavic"),
     ("Emily Walker", "english")],
)  # fmt: skip
def test_keeps_the_culture_and_the_gender_of_a_name(name: str, culture: str) -> None:
    lists = cultures()[culture]
    given = lists.male if name.split()[0] in lists.male else lists.female

    [invented] = names(f"[{name}]")

    assert invented.split()[0] in given
    assert invented.split()[-1] in lists.family


def test_keeps_titles_particles_and_suffixes() -> None:
    [invented] = names("[Dr. Ludwig van der Berg Jr., MD]")

    assert re.fullmatch(r"Dr\. \w+ van der \w+ Jr\., MD", invented)
    assert "Ludwig" not in invented
    assert "Berg" not in invented


def test_leaves_no_given_name_that_is_a_title_elsewhere() -> None:
    assert not any("Don" in name.split() for name in names("[Don Smith] | [Al Smith] | [Smith, Don]"))
    assert names("[Don Antonio Mora]", language="es")[0].startswith("Don ")


def test_reads_two_family_names_where_people_have_two() -> None:
    assert [part.role.name for part in name_of("María José García López", "es").parts] == [
        "GIVEN", "GIVEN", "FAMILY", "FAMILY",
    ]  # fmt: skip
    assert [part.role.name for part in name_of("John Michael Doe", "en").parts] == ["GIVEN", "GIVEN", "FAMILY"]


def test_never_gives_a_person_a_name_of_their_own() -> None:
    everybody = cultures()["korean"]
    for number, family in enumerate(everybody.family):
        given = everybody.male[number % len(everybody.male)]
        [invented] = names(f"[{given} {family}]")
        assert given not in invented.split()
        assert family not in invented.split()


def test_leaves_no_digit_of_a_name_that_is_a_login() -> None:
    assert "1975" not in redacted("Signed by [jdoe1975|NAME].", "research")
