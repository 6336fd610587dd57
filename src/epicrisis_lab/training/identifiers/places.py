"""Where somebody lives, is treated or works, and how they are reached."""

from __future__ import annotations

from epicrisis_lab.training.identifiers.dice import Dice


def city(dice: Dice) -> str:
    """Return a city, real or not."""
    form = dice.random.random()
    if form < 0.6:
        return dice.of("cities")
    if form < 0.85:
        return f"{dice.of('city_starts')} {dice.names.given(dice.random)}"
    return f"{dice.names.surname(dice.random).replace(' ', '')}{dice.of('city_ends')}"


def street(dice: Dice) -> str:
    """Return a house number and a street."""
    name = dice.of("street_words") if dice.random.random() < 0.6 else dice.names.surname(dice.random)
    flat = dice.pick(
        (
            "",
            "",
            "",
            f" Apt {dice.number(2)}",
            f", Apt. {dice.number(1)}B",
            f" Suite {dice.number(3)}",
            f" #{dice.number(3)}",
        )
    )
    if dice.random.random() < 0.08:
        return f"P.O. Box {dice.number(4)}"
    house, side = dice.number(dice.pick((2, 3, 4, 5))), dice.pick(("", "", "N ", "West ", "SE "))
    return f"{house} {side}{name} {dice.of('street_ends')}{flat}"


def address(dice: Dice) -> str:
    """Return a street, a city and a state, most often with the ZIP."""
    state = dice.of("state_codes") if dice.random.random() < 0.7 else dice.of("states")
    code = f" {zip_code(dice)}" if dice.random.random() < 0.8 else ""
    return f"{street(dice)}, {city(dice)}, {state}{code}"


def zip_code(dice: Dice) -> str:
    """Return a ZIP code."""
    return dice.number(5) + (f"-{dice.number(4)}" if dice.random.random() < 0.15 else "")


def hospital(dice: Dice) -> str:
    """Return a hospital, a clinic or a practice."""
    if dice.random.random() < 0.12:
        return dice.of("acronyms")
    owner = dice.pick((dice.of("saints"), dice.of("nature"), city(dice), dice.names.surname(dice.random)))
    return f"{owner} {dice.of('hospital_ends')}"


def firm(dice: Dice) -> str:
    """Return an employer."""
    return f"{dice.pick((dice.names.surname(dice.random), dice.of('nature'), city(dice)))} {dice.of('firm_ends')}"


def school(dice: Dice) -> str:
    """Return a school."""
    owner = dice.pick((dice.of("schools"), dice.names.surname(dice.random)))
    return f"{owner} {dice.pick(('Elementary School', 'High School', 'University', 'College'))}"


def phone(dice: Dice) -> str:
    """Return a telephone number."""
    a, b, c = dice.number(3), dice.number(3), dice.number(4)
    tail = dice.pick(("", "", "", "", f" ext. {c[:3]}", f" x{c}"))
    return (
        dice.pick(
            (
                f"({a}) {b}-{c}",
                f"{a}-{b}-{c}",
                f"{a}.{b}.{c}",
                f"{a} {b} {c}",
                f"+1 {a} {b} {c}",
                f"1-{a}-{b}-{c}",
                f"{b}-{c}",
                f"+44 20 {c} {c[::-1]}",
            )
        )
        + tail
    )


def pager(dice: Dice) -> str:
    """Return a pager or an extension."""
    return dice.pick((dice.number(4), f"x{dice.number(4)}", f"#{dice.number(5)}", f"{dice.number(3)}-{dice.number(4)}"))


def email(dice: Dice) -> str:
    """Return an e-mail address."""
    given, surname = (part.lower().replace(" ", "").replace("'", "") for part in dice.names.person(dice.random))
    return (
        dice.pick(
            (
                f"{given}.{surname}",
                f"{given}_{surname}",
                f"{given[0]}{surname}{dice.number(2)}",
                f"{surname}{dice.number(2)}",
            )
        )
        + f"@{dice.of('domains')}"
    )


def url(dice: Dice) -> str:
    """Return an address on the web that names somebody."""
    owner = dice.names.surname(dice.random).lower().replace(" ", "").replace("'", "")
    return dice.pick(
        (
            f"https://portal.{owner}health.org/p/{dice.number(5)}",
            f"www.{owner}family.net",
            f"http://{owner}clinic.com/records?id={dice.number(6)}",
        )
    )


def ip(dice: Dice) -> str:
    """Return an address on a network."""
    if dice.random.random() < 0.2:
        return ":".join(f"{dice.random.randrange(65536):x}" for _ in range(8))
    return ".".join(str(dice.random.randint(1, 254)) for _ in range(4))
