"""``POST /v1/feedback``: what was right; labels and numbers alone, so that no word of a note can be in it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.domain.assertions import Status

EXAMPLE: dict[str, Any] = {
    "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",
    "target": 0,
    "given": "ABSENT",
    "right": "PRESENT",
}
# Not pydantic's UUID: what that says of a bad one quotes a character of it.
UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_LAST = 1_000_000


class FeedbackRequest(Request):
    """What one answer said, and what would have been right."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    request_id: Annotated[
        str, Field(pattern=UUID, json_schema_extra={"format": "uuid"}, description="The `request_id` of the answer.")
    ]
    item: Annotated[
        int | None,
        Field(strict=True, ge=0, le=_LAST, description="Which text of a batch, counted from 0."),
    ] = None
    target: Annotated[
        int | None,
        Field(strict=True, ge=0, le=_LAST, description="Which finding of that text, counted from 0."),
    ] = None
    engine: Annotated[
        str | None,
        Field(min_length=1, max_length=100, description="The `engine` of the answer, where it named one."),
    ] = None
    version: Annotated[
        str | None,
        Field(min_length=1, max_length=100, description="The `version` of the answer: where versions are compared."),
    ] = None
    given: Annotated[Status, Field(description="The label or status that was answered.")]
    right: Annotated[Status, Field(description="The one that is right; the same where the answer was.")]


class FeedbackAnswer(Answer):
    """What was kept."""

    request_id: RequestId
    id: Annotated[str, Field(description="The name of this opinion; saying it again under the same key replaces it.")]
    agreed: Annotated[bool, Field(description="Whether the answer was right.")]
    known: Annotated[
        bool,
        Field(
            description="Whether the answer is remembered here. What is said of one that is not, because the server "
            "began after it or it never was, is kept and not counted in `/metrics`: check the `request_id`."
        ),
    ]
    engine: str
    version: Annotated[
        str, Field(description="The version that was named, or the one of that engine which answers here now.")
    ]
