"""What in a note says whose it is: names, numbers, places and dates that lead back to a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span

# The ``sub`` of an age that tells too much: the Safe Harbor rule lets those up to 89 stand (45 CFR 164.514(b)(2)).
OVER_89 = "OVER_89"


class IdentifierKind(StrEnum):
    """The kinds of identifiers: those of the Safe Harbor rule, ``ID`` for any other number, and a profession."""

    NAME = "NAME"
    DATE = "DATE"
    AGE = "AGE"
    LOCATION = "LOCATION"
    ORGANIZATION = "ORGANIZATION"
    PHONE = "PHONE"
    FAX = "FAX"
    EMAIL = "EMAIL"
    URL = "URL"
    IP = "IP"
    SSN = "SSN"
    MRN = "MRN"
    ACCOUNT = "ACCOUNT"
    HEALTH_PLAN = "HEALTH_PLAN"
    LICENSE = "LICENSE"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    BIOMETRIC = "BIOMETRIC"
    ID = "ID"
    PROFESSION = "PROFESSION"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A stretch that says whose note it is: what kind it is, what found it, and why; never the words themselves.

    ``found_by`` is an engine, or an engine and its pattern ("patterns:ssn"). ``sub`` is a finer label: "DNI", "ZIP", or
    what a corpus calls it.
    """

    span: Span
    kind: IdentifierKind
    score: float
    found_by: str
    why: str = ""
    sub: str | None = None


@dataclass(frozen=True, slots=True)
class Spared:
    """A stretch that looks like an identifier and is none: what it was taken for, and why it stays."""

    span: Span
    kind: IdentifierKind
    why: str


@dataclass(frozen=True, slots=True)
class Identified:
    """A document with its identifiers in the order of the text, and with what looked like one and was spared."""

    document: Document
    identifiers: tuple[Identifier, ...]
    spared: tuple[Spared, ...] = ()
