"""``POST /api/v1/diagnose`` and what stands beside it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from epicrisis.api.contracts.diagnostics.notices import notices
from epicrisis.api.dependencies import (
    NoteAnswer,
    TheInteractions,
    ThePrincipal,
    TheRequestId,
    TheTrial,
    require_json,
)
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import INTERNAL_ERROR, Problem, problem_of
from epicrisis.api.reference import ALWAYS, WITH_BODY, refusals
from epicrisis.api.routes.differentials import kept, note_told
from epicrisis.api.schemas.differentials import DiagnoseAnswer, DiagnoseRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.domain.differentials import Hypothesis, Severity, Weighed
from epicrisis.engines.differential.measuring import Result
from epicrisis.errors import StorageError
from epicrisis.services import access
from epicrisis.services.agreement import RANKINGS
from epicrisis.services.asking import Asker
from epicrisis.services.diagnose import Presentation
from epicrisis.telemetry.metrics import CONTENT_TYPE, Metrics

BELOW = "/api/v1"
DIAGNOSE, METRICS = f"{BELOW}/diagnose", f"{BELOW}/metrics"
FAULT = "Internal diagnostic error"
_MOST = 20
_TEXT = {"text/plain": {"schema": {"type": "string"}}}
# What moves a condition by less says nothing a reader wants to hear: odds times 1.1.
_LEAST_WEIGHT = 0.1

router = APIRouter(tags=["Contract D"])


@router.post(
    DIAGNOSE,
    operation_id="diagnose",
    summary="Rank diagnoses",
    description=(
        "Conditions over the threshold of this installation (`CONFIDENCE_THRESHOLD`), each with its own calibrated "
        "confidence, the symptoms that support it and the first tests. `/v1/differentials` tells more. It supports a "
        "clinician, and is no diagnosis: the header `X-Disclaimer` says so, and `X-Warnings` what was not understood."
    ),
    response_model=DiagnoseAnswer,
    response_description="The diagnoses, the likeliest first; there may be none.",
    responses=refusals(*WITH_BODY, problem_of(StorageError())),
    dependencies=[Depends(require_json)],
)
@scoped(access.Scope.READ)
@idempotent()
async def diagnose(
    request: Request,
    asked: DiagnoseRequest,
    trial: TheTrial,
    interactions: TheInteractions,
    principal: ThePrincipal,
    request_id: TheRequestId,
    note_answer: NoteAnswer,
) -> Response:
    """Answer what contract D asks as it answers it."""
    began, seconds = time.perf_counter(), None
    counted: Metrics = request.app.state.metrics
    try:
        told = _presentation(asked)
        found = await trial.ask_one(RANKINGS, lambda arm: arm.differentials(told, most=_MOST))
        seconds = time.perf_counter() - began
    finally:
        counted.diagnosed(seconds)
    note_told(found, 0)
    threshold: float = request.app.state.confidence_threshold
    answer = {
        "patient_id": str(uuid.uuid4()),
        "diagnoses": [_diagnosis(each) for each in found.hypotheses if each.confidence >= threshold],
        "processing_time_ms": round(1_000 * seconds, 2),
        "model_version": f"{found.engine}-{found.version}",
    }
    response = JSONResponse(answer, headers={"X-Process-Time": f"{seconds:.6f}", **notices(told, found, threshold)})
    await kept(interactions, asked, response, found, Asker.of(principal, DIAGNOSE, request_id))
    note_answer()
    return response


@router.get(
    METRICS,
    operation_id="diagnosticMetrics",
    summary="Read the counters",
    response_class=Response,
    responses={200: {"description": "Every series", "content": _TEXT}, **refusals(*ALWAYS)},
)
@scoped(access.Scope.METRICS)
async def metrics(request: Request) -> Response:
    """Answer the counters in the text format of Prometheus."""
    counted: Metrics = request.app.state.metrics
    return Response(await to_thread.run_sync(counted.text), media_type=CONTENT_TYPE)


def dress(problem: Problem, scope: Scope, headers: Mapping[str, str]) -> Response:
    """Return the answer to a request that was refused: a problem document, whose detail is that of this contract."""
    told = replace(problem, detail=FAULT) if problem.code == INTERNAL_ERROR.code else problem
    return told.response(scope["state"]["request_id"], headers)


def _presentation(asked: DiagnoseRequest) -> Presentation:
    return Presentation(
        age=float(asked.age),
        severity=Severity(asked.severity.upper()),
        symptoms=tuple(asked.symptoms),
        conditions=tuple(asked.preexisting_conditions or ()),
        results=tuple(Result(loinc, value) for loinc, value in (asked.lab_results or {}).items()),
    )


def _diagnosis(hypothesis: Hypothesis) -> dict[str, object]:
    return {
        "condition": hypothesis.name,
        "confidence": round(hypothesis.confidence, 4),
        "supporting_evidence": list(dict.fromkeys(_evidence(hypothesis))),
        "recommended_tests": list(hypothesis.tests),
    }


def _evidence(hypothesis: Hypothesis) -> Iterator[str]:
    """Yield the words that speak for a condition: symptoms in the order they were told, then the rest by weight."""
    told = [each for each in hypothesis.supporting if each.weight >= _LEAST_WEIGHT]
    symptoms = {each: place for each in told if (place := _place(each)) is not None}
    yield from (each.observed.told for each in sorted(symptoms, key=lambda each: symptoms[each]))
    yield from (each.observed.told for each in told if each not in symptoms and each.observed.source is not None)


def _place(weighed: Weighed) -> int | None:
    """Return which symptom of the list told a finding, or ``None``."""
    kind, _, number = ("" if weighed.observed.source is None else weighed.observed.source.reference).partition("/")
    return int(number) if kind == "symptoms" else None
