"""Versions side by side: which arm of an experiment a patient is in, by nothing but a keyed hash of who it is."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log
from typing import Protocol

from epicrisis.errors import InvalidInput

MOST_ARMS = 8
MOST_WEIGHT = 1_000_000
CONTROL = "control"
# What arms, engines and salts may be called: they become labels of metrics and stand in the audit log.
NAME = r"[a-z0-9][a-z0-9._-]{0,39}"
_NAME = re.compile(NAME, re.ASCII)
_ENGINE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class Capability(StrEnum):
    """What engines are compared in; each is one kind of answer, so that an experiment changes that one alone."""

    READERS = "readers"
    """Notes read whole: `/v1/annotations`, and `/v1/assertions` where no finding is named."""
    ASSERTION = "assertion"
    """Findings that were named or marked, in `/v1/assertions`."""
    ENTITIES = "entities"
    """What `/v1/entities` names."""
    EXTRACTION = "extraction"
    """The records of `/v1/extractions`."""
    SUMMARIES = "summaries"
    """The notes that `/v1/summaries` tells in short."""
    DIFFERENTIAL = "differential"
    """What may explain a case: `/v1/differentials` and `/api/v1/diagnose`."""


class Mode(StrEnum):
    """Whether an arm answers, or is asked beside the one that does and compared with it."""

    LIVE = "live"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Arm:
    """One engine of an experiment; without a name of one it is what the settings name: the control."""

    name: str
    engine: str = ""
    weight: float = 1.0
    mode: Mode = Mode.LIVE

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None or (self.engine and _ENGINE.fullmatch(self.engine) is None):
            raise InvalidInput(
                "An arm is called by up to 40 small letters, digits, dots and dashes, and names an engine or a folder "
                "of EPICRISIS_MODELS, never a path."
            )
        if not 0 <= self.weight <= MOST_WEIGHT:
            raise InvalidInput(f"The weight of an arm is a number from 0 to {MOST_WEIGHT:,}.")


# Who is in no experiment.
ALONE = Arm(CONTROL)


@dataclass(frozen=True, slots=True)
class Experiment:
    """Arms of one capability: live ones share the patients by weight; another ``salt`` deals them out anew."""

    arms: tuple[Arm, ...] = ()
    salt: str = ""

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if len(names) != len(set(names)) or len(names) > MOST_ARMS:
            raise InvalidInput(f"An experiment has up to {MOST_ARMS} arms, each with a name of its own.")
        if any((arm.name == CONTROL) != (not arm.engine) for arm in self.arms):
            raise InvalidInput(f"The arm {CONTROL!r}, and no other, names no engine: it is what the settings name.")
        if any(arm.name == CONTROL and arm.mode is Mode.SHADOW for arm in self.arms):
            raise InvalidInput(f"The arm {CONTROL!r} answers; only others can be asked beside it.")
        if self.live and not sum(arm.weight for arm in self.live):
            raise InvalidInput("One live arm needs a weight above 0; without a live arm, the control answers.")
        if self.salt and _NAME.fullmatch(self.salt) is None:
            raise InvalidInput("A salt is up to 40 small letters, digits, dots and dashes, such as `spring-2`.")

    @property
    def live(self) -> tuple[Arm, ...]:
        """Return the arms that answer."""
        return tuple(arm for arm in self.arms if arm.mode is Mode.LIVE)

    @property
    def shadows(self) -> tuple[Arm, ...]:
        """Return the arms that are asked beside those."""
        return tuple(arm for arm in self.arms if arm.mode is Mode.SHADOW)

    @property
    def shares(self) -> Mapping[str, float]:
        """Return the share of patients each live arm has."""
        total = sum(arm.weight for arm in self.live)
        return {arm.name: arm.weight / total for arm in self.live}

    def arm_of(self, drawn: Draws) -> Arm:
        """Return the live arm of whoever ``drawn`` draws for: the same one every time, in every process."""
        weighty = [arm for arm in self.live if arm.weight > 0]
        if not weighty:
            return ALONE
        return min(weighty, key=lambda arm: (-log(drawn(self.salt, arm.name)) / arm.weight, arm.name))


class Draws(Protocol):
    """Draws a number above 0 and below 1 for one patient, by salt and name of an arm."""

    def __call__(self, salt: str, arm: str) -> float:
        """Return the number."""
        ...


def draws(key: bytes, capability: Capability, unit: str) -> Draws:
    """Return what draws for ``unit``, a patient or a request: pure, and without ``key`` nobody can say what.

    Each arm draws for itself, and the least draw divided by its weight wins (weighted rendezvous hashing, Wang and
    Ravishankar 1998; Schindelhauer and Schomaker 2005). So where the weight of an arm changes, patients move to it or
    away from it, and never between two others.
    """

    def drawn(salt: str, arm: str) -> float:
        parts = "\0".join((capability, salt, arm, unit))
        number = int.from_bytes(hmac.digest(key, parts.encode("utf-8", "surrogatepass"), "sha256")[:6])
        return (number + 0.5) / (1 << 48)

    return drawn
