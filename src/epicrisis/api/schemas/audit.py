"""``GET /v1/audit``: which rows are asked for, and what each says; names and counts alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.services.audit_reading import Cursor, Wanted

MOST_ROWS = 1000
_EXAMPLE: dict[str, Any] = {
    "number": 41,
    "at": "2031-02-03T04:05:06.789Z",
    "who": "k3v9x0q2m7aa",
    "action": "redact",
    "route": "/v1/redactions",
    "purpose": "research-12",
    "engine": "patterns/1",
    "counts": {"NAME": 2, "DATE": 1},
    "document": "9f86d081884c7d659a2feaa0c55ad015",
    "outcome": "done",
    "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",
    "tenant": "",
    "subject": "",
    "link": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
}


class AuditQuery(Request):
    """Which rows of the audit log are asked for."""

    since: Annotated[datetime | None, Field(description="From this time on; UTC where it names no zone.")] = None
    until: Annotated[datetime | None, Field(description="Before this time.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="How many rows at most.")] = 100
    cursor: Annotated[
        str | None,
        Field(pattern=r"^[0-9]{1,15}\.[0-9]{1,15}$", description="Where to go on: `next` of the answer before."),
    ] = None

    def wanted(self, tenant: str) -> Wanted:
        """Return which rows are meant, of ``tenant`` where it is one."""
        return Wanted(_seconds(self.since), _seconds(self.until), tenant)

    def place(self) -> Cursor | None:
        """Return where to go on."""
        if self.cursor is None:
            return None
        after, _, last = self.cursor.partition(".")
        return Cursor(int(after), int(last))


class AuditRowAnswer(Answer):
    """One row of the audit log."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    number: Annotated[int, Field(description="Its place in the log, counted from 1.")]
    at: Annotated[str, Field(description="When it was recorded, in UTC.")] = ""
    who: Annotated[str, Field(description="The id of the API key, or the name of whoever had none.")] = ""
    action: Annotated[str, Field(description="What was done, such as `redact` or `keys.revoke`.")] = ""
    route: Annotated[str, Field(description="Through which route, or `cli`.")] = ""
    purpose: Annotated[str, Field(description="What for, as the client said.")] = ""
    engine: Annotated[str, Field(description="Name and version of the engine that did it.")] = ""
    counts: Annotated[dict[str, int], Field(default_factory=dict, description="How many of what.")]
    document: Annotated[str, Field(description="A keyed hash of the document, never its id or words.")] = ""
    outcome: Annotated[str, Field(description="`done`, or the code of the error.")] = ""
    request_id: Annotated[str, Field(description="The request it was.")] = ""
    tenant: Annotated[str, Field(description="Whose it is; empty for the installation's own.")] = ""
    subject: Annotated[str, Field(description="The id of what else it was done to, a key for one.")] = ""
    link: Annotated[str, Field(description="What chains it to the row before.")]
    unreadable: Annotated[
        bool, Field(description="Whether the row was damaged; `epicrisis audit verify` says how.")
    ] = False


class AuditAnswer(Answer):
    """Some rows, the oldest first."""

    request_id: RequestId
    rows: list[AuditRowAnswer]
    next: Annotated[str | None, Field(description="The `cursor` to go on with; null at the end.")]


class AuditOneAnswer(Answer):
    """One row."""

    request_id: RequestId
    row: AuditRowAnswer


def _seconds(time: datetime | None) -> float | None:
    return None if time is None else (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
