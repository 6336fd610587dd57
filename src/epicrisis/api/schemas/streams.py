"""Streams of events: what is answered when one is cancelled."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from epicrisis.api.schemas.base import Answer, RequestId


class CancelledAnswer(Answer):
    """What was cancelled."""

    request_id: RequestId
    id: Annotated[str, Field(description="The stream.")]
    cancelled: Annotated[bool, Field(description="False where it was over already.")]
