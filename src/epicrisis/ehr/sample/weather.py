"""What is wrong with the sample server today, and with which of its answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

EVERYTHING = "$everything"


class Trouble(StrEnum):
    """What can be wrong."""

    SLOW = "slow"
    """Each answer comes late."""
    DOWN = "down"
    """503, as a gateway answers for a server that is not there."""
    ERROR = "500"
    """500 with an OperationOutcome."""
    RESET = "reset"
    """The connection is reset instead of an answer."""
    CUT = "cut"
    """It ends in the middle of an answer."""
    HANG = "hang"
    """Nothing is ever said."""
    DRIP = "drip"
    """The answer comes a byte a second."""
    TOO_MANY = "429"
    """Each first question is to be asked again in a second."""
    FULL = "overloaded"
    """Every question is to be asked again in an hour."""
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    BAD_JSON = "bad-json"
    """Half of an answer, said to be all of it."""
    HTML = "html"
    """A page that asks to sign in, with 200."""
    REDIRECT = "redirect"
    """A way to a private address."""
    BOMB = "bomb"
    """A few kilobytes that unpack to more than a hundred megabytes."""
    WRONG_PATIENT = "wrong-patient"
    """The right question, answered with somebody else's resources."""
    STRANGER = "stranger"
    """Somebody else's resources among the right ones."""
    NO_EVERYTHING = "no-everything"
    """``$everything`` is not offered."""
    PARTIAL = "partial"
    """``$everything``, observations and allergies fail; the rest is there."""
    ENDLESS = "endless"
    """The next page is the same page."""
    FOREIGN_NEXT = "foreign-next"
    """The next page is on another server."""


# These are wrong with a part of the server alone, where nobody says with which.
_USUAL_PLACES = {
    Trouble.NO_EVERYTHING: frozenset({EVERYTHING}),
    Trouble.PARTIAL: frozenset({EVERYTHING, "Observation", "AllergyIntolerance"}),
}


@dataclass(slots=True)
class Weather:
    """What is wrong now: a test, or whoever demonstrates, changes it while the server runs.

    ``only`` are the types it is wrong with, ``$everything`` and ``token`` among them; all where it is empty.
    ``elsewhere`` is where redirects and foreign pages lead to; ``asked`` is what was asked so far.
    """

    trouble: Trouble | None = None
    only: frozenset[str] = frozenset()
    seconds: float = 2.0
    elsewhere: str = "http://169.254.169.254/latest/meta-data/"
    asked: list[str] = field(default_factory=list)

    def hits(self, trouble: Trouble, section: str) -> bool:
        """Return whether ``trouble`` is wrong with ``section``."""
        places = self.only or _USUAL_PLACES.get(trouble, frozenset())
        return self.trouble is trouble and (not places or section in places)
