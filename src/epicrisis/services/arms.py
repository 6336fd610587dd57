"""What experiments need from outside: the engines of arms, and somebody who counts; and whom an arm is chosen for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from epicrisis.engines.contracts import EngineCard
from epicrisis.services.experiments import Capability

_Had = TypeVar("_Had", covariant=True)


class CountsArms(Protocol):
    """Is told how arms do; ``telemetry.arms.ArmCounts`` is one."""

    def arm_answered(self, capability: str, arm: str, version: str, seconds: float) -> None:
        """Hear that an arm answered a request; ``version`` is empty where it failed."""
        ...

    def shadow_asked(self, capability: str, arm: str, version: str, outcome: str) -> None:
        """Hear what became of a question to a shadow: ``compared``, ``failed`` or ``dropped``."""
        ...

    def shadow_agreed(self, capability: str, arm: str, version: str, label: str, agreed: bool) -> None:
        """Hear whether a shadow says of one thing what the answer says."""
        ...


class Arms(Protocol[_Had]):
    """Has the engines of arms."""

    @property
    def control(self) -> _Had:
        """Return what answers with the engines of the settings."""
        ...

    def answering(self, capability: Capability, engine: str) -> _Had:
        """Return what answers with ``engine`` in the place of that of ``capability``; raises ``UnknownEngine``."""
        ...

    def card(self, capability: Capability, engine: str) -> EngineCard:
        """Return the card of ``engine``; raises as ``answering``."""
        ...

    def cards_of_control(self, capability: Capability) -> Sequence[EngineCard]:
        """Return the cards of what the settings name for ``capability``."""
        ...

    def prove(self, capability: Capability, engine: str) -> EngineCard:
        """Build ``engine``, see that it passes its self-test, and return its card; raises ``ArtifactError`` too."""
        ...

    @property
    def cards(self) -> Sequence[EngineCard]:
        """Return the cards of the engines that were arms since this process began."""
        ...

    @property
    def is_busy(self) -> bool:
        """Whether requests wait, or would if somebody else were read now."""
        ...


@dataclass(frozen=True, slots=True)
class Unit:
    """Whom an arm is chosen for: a patient where the request names one, else the request itself."""

    request_id: str
    patient: str = ""
    tenant: str = ""

    @property
    def name(self) -> str:
        """Return what is hashed: the patient of one tenant is nobody's of another."""
        return f"patient\0{self.tenant}\0{self.patient}" if self.patient else f"request\0{self.request_id}"
