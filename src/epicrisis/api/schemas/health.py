"""``GET /live`` and ``GET /ready``."""

from __future__ import annotations

from typing import Literal

from epicrisis.api.schemas.base import Answer


class Live(Answer):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Answer):
    """The engines have passed their self-test; ``degraded`` where what servers share is out of reach: slower only."""

    status: Literal["ready", "degraded"] = "ready"
