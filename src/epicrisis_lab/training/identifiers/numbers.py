"""The numbers people are filed under."""

from __future__ import annotations

from string import digits

from epicrisis_lab.training.identifiers.dice import Dice
from epicrisis_lab.training.identifiers.people import initials


def ssn(dice: Dice) -> str:
    """Return a social security number, masked now and then."""
    a, b, c = dice.number(3), dice.number(2), dice.number(4)
    return dice.pick((f"{a}-{b}-{c}", f"{a}-{b}-{c}", f"{a} {b} {c}", f"{a}{b}{c}", f"xxx-xx-{c}", f"***-**-{c}"))


def mrn(dice: Dice) -> str:
    """Return a record number."""
    a, b = initials(dice), dice.number(dice.pick((5, 6, 7, 8, 9)))
    return dice.pick(
        (
            b,
            b,
            f"{b}-{dice.number(1)}",
            f"{dice.number(3)}-{dice.number(2)}-{dice.number(2)}",
            f"MR{b}",
            f"{a}-{b}",
            f"#{a}-{b}",
            f"{b}-{a}",
            f"{dice.initial()}{b}",
            f"0{b}",
        )
    )


def account(dice: Dice) -> str:
    """Return an account number."""
    return dice.pick(
        (
            dice.number(9),
            dice.number(12),
            f"{dice.initial()}{dice.number(9)}",
            f"{initials(dice)}-{dice.number(6)}",
            f"{dice.number(4)}-{dice.number(4)}-{dice.number(4)}-{dice.number(4)}",
        )
    )


def plan(dice: Dice) -> str:
    """Return the number of an insured person."""
    letters = "".join(dice.initial() for _ in range(3))
    return dice.pick(
        (
            f"{letters}{dice.number(9)}",
            f"{letters}-{dice.number(6)}",
            f"W{dice.number(9)}-01",
            f"{dice.number(9)}A",
            f"1EG{dice.number(1)}-TE{dice.number(1)}-MK{dice.number(2)}",
            dice.number(10),
            f"{dice.number(3)}-{dice.number(3)}-{dice.number(3)}",
        )
    )


def licence(dice: Dice) -> str:
    """Return a licence or a certificate."""
    return dice.pick(
        (
            f"{initials(dice)[:2]}{dice.number(7)}",
            f"{dice.initial()}{dice.number(8)}",
            dice.number(10),
            f"{dice.initial()}-{dice.number(3)}-{dice.number(3)}",
            f"MD{dice.number(6)}",
        )
    )


def vehicle(dice: Dice) -> str:
    """Return a number plate or a chassis number."""
    letters = "".join(dice.initial() for _ in range(3))
    vin = "".join(dice.random.choice("ABCDEFGHJKLMNPRSTUVWXYZ" + digits) for _ in range(17))
    return dice.pick(
        (
            f"{letters} {dice.number(3)}",
            f"{letters}{dice.number(4)}",
            f"{dice.number(1)}{letters}{dice.number(3)}",
            f"{dice.number(2)}-{letters}",
            vin,
        )
    )


def device(dice: Dice) -> str:
    """Return a serial number."""
    return f"{dice.of('makers')}{dice.number(dice.pick((6, 8, 10)))}"


def biometric(dice: Dice) -> str:
    """Return the number of a fingerprint or a scan."""
    return f"{dice.pick(('FP', 'BIO', 'IRIS', 'FPR'))}-{dice.number(dice.pick((6, 8)))}"


def other_id(dice: Dice) -> str:
    """Return any other number: a job, an accession, an order."""
    year = dice.number(2)
    return dice.pick(
        (
            f"{dice.initial()}{year}-{dice.number(5)}",
            f"{dice.number(6)}/{dice.number(5)}",
            dice.number(10),
            f"{dice.initial()}{dice.number(9)}",
            f"{initials(dice)}-{dice.number(6)}",
            dice.number(7),
        )
    )
