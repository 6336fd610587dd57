"""The application: our routes, our problem documents and our limits around one pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from epicrisis import __version__, assembly
from epicrisis.api.admission import Admission
from epicrisis.api.contracts.assertion import describing as assertion
from epicrisis.api.contracts.assertion.door import Door
from epicrisis.api.contracts.cds_hooks.routes import router as cds_hooks_routes
from epicrisis.api.contracts.cds_hooks.services import PATHS
from epicrisis.api.contracts.diagnostics.diagnoses import DIAGNOSE
from epicrisis.api.contracts.diagnostics.diagnoses import dress as dress_diagnoses
from epicrisis.api.contracts.diagnostics.diagnoses import router as contract_diagnosis_routes
from epicrisis.api.contracts.extraction.files import TRANSCRIBE, UPLOAD
from epicrisis.api.contracts.extraction.files import router as contract_file_routes
from epicrisis.api.contracts.extraction.patient_summaries import router as contract_patient_routes
from epicrisis.api.contracts.extraction.records import FROM_AUDIO
from epicrisis.api.contracts.extraction.records import router as contract_record_routes
from epicrisis.api.contracts.extraction.scrubbing import router as scrub_routes
from epicrisis.api.contracts.extraction.text_summaries import router as contract_summary_routes
from epicrisis.api.contracts.spanish_ner import describing as spanish_ner
from epicrisis.api.contracts.spanish_ner.door import NerDoor
from epicrisis.api.envelope import Envelope
from epicrisis.api.faults import problem_of_faults
from epicrisis.api.idempotency.replays import Replays
from epicrisis.api.limits import RequestLimits
from epicrisis.api.problems import answer, answer_problem
from epicrisis.api.readiness import Readiness
from epicrisis.api.reference import describe
from epicrisis.api.routes.annotations import router as annotations_routes
from epicrisis.api.routes.assertions import router as assertions_routes
from epicrisis.api.routes.audit import router as audit_routes
from epicrisis.api.routes.cases import router as cases_routes
from epicrisis.api.routes.differential_feedback import router as differential_feedback_routes
from epicrisis.api.routes.differentials import router as differentials_routes
from epicrisis.api.routes.documents import DOCUMENTS
from epicrisis.api.routes.documents import router as documents_routes
from epicrisis.api.routes.engines import router as engine_routes
from epicrisis.api.routes.entities import router as entities_routes
from epicrisis.api.routes.experiments import router as experiment_routes
from epicrisis.api.routes.extractions import EXTRACTIONS
from epicrisis.api.routes.extractions import router as extractions_routes
from epicrisis.api.routes.feedback import router as feedback_routes
from epicrisis.api.routes.health import router as health_routes
from epicrisis.api.routes.home import router as home_routes
from epicrisis.api.routes.interactions import router as interactions_routes
from epicrisis.api.routes.oauth import router as oauth_routes
from epicrisis.api.routes.patient_summaries import PATIENT_SUMMARIES
from epicrisis.api.routes.patient_summaries import router as patient_summaries_routes
from epicrisis.api.routes.redacted_files import FILES
from epicrisis.api.routes.redacted_files import router as redacted_files_routes
from epicrisis.api.routes.redactions import router as redactions_routes
from epicrisis.api.routes.summaries import router as summaries_routes
from epicrisis.api.routes.transcripts import TRANSCRIPTS
from epicrisis.api.routes.transcripts import router as transcripts_routes
from epicrisis.api.security.exposure import refuse_exposure
from epicrisis.api.security.gate import Gate
from epicrisis.api.security.identity import identity_of
from epicrisis.api.security.origins import Preflights, origins
from epicrisis.api.security.proxies import Proxies, networks
from epicrisis.api.security.rates import limits_of
from epicrisis.api.streams import Streams
from epicrisis.api.tracing import Tracing
from epicrisis.assembly import Services
from epicrisis.errors import EpicrisisError
from epicrisis.services.access import anyone
from epicrisis.services.idempotency import MARGIN_SECONDS
from epicrisis.services.interactions import keep_purging
from epicrisis.services.room import Room
from epicrisis.services.spooling import keep_draining
from epicrisis.settings import Settings, load_settings
from epicrisis.telemetry import logs
from epicrisis.web import pages

# FastAPI's own telemetry hands exception messages and request bodies to whatever exporter the environment names.
_NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)


# Whatever takes a file takes a large one.
TAKE_FILES = (
    FILES, DOCUMENTS, EXTRACTIONS, PATIENT_SUMMARIES, TRANSCRIPTS,
    *(f"{below}{route}" for below in ("", "/api") for route in (UPLOAD, TRANSCRIBE, FROM_AUDIO)),
)  # fmt: skip


def create_app(services: Services, settings: Settings) -> FastAPI:
    """Return the application that offers ``services`` within the limits of ``settings``."""
    pipeline = services.pipeline
    identity = identity_of(settings, keys=services.keys, tally=services.tally, hooks=PATHS)
    listed = origins(settings.cors_origins)
    longest = max(settings.deadline_seconds, settings.file_seconds)
    idempotency = services.idempotency(lasts=settings.idempotency_seconds, runs=longest + MARGIN_SECONDS)
    counts = services.counts()
    # One for all that read files: a machine has so much memory, whoever asks for it.
    room = Room(settings.workers)
    app = FastAPI(
        title="epicrisis",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
        lifespan=_lifespan,
        middleware=[
            *([Middleware(Tracing, traces=services.traces)] if services.traces else []),
            Middleware(Envelope, metrics=services.metrics),
            *([Middleware(Proxies, trusted=trusted)] if (trusted := networks(settings.trusted_proxies)) else []),
            *([Middleware(Preflights, listed=listed)] if listed else []),
            Middleware(
                RequestLimits,
                max_bytes=settings.max_body_bytes,
                uploads=dict.fromkeys(TAKE_FILES, settings.max_upload_bytes),
            ),
            Middleware(
                Gate,
                authenticators=[services.keys, *identity.authenticators],
                required=settings.asks_who,
                anyone=anyone(settings.anonymous_scopes),
                limits=limits_of(settings, services.tally),
            ),
            Middleware(Admission, core=pipeline.core),
            Middleware(Replays, idempotency=idempotency),
        ],
        exception_handlers={
            EpicrisisError: answer_problem,
            HTTPException: answer_problem,
            RequestValidationError: _answer_faults,
        },
    )
    app.state.pipeline = pipeline
    app.state.metrics = services.metrics
    app.state.given = services.given
    app.state.interactions = services.kept_interactions()
    app.state.judge = services.judge(app.state.interactions)
    app.state.audit = services.audit
    app.state.deidentify = services.deidentify(counts)
    app.state.cases = services.similar_cases(app.state.deidentify)
    app.state.redact_files = assembly.file_redaction(settings, pipeline, app.state.deidentify, room=room)
    app.state.read_files = assembly.file_reading(settings, room=room)
    app.state.transcribe = assembly.listening(settings, room=room)
    # One set of loaded models, of which one writes at a time, whoever asks it.
    models = assembly.models_of(settings)
    app.state.summarize_patient = assembly.summarizing(
        settings, lambda: pipeline, lambda: app.state.deidentify, models=models
    )
    app.state.advise = assembly.advising(settings, pipeline, hands=app.state.summarize_patient.hands)
    pipeline.summaries.rewording = assembly.rewording(
        settings,
        pipeline,
        lambda: app.state.deidentify,
        models=models,
        hands=app.state.summarize_patient.writing.hands,
    )
    # After that: the arms of experiments are made of what the pipeline has by now.
    app.state.trials = trials = assembly.comparing(settings, services)
    app.state.feedback = services.feedback(trials)
    app.state.streams = Streams()
    app.state.max_body_bytes = settings.max_body_bytes
    app.state.reidentify = services.reidentify()
    app.state.traces = services.traces
    app.state.stores = services.stores
    app.state.aside = services.aside()
    app.state.tally = services.tally
    app.state.counts = counts
    app.state.link = services.link
    app.state.identity = identity
    app.state.origins = listed
    app.state.readiness = Readiness(
        pipeline, vouched=not settings.assertion_model, tally=services.tally, stores=services.stores
    )
    app.state.pages = pages.Pages(languages=pipeline.intake.languages, max_chars=settings.max_chars)
    # The routes of the contracts come first: a sentence is read faster than the router asks its way through the rest.
    assertion.add_to(app, Door(services, settings, readiness=app.state.readiness), default=settings.contract)
    spanish_ner.add_to(app, NerDoor(pipeline, default=settings.ner_model))
    app.state.confidence_threshold = settings.confidence_threshold
    app.state.dressers = {**app.state.dressers, DIAGNOSE: dress_diagnoses}
    for routes in (
        home_routes, annotations_routes, assertions_routes, entities_routes, feedback_routes, engine_routes,
        experiment_routes, health_routes, oauth_routes, audit_routes, redactions_routes,
        redacted_files_routes, documents_routes, extractions_routes, transcripts_routes, summaries_routes,
        patient_summaries_routes, contract_patient_routes, differentials_routes, contract_diagnosis_routes,
        differential_feedback_routes, interactions_routes, cds_hooks_routes, cases_routes,
        scrub_routes, contract_file_routes, contract_record_routes, contract_summary_routes,
    ):  # fmt: skip
        # As they are: what includes a router builds each of its routes anew, for every application.
        app.router.routes += routes.routes
    pages.add_to(app, app.state.pages)
    describe(app, pipeline)
    return app


def from_environment() -> FastAPI:
    """Return the application the environment describes: the factory for ASGI servers.

    ``uvicorn --factory epicrisis.api.app:from_environment`` works too, without the manners of ``epicrisis serve``.

    Raises:
        InvalidSettings: nobody has to say who they are; where such a server listens, we do not know.
    """
    settings = load_settings()
    refuse_exposure(settings, host="")
    logs.configure(settings.log_level)
    return create_app(assembly.serving(settings), settings)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # The self-test runs beside the first requests, so that /live answers and /ready can say what it waits for.
    proof = asyncio.create_task(app.state.readiness.prove())
    # What a server before this one kept aside is brought home first of all.
    draining = asyncio.create_task(keep_draining(app.state.aside)) if app.state.aside else None
    purging = asyncio.create_task(keep_purging(app.state.interactions))
    await app.state.feedback.recall()
    await app.state.judge.recall()
    yield
    for task in filter(None, (proof, draining, purging)):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    app.state.streams.close()
    await app.state.trials.close()
    await app.state.summarize_patient.close()
    await app.state.counts.close()
    await app.state.given.close()
    if app.state.link is not None:
        await app.state.link.close()
    await app.state.tally.close()
    await app.state.pipeline.close()
    if app.state.stores is not None:
        await to_thread.run_sync(app.state.stores.database.close)
    if app.state.traces is not None:
        await to_thread.run_sync(app.state.traces.close)


async def _answer_faults(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(problem_of_faults(error.errors()), request.scope)
