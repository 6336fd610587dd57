"""Invented numbers and addresses of the form of the real ones: digits stay digits, and checks still hold.

Where a range is set aside, or is never given out, they are taken from it, so that nobody is called by mistake: social
security numbers from 900 on, North American telephones 555-01xx, addresses of the documentation networks (RFC 5737, RFC
3849) and domains (RFC 2606), postcodes 000xx and 99xxx, DNI from 99 million on, Spanish affiliations of province 99.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv6Address

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.privacy.checks import (
    DNI_LETTERS,
    digits_of,
    is_card,
    is_dni,
    is_iban,
    is_ip,
    is_npi,
    is_nuss,
    luhn,
)
from epicrisis.engines.privacy.keyed import Keyed

_DNI_FROM, _NIE_FROM = 99_000_000, 9_000_000
# It begins where its white space does, or a long run of it would be read again from each of its places.
_EXTENSION = re.compile(r"(?<!\s)\s*+(?:x|ext\.?|extension|anexo)\s*+[0-9]++\s*+$", re.IGNORECASE)
# RFC 5737; the first three parts of each of the networks of documentation.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_TRIES = 8

Make = Callable[[str, Keyed], str]


def surrogate_number(text: str, kind: IdentifierKind, language: str, keyed: Keyed) -> str | None:
    """Return an invented number, or address, of the form of ``text``; ``None`` where there is no other one."""
    make = _maker(text, kind, language)
    # The same number is written in several ways, and gets the same digits in all of them.
    about = "".join(filter(str.isalnum, text)).casefold()
    for attempt in range(_TRIES):
        made = make(text, keyed.under("number", kind.name, about, str(attempt)))
        if made != text:
            return made
    return None


def _maker(text: str, kind: IdentifierKind, language: str) -> Make:
    match kind:
        case IdentifierKind.EMAIL:
            return _email
        case IdentifierKind.URL:
            return _url
        case IdentifierKind.IP if is_ip(text):
            return _ip
        case IdentifierKind.PHONE | IdentifierKind.FAX:
            return _phone_es if language == "es" else _phone
        case IdentifierKind.SSN if len(digits_of(text)) == 9 and not re.search(r"[^\W\d_]", text):
            return _ssn
        case _:
            return _checked(text)


def _checked(text: str) -> Make:
    if is_dni(text):
        return _dni
    if is_iban(text):
        return _iban
    if re.search(r"[^\W\d_]", text):
        return same_form
    if is_nuss(text):
        return _nuss
    if is_card(text):
        return _card
    return _npi if is_npi(text) else same_form


def same_form(text: str, keyed: Keyed) -> str:
    """Return ``text`` with other digits and letters, each of the kind it was; whatever else it has stays."""
    digits = iter(keyed.digits(len(text), "digits"))
    letters = (keyed.choice("ABCDEFGHJKLMNPQRSTUVWXYZ", "letter", str(place)) for place in range(len(text)))
    made = []
    for place, character in enumerate(text):
        if character.isdecimal():
            digit = next(digits)
            # A number that begins with no zero has as many digits afterwards.
            made.append("7" if digit == "0" and character != "0" and not text[:place].strip("+(") else digit)
        elif character.isalpha():
            made.append(next(letters).lower() if character.islower() else next(letters))
        else:
            made.append(character)
    return "".join(made)


def _filled(text: str, characters: str) -> str:
    """Return ``text`` with ``characters`` in the places of its digits and letters."""
    left = iter(characters)
    return "".join(next(left, character) if character.isalnum() else character for character in text)


def _ssn(text: str, keyed: Keyed) -> str:
    # The areas from 900 on are never given out; with groups below 50 they are no taxpayer number either.
    area, group = 900 + keyed.number("area", below=100), 1 + keyed.number("group", below=49)
    return _filled(text, f"{area}{group:02d}{1 + keyed.number('serial', below=9999):04d}")


def _phone(text: str, keyed: Keyed) -> str:
    extension = _EXTENSION.search(text)
    if extension:
        inner = re.sub("[0-9]+", lambda found: keyed.digits(len(found[0]), "extension"), extension[0])
        return _phone(text[: extension.start()], keyed) + inner
    line = f"01{keyed.digits(2, 'line')}"
    # No area code ends in 11, and none has a 9 in its middle.
    area = keyed.choice("23456789", "a") + keyed.choice("02345678", "b") + keyed.choice("0123456789", "c")
    match 0 if re.search(r"[^\W\d_]", text) else len(digits_of(text)):
        case 7:
            return _filled(text, f"555{line}")
        case 10:
            return _filled(text, f"{area}555{line}")
        case 11 if digits_of(text)[0] == "1":
            return _filled(text, f"1{area}555{line}")
        case _:
            return same_form(text, keyed)


def _phone_es(text: str, keyed: Keyed) -> str:
    # Spain sets no numbers aside; the first digit stays, which tells mobile from landline.
    digits = digits_of(text)
    country = next((prefix for prefix in ("0034", "34") if digits.startswith(prefix)), "")
    rest = digits.removeprefix(country)
    if len(rest) != 9 or rest[0] not in "6789" or re.search(r"[^\W\d_]", text):
        return same_form(text, keyed)
    return _filled(text, f"{country}{rest[0]}{keyed.digits(8, 'line')}")


def _dni(text: str, keyed: Keyed) -> str:
    body = "".join(filter(str.isalnum, text))
    if body[0].isalpha():
        number = _NIE_FROM + keyed.number("nie", below=1_000_000)
        made = f"Z{number}{DNI_LETTERS[int(f'2{number}') % 23]}"
    else:
        number = _DNI_FROM + keyed.number("dni", below=1_000_000)
        made = f"{number}{DNI_LETTERS[number % 23]}"
    return _filled(text, made.lower() if body[-1].islower() else made)


def _nuss(text: str, keyed: Keyed) -> str:
    number = 10_000_000 + keyed.number("nuss", below=90_000_000)
    return _filled(text, f"99{number}{int(f'99{number}') % 97:02d}")


def _iban(text: str, keyed: Keyed) -> str:
    body = "".join(filter(str.isalnum, text)).upper()
    made = same_form(body[4:], keyed)
    # Bank 9999 is nobody's in Spain; other countries have no such gap that is long enough.
    account = f"9999{made[4:]}" if body.startswith("ES") else made
    check = 98 - int("".join(str(int(character, 36)) for character in f"{account}{body[:2]}00")) % 97
    return _filled(text, f"{body[:2]}{check:02d}{account}")


def _card(text: str, keyed: Keyed) -> str:
    # Numbers that begin with 9 are left to national standards bodies (ISO/IEC 7812-1): no network uses them.
    return _filled(text, _with_luhn(f"9{keyed.digits(len(digits_of(text)) - 2, 'card')}"))


def _npi(text: str, keyed: Keyed) -> str:
    return _filled(text, _with_luhn(f"9{keyed.digits(8, 'npi')}", before="80840"))


def _with_luhn(digits: str, *, before: str = "") -> str:
    return next(f"{digits}{check}" for check in range(10) if luhn(f"{before}{digits}{check}"))


def _ip(text: str, keyed: Keyed) -> str:
    if ":" in text:
        return str(IPv6Address((0x20010DB8 << 96) | keyed.number("host", below=1 << 64)))
    return f"{keyed.choice(_NETWORKS, 'network')}.{1 + keyed.number('host', below=254)}"


def _email(text: str, keyed: Keyed) -> str:
    return f"{keyed.pseudonym('box')}@example.org"


def _url(text: str, keyed: Keyed) -> str:
    scheme = re.match(r"https?://", text, re.IGNORECASE)
    return f"{scheme[0].lower() if scheme else ''}example.org/{keyed.pseudonym('page')}"
