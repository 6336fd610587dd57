"""Who asks for something that is recorded, through which route and what for."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.services.access import Principal


@dataclass(frozen=True, slots=True)
class Asker:
    """What the audit log keeps of whoever asks: no address, and no word of what was sent."""

    who: str
    route: str = ""
    purpose: str = ""
    request_id: str = ""
    tenant: str = ""

    @classmethod
    def of(cls, principal: Principal, route: str, request_id: str, purpose: str = "") -> Asker:
        """Return ``principal`` as who asks through ``route``: the id of the key where there is one, else the name."""
        return cls(principal.key_id or principal.name, route, purpose, request_id, principal.tenant)
