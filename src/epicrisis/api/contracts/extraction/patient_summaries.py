"""``POST /generate_patient_summary``: a patient of the EHR on one page, at once or as events; also below ``/api``."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from epicrisis import __version__
from epicrisis.api.aside import json_answer, written
from epicrisis.api.dependencies import TheRequestId, TheStreams, TheSummarizePatient, require_json
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.routes.patient_summaries import (
    LONG,
    PATIENT_SUMMARIES,
    REFUSED_PATIENTS,
    events_of,
    said,
    timing_of,
)
from epicrisis.api.schemas.patient_summaries import (
    GeneratedPatientSummary,
    GeneratePatientSummaryQuery,
    GeneratePatientSummaryRequest,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.api.stream_requests import told_as_events, wants_events
from epicrisis.api.streaming import MEDIA_TYPE
from epicrisis.formats.patient_summaries import to_markdown, to_plain
from epicrisis.services.access import Scope
from epicrisis.services.patient_records import Patience
from epicrisis.services.patient_summary import GivenPatient, Summarized, Wanted

GENERATE = "/generate_patient_summary"

router = APIRouter(tags=["Contract H"])


def _generate(route: str, name: str) -> None:
    @router.post(
        route,
        operation_id=name,
        summary="Summarise a patient of the EHR",
        description=(
            "The usual EHR of this installation is asked with `token` and `key`; `summary` has exactly four headings. "
            "With `stream=true` it is told as events whose data has a `type`: `progress`, `heartbeat`, and at the end "
            "`complete` or `error`. `/v1/patient-summaries` also names what each sentence rests on."
        ),
        response_model=GeneratedPatientSummary,
        response_description="The summary.",
        responses={
            **refusals(*dict.fromkeys((*WITH_BODY, *REFUSED_PATIENTS))),
            200: {"content": {MEDIA_TYPE: {}}},
        },
        dependencies=[Depends(require_json)],
    )
    @scoped(Scope.READ)
    async def generate(
        request: Request,
        asked: GeneratePatientSummaryRequest,
        how: Annotated[GeneratePatientSummaryQuery, Query()],
        summarize: TheSummarizePatient,
        streams: TheStreams,
        request_id: TheRequestId,
    ) -> Response:
        given = GivenPatient(asked.patientid, "", asked.token, asked.key, asked.timeout_mode)
        wanted = Wanted(
            mode=asked.generation_mode,
            model=asked.patient_summarizer_model_name,
            model_type=asked.patient_summarizer_model_type or "",
        )
        plain = partial(_plain, request_id=request_id, timeout=asked.timeout_mode)
        if how.stream or wants_events(request):
            events = events_of(summarize, given, wanted, plain)
            return await told_as_events(request, streams, PATIENT_SUMMARIES, events, body=await request.body())
        summarized = await summarize(given, wanted)
        said(summarized)
        return await written(lambda: json_answer(plain(summarized)), characters=LONG)


def _plain(summarized: Summarized, *, request_id: str, timeout: Patience) -> dict[str, Any]:
    summary = summarized.summary
    plain = to_plain(summary)
    return {
        "request_id": request_id,
        "summary": to_markdown(summary),
        "baseline": plain["baseline"],
        "delta": plain["delta"],
        "timing": timing_of(summarized),
        "model_used": summary.model,
        "timeout_mode_used": timeout.value,
        "generation_mode_used": summary.mode.value,
        "missing": plain["missing"],
        "fallbacks": plain["fallbacks"],
        "unsupported_claims": len(summary.unsupported),
        "version": __version__,
    }


_generate(GENERATE, "generatePatientSummary")
_generate(f"/api{GENERATE}", "apiGeneratePatientSummary")
