from __future__ import annotations

import pytest

from epicrisis.engines.privacy import checks

# Numbers of the standards themselves, and ones made up to keep their rule; then one digit or letter off.
GOOD_AND_BAD = [
    (checks.is_ssn, "123-45-6789", "666-45-6789"),
    (checks.is_ssn, "123 45 6789", "123 00 6789"),
    (checks.is_ssn, "899-45-6789", "900-45-6789"),
    (checks.is_ssn, "123-45-6789", "000-45-6789"),
    (checks.is_ssn, "123-45-6789", "123-45-0000"),
    (checks.is_card, "4111 1111 1111 1111", "4111 1111 1111 1112"),
    (checks.is_card, "378282246310005", "378282246310006"),
    (checks.is_card, "4111111111111111", "9111111111111111"),
    (checks.is_npi, "1234567893", "1234567890"),
    (checks.is_npi, "1234567893", "9234567893"),
    (checks.is_dea, "AB7614185", "AB7614187"),
    (checks.is_dea, "AB1234563", "QB1234563"),
    (checks.is_dni, "12345678Z", "12345678A"),
    (checks.is_dni, "12.345.678-Z", "12.345.679-Z"),
    (checks.is_dni, "X1234567L", "Y1234567L"),
    (checks.is_nuss, "28 12345678 40", "28 12345678 41"),
    (checks.is_nuss, "280123456742", "990123456742"),
    (checks.is_iban, "ES91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1333"),
    (checks.is_iban, "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 3"),
    (checks.is_vin, "1HGCM82633A004352", "1HGCM82633A004353"),
    (checks.is_vin, "1M8GDM9AXKP042788", "1M8GDM9AIKP042788"),
    (checks.is_ip, "10.20.30.40", "10.20.30.400"),
    (checks.is_ip, "2001:db8::8a2e:370:7334", "2001:db8:::7334"),
]


@pytest.mark.parametrize(("check", "good", "bad"), GOOD_AND_BAD)
def test_a_number_that_keeps_its_rule_is_told_from_one_that_does_not(check, good, bad) -> None:  # type: ignore[no-untyped-def]
    assert check(good)
    assert not check(bad)


@pytest.mark.parametrize("check", sorted({check for check, _, _ in GOOD_AND_BAD}, key=lambda each: each.__name__))
@pytest.mark.parametrize("text", ["", "-", "Z", "ñ", "٣٤٥", "12345678" * 9])
def test_what_is_no_number_is_refused_and_nothing_is_raised(check, text: str) -> None:  # type: ignore[no-untyped-def]
    assert not check(text)


@pytest.mark.parametrize(
    ("day", "month", "year", "is_one"),
    [
        (29, 2, 2000, True),
        (29, 2, 1900, False),
        (29, 2, None, True),
        (30, 2, None, False),
        (31, 4, 2020, False),
        (31, 12, 2020, True),
        (1, 13, 2020, False),
        (0, 1, 2020, False),
        (1, 1, 1600, False),
    ],
)
def test_a_day_is_one_of_the_calendar(day: int, month: int, year: int | None, is_one: bool) -> None:
    assert checks.is_day(day, month, year) is is_one
