"""Numbers that check themselves: what their own digits say of whether they were ever given out."""

from __future__ import annotations

from ipaddress import ip_address

# Of a DNI, by the remainder of its number by 23 (Real Decreto 1553/2005).
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_NIE_FIRST = {"X": "0", "Y": "1", "Z": "2"}
# ISO 3779: what a letter of a vehicle number counts, and how much each of its 17 places weighs.
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_PLACE = 8
# Registrant types of the Drug Enforcement Administration.
_DEA_TYPES = frozenset("ABCDEFGHJKLMPRSTUX")


def digits_of(text: str) -> str:
    """Return the ASCII digits of ``text``, in order."""
    return "".join(character for character in text if character in "0123456789")


def luhn(digits: str) -> bool:
    """Return whether ``digits`` end in their check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_ssn(text: str) -> bool:
    """Return whether ``text`` may be a US social security number: nine digits, areas and groups that are given out."""
    digits = digits_of(text)
    if len(digits) != 9:
        return False
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def is_card(text: str) -> bool:
    """Return whether ``text`` is the number of a payment card: 13 to 19 digits, a network's first one, and Luhn."""
    digits = digits_of(text)
    return 13 <= len(digits) <= 19 and digits[0] in "3456" and len(set(digits)) > 1 and luhn(digits)


def is_npi(text: str) -> bool:
    """Return whether ``text`` is a National Provider Identifier: ten digits that keep Luhn behind 80840."""
    digits = digits_of(text)
    return len(digits) == 10 and digits[0] in "12" and luhn("80840" + digits)


def is_dea(text: str) -> bool:
    """Return whether ``text`` is a DEA number: two letters, six digits and the last one of their weighted sum."""
    if len(text) != 9 or text[0].upper() not in _DEA_TYPES or not text[2:].isdecimal():
        return False
    numbers = [int(digit) for digit in text[2:]]
    return (sum(numbers[0:6:2]) + 2 * sum(numbers[1:6:2])) % 10 == numbers[6]


def is_dni(text: str) -> bool:
    """Return whether ``text`` is a Spanish DNI, or NIE, with the letter its digits ask for."""
    body = "".join(character for character in text.upper() if character.isalnum())
    number = _NIE_FIRST.get(body[:1], body[:1]) + body[1:-1]
    return len(body) == 9 and number.isdecimal() and DNI_LETTERS[int(number) % 23] == body[-1]


def is_nuss(text: str) -> bool:
    """Return whether ``text`` is a Spanish social security number: 12 digits, the last two what 97 leaves of the rest.

    A number below ten million is added to its province behind seven digits, a longer one is written after it
    (Orden TAS/2865/2003).
    """
    digits = digits_of(text)
    if len(digits) != 12 or not 1 <= int(digits[:2]) <= 66:
        return False
    province, number = int(digits[:2]), int(digits[2:10])
    whole = number + province * 10_000_000 if number < 10_000_000 else int(digits[:10])
    return whole % 97 == int(digits[10:])


def is_iban(text: str) -> bool:
    """Return whether ``text`` is an IBAN: its letters and digits leave 1 when 97 divides them (ISO 13616)."""
    body = "".join(character for character in text.upper() if character.isalnum())
    if not 15 <= len(body) <= 34 or not body.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in body[4:] + body[:4])) % 97 == 1


def is_vin(text: str) -> bool:
    """Return whether ``text`` is a vehicle number with its check digit in the ninth place (49 CFR 565)."""
    body = text.upper()
    if len(body) != 17 or not all(letter.isdecimal() or letter in _VIN_VALUES for letter in body):
        return False
    values = [int(letter) if letter.isdecimal() else _VIN_VALUES[letter] for letter in body]
    left = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return body[_VIN_PLACE] == ("X" if left == 10 else str(left))


def is_ip(text: str) -> bool:
    """Return whether ``text`` is an address of the internet protocol, version 4 or 6."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_day(day: int, month: int, year: int | None = None) -> bool:
    """Return whether there is such a day in a year a note can speak of; without a year, in any."""
    if not 1 <= month <= 12 or (year is not None and not 1850 <= year <= 2150):
        return False
    leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    longest = 30 if month in (4, 6, 9, 11) else 31 if month != 2 else 29 if leap else 28
    return 1 <= day <= longest
