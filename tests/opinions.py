"""Opinions somebody gave."""

from __future__ import annotations

from datetime import UTC, datetime

from epicrisis.domain.assertions import Status
from epicrisis.services.feedback import Answered, Opinion


def opinion(id: str, *, by: str) -> Opinion:  # noqa: A002
    """Return the opinion of that id, that ``by`` gave."""
    return Opinion(
        id=id,
        answer=Answered("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", item=3, target=0),
        by=by,
        engine="model",
        version="1.0.0",
        given=Status.ABSENT,
        right=Status.PRESENT,
        at=datetime(2031, 2, 3, 12, 0, 0, 250_000, tzinfo=UTC),
        known=True,
    )
