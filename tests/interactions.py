"""Interactions and judgements somebody left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.interactions import Exchange, Interaction, Interactions, InteractionStore, SealedInteraction
from epicrisis.services.judgements import Judged, Judgement, Said
from epicrisis.storage.crypto import KeyRing
from epicrisis.storage.memory import MemoryAudit, MemorySecret
from epicrisis.storage.memory_differentials import MemoryInteractions

NOON = datetime(2031, 2, 3, 12, 0, 0, 250_000, tzinfo=UTC)
REQUEST = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
# As sealed bytes begin: the version, and the id of a key.
HEAD = b"\x01\xaa\xbb\xcc\xdd"
EXCHANGE = Exchange(b'{"age": 71}', b'{"hypotheses": []}', "knowledge", "1", ("I21.9", "I20.0"))


def interaction(number: int, **changed: Any) -> SealedInteraction:
    """Return interaction ``number``, a minute after the one before, with some fields ``changed``."""
    told: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "at": NOON + timedelta(minutes=number),
        "request_id": str(UUID(int=1_000 + number)),
        "route": "/v1/differentials",
        "owner": "ward 3, «Sur»",
        "engine": "knowledge",
        "version": "1",
        "codes": ("I21.9", "I20.0"),
    }
    return SealedInteraction(Interaction(**{**told, **changed}), HEAD + bytes([number]))


def judgement(number: int, **changed: Any) -> Judgement:
    """Return judgement ``number`` of one answer, with some fields ``changed``."""
    told: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "said": Said(REQUEST, "I21.9", Judged.RULED_OUT, "I20.0"),
        "by": "Ana Ruiz Prueba",
        "tenant": "",
        "engine": "knowledge",
        "version": "1",
        "at": NOON + timedelta(minutes=number),
        "known": True,
    }
    return Judgement(**{**told, **changed})


def asker(tenant: str = "", request_id: str = REQUEST) -> Asker:
    """Return somebody of ``tenant`` who asks."""
    return Asker("k3v9x0q2m7aa", "/v1/differentials", "", request_id, tenant)


def kept_in(
    store: InteractionStore | None = None, *, keeps: bool = True, audit: Audit | None = None, **how: Any
) -> Interactions:
    """Return what keeps interactions in memory, or in ``store``, sealed with a key that nobody keeps."""
    secret = MemorySecret()
    return Interactions(
        store or MemoryInteractions(),
        audit=audit or Audit(MemoryAudit(), secret),
        seals=KeyRing(secret=secret),
        keeps=keeps,
        **how,
    )
