"""What every request and answer has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

RequestId = Annotated[
    str, Field(description="The UUID of this request, also in X-Request-Id; quote it to ask about it.")
]


class Request(BaseModel):
    """A request body; a field it does not know is an error, for a misspelt option must not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """An answer body, or a part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldFault(Answer):
    """One field of the request that is at fault."""

    pointer: Annotated[str, Field(description="Where: a JSON pointer (RFC 6901) into the body.")]
    detail: Annotated[str, Field(description="What the field needs; never what it held.")]


class ProblemDocument(Answer):
    """Why there is no answer (RFC 9457); it never repeats what was sent."""

    type: Annotated[str, Field(description="The code as a URI.")]
    title: Annotated[str, Field(description="What kind of problem it is, the same words every time.")]
    status: Annotated[int, Field(description="The HTTP status.", ge=400, le=599)]
    detail: Annotated[str, Field(description="What happened this time, and what to try next.")]
    code: Annotated[str, Field(description="The stable name of the kind of problem; build on this one.")]
    request_id: RequestId
    errors: Annotated[list[FieldFault] | None, Field(description="The fields at fault, where there are any.")] = None
