"""``GET /v1/interactions``: which differentials are asked for, and what is kept of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.feedback import UUID
from epicrisis.services.interactions import Interaction, Looked, Opened
from epicrisis.services.judgements import Judged, Judgement

MOST_INTERACTIONS = 1000
_EXAMPLE: dict[str, Any] = {
    "id": "7f1d2c7e-52a3-4c29-8a52-1c1b54b3d0aa",
    "number": 41,
    "at": "2031-02-03T04:05:06.789Z",
    "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",
    "route": "/v1/differentials",
    "owner": "k3v9x0q2m7aa",
    "tenant": "",
    "engine": "knowledge",
    "version": "1",
    "codes": ["I21.9", "I20.0"],
}


class InteractionsQuery(Request):
    """Which interactions are asked for."""

    since: Annotated[datetime | None, Field(description="From this time on; UTC where it names no zone.")] = None
    until: Annotated[datetime | None, Field(description="Before this time.")] = None
    request: Annotated[str | None, Field(pattern=UUID, description="The `request_id` it was answered under.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_INTERACTIONS, description="How many at most.")] = 100
    after: Annotated[int, Field(ge=0, le=10**15, description="Go on behind this `number`.")] = 0

    def looked(self, tenant: str) -> Looked:
        """Return which are meant, of ``tenant`` where it is one."""
        return Looked(_in_utc(self.since), _in_utc(self.until), (self.request or "").lower(), tenant)


class InteractionAnswer(Answer):
    """What stands in the clear of one interaction: codes and times."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    number: Annotated[int, Field(description="Its place among those kept; it grows.")]
    at: Annotated[str, Field(description="When it was answered, in UTC.")]
    request_id: Annotated[str, Field(description="The request it was.")]
    route: str
    owner: Annotated[str, Field(description="The id of the API key, or the name of whoever had none.")]
    tenant: str
    engine: str
    version: str
    codes: Annotated[list[str], Field(description="ICD-10-CM, as ranked; or what was done with a card.")]

    @classmethod
    def of(cls, each: Interaction) -> InteractionAnswer:
        """Return ``each`` as it is told."""
        return cls.model_validate(each.to_plain())


class JudgementAnswer(Answer):
    """What somebody said of a condition of the differential, or did with one of its cards."""

    about: Annotated[str, Field(description="The request, or the card.")]
    subject: Annotated[str, Field(description="The code of the condition, or the service of the card.")]
    verdict: Judged
    final: Annotated[str, Field(description="What the patient turned out to have, where that was said.")]
    reason: Annotated[str, Field(description="The code why a card was overridden, where one was given.")]
    by: str
    at: str

    @classmethod
    def of(cls, each: Judgement) -> JudgementAnswer:
        """Return ``each`` as it is told."""
        said = each.said
        return cls(
            about=said.about, subject=said.subject, verdict=said.judged, final=said.final, reason=said.reason,
            by=each.by, at=_told(each.at),
        )  # fmt: skip


class InteractionsAnswer(Answer):
    """Some interactions, the oldest first."""

    request_id: RequestId
    interactions: list[InteractionAnswer]
    next: Annotated[int | None, Field(description="The `after` to go on with; null at the end.")]


class InteractionOneAnswer(Answer):
    """One interaction with what was asked and answered, opened."""

    request_id: RequestId
    interaction: InteractionAnswer
    asked: Annotated[Any, Field(description="The body that was sent.")]
    answered: Annotated[Any, Field(description="The body that was answered; null where there was none.")]
    feedback: Annotated[list[JudgementAnswer], Field(description="What was said of it since.")]

    @classmethod
    def opened(cls, request_id: str, opened: Opened, said: list[JudgementAnswer]) -> InteractionOneAnswer:
        """Return the answer to the request ``request_id``."""
        return cls(
            request_id=request_id,
            interaction=InteractionAnswer.of(opened.interaction),
            asked=opened.asked,
            answered=opened.answered,
            feedback=said,
        )


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_utc(time: datetime | None) -> datetime | None:
    return None if time is None else time if time.tzinfo else time.replace(tzinfo=UTC)
