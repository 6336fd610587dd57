"""What people are called in notes."""

from __future__ import annotations

from epicrisis_lab.training.identifiers.dice import Dice


def name(dice: Dice) -> str:
    """Return a full name: with a middle initial, two surnames or a suffix now and then."""
    given, surname = dice.names.person(dice.random)
    form = dice.random.random()
    if form < 0.55:
        return f"{given} {surname}"
    if form < 0.75:
        return f"{given} {dice.initial()}. {surname}"
    if form < 0.83:
        return f"{given} {surname}-{dice.names.surname(dice.random)}"
    if form < 0.9:
        return f"{given} {dice.names.given(dice.random)} {surname}"
    if form < 0.94:
        return f"{given} {surname}{dice.pick((' Jr.', ', Jr.', ' III', ' Sr.'))}"
    return f"{dice.initial()}. {dice.initial()}. {surname}"


def last_first(dice: Dice) -> str:
    """Return a name as registers sort it."""
    given, surname = dice.names.person(dice.random)
    name = f"{surname}, {given}{dice.pick(('', '', f' {dice.initial()}', f' {dice.initial()}.'))}"
    return name.upper() if dice.random.random() < 0.3 else name


def name_initial(dice: Dice) -> str:
    """Return a name as a question hides it: with an initial for one part."""
    given, surname = dice.names.person(dice.random)
    return dice.pick((f"{given} {surname[0].upper()}.", f"{given} {surname[0].upper()}.", f"{given} {surname}"))


def initial_name(dice: Dice) -> str:
    """Return an initial and a surname."""
    return f"{dice.initial()}. {dice.names.surname(dice.random)}"


def given(dice: Dice) -> str:
    """Return a given name."""
    return dice.names.given(dice.random)


def surname(dice: Dice) -> str:
    """Return a surname, double now and then."""
    own = dice.names.surname(dice.random)
    return f"{own}-{dice.names.surname(dice.random)}" if dice.random.random() < 0.06 else own


def username(dice: Dice) -> str:
    """Return what somebody is called by a computer."""
    given, surname = (part.lower().replace(" ", "").replace("'", "") for part in dice.names.person(dice.random))
    number = dice.number(2)
    return dice.pick((f"{surname[:5]}{number}", f"{given[0]}{surname}", f"{given[0]}{surname[:6]}{number}"))


def initials(dice: Dice) -> str:
    """Return two or three capitals."""
    return "".join(dice.initial() for _ in range(dice.pick((2, 3))))
