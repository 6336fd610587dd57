"""Who asks for something that is recorded, through which route and what for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """What the audit log keeps of whoever asks: no address, and no word of what was sent."""

    who: str
    route: str = ""
    purpose: str = ""
    request_id: str = ""
    tenant: str = ""
