"""What routes are handed: the pipeline, the request id, and the assurance that the body is JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from epicrisis.api.problems import UNSUPPORTED_MEDIA_TYPE, Refused
from epicrisis.api.readiness import Readiness
from epicrisis.assembly import Pipeline


def _pipeline(request: Request) -> Pipeline:
    pipeline: Pipeline = request.app.state.pipeline
    return pipeline


def _readiness(request: Request) -> Readiness:
    readiness: Readiness = request.app.state.readiness
    return readiness


def _request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


def require_json(request: Request) -> None:
    """Refuse a body that does not say it is JSON: a form of a foreign page can send any other kind unasked."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(UNSUPPORTED_MEDIA_TYPE)


ThePipeline = Annotated[Pipeline, Depends(_pipeline)]
TheReadiness = Annotated[Readiness, Depends(_readiness)]
TheRequestId = Annotated[str, Depends(_request_id)]
