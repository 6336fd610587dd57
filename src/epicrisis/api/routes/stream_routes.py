"""What stands beside every route that tells events: hear the rest of a stream, and cancel it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from epicrisis.api.dependencies import TheRequestId, TheStreams
from epicrisis.api.problems import INVALID_REQUEST, problem_of
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.streams import CancelledAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.api.stream_requests import heard_in, owner_of, streamed
from epicrisis.api.streaming import MEDIA_TYPE
from epicrisis.errors import UnknownRecord
from epicrisis.services.access import Scope

_REFUSED = (*ALWAYS, INVALID_REQUEST, problem_of(UnknownRecord()))


def join_stream_routes(router: APIRouter, route: str, *, name: str, of: str) -> None:
    """Join to ``router`` what hears and cancels the streams of ``route``; ``of`` is what they end with, in words."""

    @router.get(
        f"{route}/{{id}}/events",
        operation_id=f"{name}Events",
        summary=f"Hear the rest of {of}",
        description=(
            "What is said after the event that `Last-Event-ID` names, or all that is still known: of a stream that was "
            "asked for with an `Idempotency-Key`, as long as it goes on and for 30 seconds. An id is good for whoever "
            "asked, and for nobody else."
        ),
        response_class=Response,
        responses={
            **refusals(*_REFUSED),
            200: {"description": "The events.", "content": {MEDIA_TYPE: {}}},
        },
    )
    @scoped(Scope.READ)
    async def events(request: Request, id: str, streams: TheStreams) -> Response:  # noqa: A002
        return streamed(streams.find(id, owner_of(request), route), heard_in(request.headers))

    @router.delete(
        f"{route}/{{id}}",
        operation_id=f"{name}Cancelled",
        summary=f"Cancel {of}",
        description="Ends the work of a stream; whoever listens to it hears an `error` whose `code` is `cancelled`.",
        responses=refusals(*_REFUSED),
    )
    @scoped(Scope.READ)
    async def cancel(
        request: Request,
        id: str,  # noqa: A002
        streams: TheStreams,
        request_id: TheRequestId,
    ) -> CancelledAnswer:
        stream = streams.find(id, owner_of(request), route)
        ended = stream.over
        stream.cancel()
        return CancelledAnswer(request_id=request_id, id=id, cancelled=not ended)
