"""``GET /``: the page for a person, the way on for a program."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from epicrisis import __version__
from epicrisis.api.reference import ALWAYS, refusals
from epicrisis.api.schemas.home import Welcome
from epicrisis.api.security.scopes import OPEN, scoped

ENDPOINTS = {
    "predict": "/predict", "predict_batch": "/predict/batch", "health": "/health", "model_info": "/model/info",
    "metrics": "/metrics", "annotations": "/v1/annotations", "entities": "/v1/entities", "engines": "/v1/engines",
    "submit": "/api/submit", "disclaimer": "/disclaimer", "docs": "/docs", "redoc": "/redoc",
    "openapi": "/openapi.json",
}  # fmt: skip

_PAGE: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}

router = APIRouter(tags=["Health"])


@router.get(
    "/",
    operation_id="welcome",
    summary="Say where to go",
    description="A browser (`Accept: text/html`) is shown the page that reads notes.",
    response_model=Welcome,
    responses={200: {"content": _PAGE}, **refusals(*ALWAYS)},
)
@scoped(OPEN)
async def welcome(request: Request) -> Response:
    """Show a browser the page, and tell anything else where to go."""
    accepted = request.headers.get("accept", "")
    # What browsers ask for names HTML and never JSON.
    if "text/html" in accepted and "application/json" not in accepted:
        response: Response = request.app.state.pages.reader(request)
    else:
        body = Welcome(name="epicrisis", version=__version__, endpoints=ENDPOINTS)
        response = JSONResponse(body.model_dump())
    response.headers["Vary"] = "Accept"
    return response
