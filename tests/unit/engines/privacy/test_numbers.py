"""Invented numbers have the form of the real ones, keep their checks, and are nobody's where that can be had."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.privacy.checks import digits_of, is_dni, is_iban, is_nuss, is_ssn, luhn
from epicrisis.engines.privacy.keyed import Keyed
from epicrisis.engines.privacy.numbers import surrogate_number

KEYS = [Keyed(str(number).encode()) for number in range(20)]
DOCUMENTATION = [ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


def made(text: str, kind: IdentifierKind, language: str = "en") -> list[str]:
    """Return what ``text`` becomes under twenty keys."""
    return [surrogate_number(text, kind, language, key) or "" for key in KEYS]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("00412317", IdentifierKind.MRN), ("A12-9987b", IdentifierKind.ACCOUNT), ("XK-2231/9", IdentifierKind.DEVICE),
     ("+44 20 7946 0958", IdentifierKind.PHONE), ("7ABC123", IdentifierKind.VEHICLE)],
)  # fmt: skip
def test_digits_stay_digits_and_letters_letters(text: str, kind: IdentifierKind) -> None:
    for invented in made(text, kind):
        assert re.sub("[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "9", invented))) == re.sub(
            "[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "9", text))
        )
        assert invented != text


def test_a_number_is_the_same_however_it_is_punctuated() -> None:
    key = Keyed(b"k")

    dashed = surrogate_number("123-45-6789", IdentifierKind.SSN, "en", key)
    plain = surrogate_number("123456789", IdentifierKind.SSN, "en", key)

    assert dashed is not None
    assert dashed.replace("-", "") == plain


def test_social_security_numbers_are_of_an_area_that_is_never_given_out() -> None:
    for invented in made("123-45-6789", IdentifierKind.SSN):
        assert re.fullmatch(r"9\d\d-[0-4]\d-\d{4}", invented)
        assert not is_ssn(invented)


def test_telephones_are_of_the_exchange_that_rings_nowhere() -> None:
    for invented in made("(617) 234-9876", IdentifierKind.PHONE):
        assert re.fullmatch(r"\([2-9][0-8]\d\) 555-01\d\d", invented)
    for invented in made("+1 617 234 9876 ext. 22", IdentifierKind.FAX):
        assert re.fullmatch(r"\+1 \d{3} 555 01\d\d ext\. \d\d", invented)


def test_spanish_telephones_keep_what_kind_they_are() -> None:
    for invented in made("+34 612 34 56 78", IdentifierKind.PHONE, "es"):
        assert re.fullmatch(r"\+34 6\d\d \d\d \d\d \d\d", invented)


@pytest.mark.parametrize(("text", "form"), [("12345678Z", r"99\d{6}[A-Z]"), ("X1234567L", r"Z9\d{6}[A-Z]")])
def test_dni_and_nie_keep_their_letter_right(text: str, form: str) -> None:
    for invented in made(text, IdentifierKind.ID, "es"):
        assert re.fullmatch(form, invented)
        assert is_dni(invented)


def test_a_spanish_affiliation_is_of_no_province_and_keeps_its_check() -> None:
    real = next(f"28{number}{int(f'28{number}') % 97:02d}" for number in (12345678,))
    assert is_nuss(real)
    for invented in made(real, IdentifierKind.HEALTH_PLAN, "es"):
        assert invented.startswith("99")
        assert int(invented[:10]) % 97 == int(invented[10:])


def test_bank_accounts_cards_and_providers_keep_their_checks() -> None:
    for invented in made("ES91 2100 0418 4502 0005 1332", IdentifierKind.ACCOUNT):
        assert invented.startswith("ES")
        assert invented[5:9] == "9999"
        assert is_iban(invented)
    for invented in made("4111 1111 1111 1111", IdentifierKind.ACCOUNT):
        assert invented.startswith("9")
        assert luhn(digits_of(invented))
    for invented in made("1234567893", IdentifierKind.LICENSE):
        assert invented.startswith("9")
        assert luhn(f"80840{invented}")


def test_addresses_are_those_of_documentation() -> None:
    for text in ("10.0.0.1", "fe80::1"):
        for invented in made(text, IdentifierKind.IP):
            address = ip_address(invented)
            assert any(address in network for network in DOCUMENTATION if network.version == address.version)
    assert all(re.fullmatch(r"[a-z]+@example\.org", each) for each in made("jdoe@mail.test", IdentifierKind.EMAIL))
    assert all(
        re.fullmatch(r"https://example\.org/[a-z]+", each) for each in made("https://a.test/b", IdentifierKind.URL)
    )
