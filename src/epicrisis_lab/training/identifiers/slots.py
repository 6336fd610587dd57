"""What stands in a slot of a template: an invented identifier in one of the forms people write, or plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from epicrisis.domain.identifiers import IdentifierKind as Kind
from epicrisis_lab.training.identifiers import dates, numbers, people, places
from epicrisis_lab.training.identifiers.dice import Dice
from epicrisis_lab.training.identifiers.names import data


def fill(slot: str, dice: Dice) -> tuple[str, Kind | None]:
    """Return what stands in ``slot``, and which kind of identifier it is; ``None`` where it is none."""
    if slot in _KINDS:
        return _FORMS[slot](dice), _KINDS[slot]
    if slot.lower() in _KINDS:  # {NAME}: as headers shout it.
        return _FORMS[slot.lower()](dice).upper(), _KINDS[slot.lower()]
    return _PLAIN[slot](dice), None


def _word(name: str) -> Callable[[Dice], str]:
    return lambda dice: str(dice.random.choice(data("en")[name]))


def _whole(low: int, high: int) -> Callable[[Dice], str]:
    return lambda dice: str(dice.random.randint(low, high))


def _drug(dice: Dice) -> str:
    drug = _word("drugs")(dice)
    return drug[0].upper() + drug[1:]


def _time(dice: Dice) -> str:
    hour, minute = dice.random.randint(0, 23), dice.random.randint(0, 59)
    return dice.pick((f"{hour:02}:{minute:02}", f"{hour % 12 + 1}:{minute:02} {dice.pick(('AM', 'PM', 'a.m.'))}"))


_PLAIN: Mapping[str, Callable[[Dice], str]] = {
    "condition": _word("conditions"), "eponym": _word("eponyms"), "sign": _word("signs"), "drug": _word("drugs"),
    "device_word": _word("devices"), "score": _word("scores"), "suture": _word("sutures"), "level": _word("levels"),
    "named_position": _word("positions"), "named_incision": _word("incisions"), "organism": _word("organisms"),
    "endemic": _word("endemic"), "continent": _word("continents"), "Drug": _drug, "time": _time,
    "title": lambda dice: dice.pick(("Mr.", "Mrs.", "Ms.", "Miss", "Mr", "Mrs", "Ms", "Dr.")),
    "bp": lambda dice: f"{dice.random.randint(90, 210)}/{dice.random.randint(40, 115)}",
    "dose": lambda dice: f"{dice.pick((5, 10, 20, 25, 40, 50, 81, 100, 250, 325, 500))} mg",
    "icd": lambda dice: f"{dice.random.randint(100, 999)}.{dice.random.randint(0, 99)}",
    "lab": lambda dice: f"{dice.random.uniform(0, 12):.1f}",
    "year": _whole(1950, 2026), "any_age": _whole(1, 89), "small": _whole(1, 6), "twenty": _whole(10, 60),
    "sodium": _whole(95, 145), "cpt": _whole(10000, 99499),
}  # fmt: skip
_FORMS: Mapping[str, Callable[[Dice], str]] = {
    "name": people.name, "last_first": people.last_first, "name_initial": people.name_initial,
    "initial_name": people.initial_name, "given": people.given, "surname": people.surname,
    "given_lower": lambda dice: people.given(dice).lower(), "surname_lower": lambda dice: people.surname(dice).lower(),
    "username": people.username, "initials": people.initials, "date": dates.whole_date, "short_date": dates.short_date,
    "month_day": dates.month_day, "month_year": dates.month_year, "day_of": dates.day_of, "age": dates.age,
    "city": places.city, "state": lambda dice: dice.of("states"), "state_code": lambda dice: dice.of("state_codes"),
    "country": lambda dice: dice.of("countries"), "zip": places.zip_code, "street": places.street,
    "address": places.address, "hospital": places.hospital, "firm": places.firm, "school": places.school,
    "phone": places.phone, "pager": places.pager, "fax": places.phone, "email": places.email, "url": places.url,
    "ip": places.ip, "ssn": numbers.ssn, "mrn": numbers.mrn, "account": numbers.account, "plan": numbers.plan,
    "license": numbers.licence, "vehicle": numbers.vehicle, "device": numbers.device, "biometric": numbers.biometric,
    "other_id": numbers.other_id, "profession": lambda dice: dice.of("professions"),
}  # fmt: skip
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("name", "last_first", "name_initial", "initial_name", "given", "surname"), Kind.NAME),
    **dict.fromkeys(("given_lower", "surname_lower", "username", "initials"), Kind.NAME),
    **dict.fromkeys(("date", "short_date", "month_day", "month_year", "day_of"), Kind.DATE),
    **dict.fromkeys(("city", "state", "state_code", "country", "zip", "street", "address"), Kind.LOCATION),
    **dict.fromkeys(("hospital", "firm", "school"), Kind.ORGANIZATION),
    "age": Kind.AGE, "phone": Kind.PHONE, "pager": Kind.PHONE, "fax": Kind.FAX, "email": Kind.EMAIL, "url": Kind.URL,
    "ip": Kind.IP, "ssn": Kind.SSN, "mrn": Kind.MRN, "account": Kind.ACCOUNT, "plan": Kind.HEALTH_PLAN,
    "license": Kind.LICENSE, "vehicle": Kind.VEHICLE, "device": Kind.DEVICE, "biometric": Kind.BIOMETRIC,
    "other_id": Kind.ID, "profession": Kind.PROFESSION,
}  # fmt: skip
