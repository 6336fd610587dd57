"""``GET /``: where to go from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from epicrisis.api.schemas.base import Answer


class Welcome(Answer):
    """What this is, and where its routes are."""

    name: str
    version: str
    endpoints: Annotated[Mapping[str, str], Field(description="The path of each thing one can ask for.")]
