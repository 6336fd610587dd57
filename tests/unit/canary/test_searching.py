from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest

from epicrisis.canary.identities import Kind, People
from epicrisis.canary.searching import Search


@pytest.fixture(scope="module")
def people() -> People:
    people = People()
    for number in range(200):
        people.person(f"POST /{number}", "answered")
    return people


@pytest.fixture(scope="module")
def search(people: People) -> Search:
    return Search(people)


def test_every_word_of_a_note_is_found_and_says_whose_it_is(people: People, search: Search) -> None:
    person = people.person("POST /137", "answered")

    found = search(f"before {person.text} behind".encode())

    assert {each.person for each in found} == {person}
    assert {each.kind for each in found} == set(Kind)


@pytest.mark.parametrize("case", [str, str.upper, str.lower], ids=["as written", "capitals", "small letters"])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda text: text.encode(), id="plain"),
        pytest.param(lambda text: text.encode("latin-1"), id="Latin-1"),
        pytest.param(lambda text: text.encode("utf-16-le"), id="UTF-16"),
        pytest.param(lambda text: text.encode("utf-16-be"), id="UTF-16, the other way round"),
        pytest.param(lambda text: json.dumps({"note": text}).encode(), id="JSON"),
        pytest.param(lambda text: quote(text).encode(), id="URL"),
        pytest.param(lambda text: text.encode().hex().encode(), id="hexadecimal"),
        pytest.param(lambda text: base64.b64encode(text.encode()), id="base64"),
        pytest.param(lambda text: base64.b64encode(b"." + text.encode()), id="base64 behind a byte"),
        pytest.param(lambda text: base64.b64encode(b".." + text.encode()), id="base64 behind two bytes"),
        pytest.param(lambda text: base64.urlsafe_b64encode(text.encode()), id="base64 for addresses"),
        pytest.param(lambda text: gzip.compress(text.encode()), id="compressed"),
    ],
)
def test_words_are_found_however_they_are_written(people: People, search: Search, write, case) -> None:  # type: ignore[no-untyped-def]
    person = people.person("POST /21", "answered")

    assert {(each.person, each.kind) for each in search(write(case(person.text)))} == {(person, kind) for kind in Kind}


@pytest.mark.parametrize("between", ["-", " ", ""])
def test_a_social_security_number_is_found_however_it_is_punctuated(
    people: People, search: Search, between: str
) -> None:
    number = people.parts[4].of(7)

    assert {(each.person.number, each.kind) for each in search(number.replace("-", between).encode())} == {
        (7, Kind.SSN)
    }


def test_digits_within_a_longer_number_or_a_hash_are_not_ours(people: People, search: Search) -> None:
    digits = people.parts[4].of(7).replace("-", "")

    for said in (f"0.{digits}12345", f"3fa9{digits}c2d1e4", f"1764{digits}"):
        assert search(said.encode()) == set(), said
    assert search(f"ssn{digits}x".encode()) != set()


def test_what_is_not_of_these_people_is_not_found(search: Search) -> None:
    others = People()

    assert search(others.person("POST /1", "answered").text.encode()) == set()


def test_no_two_people_share_a_word(people: People) -> None:
    for part in people.parts:
        assert len({part.of(number) for number in range(4_000)}) == 4_000


def test_the_check_letter_of_a_dni_is_right(people: People) -> None:
    dni = people.parts[6].of(12)

    assert dni[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(dni[:-1]) % 23]
