"""What a server answers about versions of an engine that are compared, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ArmInfo:
    """One version of an experiment, its ``engines`` as ``name-version``, and the ``share`` of patients it answers for.

    One whose ``mode`` is ``shadow`` is asked beside the others, and answers for nobody.
    """

    name: str
    engines: tuple[str, ...]
    mode: str
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Experiment:
    """Which versions are compared in one capability; without arms the engine of the settings answers everything.

    It was ``set_by`` the ``settings``, or by the ``api`` since.
    """

    capability: str
    arms: tuple[ArmInfo, ...]
    salt: str
    set_by: str
    set_at: datetime | None
    request_id: str
