"""``GET /v1/engines``: the cards of what is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.base import Answer, RequestId


class Card(Answer):
    """What an engine is, what it learnt from, how it scores, and what it gets wrong."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    version: str
    summary: str
    languages: Sequence[str]
    trained_on: Sequence[str]
    licence: str
    scores: Annotated[Mapping[str, float], Field(description="Measured figures; each name says on which data.")]
    limits: Annotated[Sequence[str], Field(description="What it is known to get wrong.")]
    sha256: Annotated[Mapping[str, str], Field(description="The checksum of each file, verified at load.")]


class EnginesAnswer(Answer):
    """Every engine this installation reads with."""

    request_id: RequestId
    engines: list[Card]
