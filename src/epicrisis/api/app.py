"""The application: our routes, our problem documents and our limits around one pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from epicrisis import __version__, assembly
from epicrisis.api.envelope import Envelope
from epicrisis.api.faults import problem_of_faults
from epicrisis.api.limits import RequestLimits
from epicrisis.api.problems import answer_problem
from epicrisis.api.readiness import Readiness
from epicrisis.api.reference import describe
from epicrisis.api.routes.annotations import router as annotations_routes
from epicrisis.api.routes.engines import router as engine_routes
from epicrisis.api.routes.health import router as health_routes
from epicrisis.assembly import Pipeline
from epicrisis.errors import EpicrisisError
from epicrisis.settings import Settings, load_settings
from epicrisis.telemetry import logs
from epicrisis.web import pages

# FastAPI's own telemetry hands exception messages and request bodies to whatever exporter the environment names.
_NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)


def create_app(pipeline: Pipeline, settings: Settings) -> FastAPI:
    """Return the application that serves ``pipeline`` within the limits of ``settings``."""
    app = FastAPI(
        title="epicrisis",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
        lifespan=_lifespan,
        middleware=[Middleware(Envelope), Middleware(RequestLimits, max_bytes=settings.max_body_bytes)],
        exception_handlers={
            EpicrisisError: answer_problem,
            HTTPException: answer_problem,
            RequestValidationError: _answer_faults,
        },
    )
    app.state.pipeline = pipeline
    app.state.readiness = Readiness(pipeline)
    for routes in (annotations_routes, engine_routes, health_routes):
        app.include_router(routes)
    pages.add_to(app, languages=pipeline.intake.languages, max_chars=settings.max_chars)
    describe(app, pipeline)
    return app


def from_environment() -> FastAPI:
    """Return the application the environment describes: the factory for ASGI servers.

    ``uvicorn --factory epicrisis.api.app:from_environment`` works too, without the manners of ``epicrisis serve``.
    """
    settings = load_settings()
    logs.configure(settings.log_level)
    return create_app(assembly.load(settings), settings)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # The self-test runs beside the first requests, so that /live answers and /ready can say what it waits for.
    proof = asyncio.create_task(app.state.readiness.prove())
    yield
    proof.cancel()
    with suppress(asyncio.CancelledError):
        await proof


async def _answer_faults(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_of_faults(error.errors()).response(request.state.request_id)
