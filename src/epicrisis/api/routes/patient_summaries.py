"""``/v1/patient-summaries``: a record goes in, or a patient of an EHR is named, and a page about them comes out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, aclosing, nullcontext
from functools import partial
from typing import Annotated, Any, TypeAlias

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from epicrisis import __version__
from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.contracts.bare import media_of, whole_body
from epicrisis.api.dependencies import TheReadFiles, TheRequestId, TheStreams, TheSummarizePatient
from epicrisis.api.faults import validated
from epicrisis.api.problems import INVALID_REQUEST, MALFORMED_JSON, Refused, problem_of
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.routes.documents import REFUSED_FILES
from epicrisis.api.routes.stream_routes import join_stream_routes
from epicrisis.api.schemas.patient_summaries import (
    MEDIA,
    PatientSummaryAnswer,
    PatientSummaryRequest,
    SummaryForm,
    SummaryOptions,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.api.stream_requests import told_as_events, wants_events
from epicrisis.api.streaming import MEDIA_TYPE, Event
from epicrisis.api.uploads import JSON, body_of_json_or_file, declared_length, uploaded
from epicrisis.domain.moments import Moment
from epicrisis.errors import (
    EhrRefused,
    EhrUnavailable,
    KeyReused,
    Overloaded,
    PatientNotFound,
    UnknownEhr,
    WrongPatient,
)
from epicrisis.formats.fhir.ips import to_ips
from epicrisis.formats.patient_summaries import to_markdown, to_plain
from epicrisis.services.access import Scope
from epicrisis.services.patient_summary import (
    Given,
    GivenPatient,
    GivenRecord,
    Progress,
    Summarized,
    SummarizePatient,
    Wanted,
)
from epicrisis.telemetry.logs import get_logger

PATIENT_SUMMARIES = "/v1/patient-summaries"
FHIR_JSON = "application/fhir+json"
# Writing a summary down, with all that it rests on, takes as long as a note of so many characters.
LONG = 100_000

Plain: TypeAlias = dict[str, Any]
PlainOf: TypeAlias = Callable[[Summarized], Plain]
Hold: TypeAlias = Callable[[], AbstractContextManager[None]]

REFUSED_PATIENTS = tuple(
    problem_of(each())
    for each in (UnknownEhr, EhrUnavailable, EhrRefused, PatientNotFound, WrongPatient, KeyReused, Overloaded)
)

router = APIRouter(tags=["Patients"])
log = get_logger()


@router.post(
    PATIENT_SUMMARIES,
    operation_id="patientSummaries",
    summary="Summarise a patient",
    description=(
        "What holds, what changed, what to consider, and what to look at first, from a FHIR Bundle, a C-CDA document, "
        "HL7 v2 messages, or a patient of an EHR this installation knows. Every sentence names the resources and notes "
        "it rests on; what could not be had is named; nothing is invented. It is made by a program and attested by "
        f"nobody. Whoever accepts `{MEDIA_TYPE}` hears how far it is: `progress` events, a `heartbeat` where nothing "
        "else is to be said, and at the end one `complete` with the answer, or one `error`. With an `Idempotency-Key` "
        "the work goes on for 30 seconds when the line breaks: send the request again with `Last-Event-ID`, or get "
        "the events of the `id` in the first event. Nothing of it is kept beyond that."
    ),
    openapi_extra={
        "requestBody": body_of_json_or_file(
            PatientSummaryRequest.__name__,
            dict.fromkeys(MEDIA),
            "The record and options as JSON; or the record itself, and the options in the query.",
        )
    },
    response_model=PatientSummaryAnswer,
    response_description="The summary.",
    responses={
        **refusals(*dict.fromkeys((*WITH_BODY, *REFUSED_FILES, *REFUSED_PATIENTS))),
        200: {"content": {FHIR_JSON: {"schema": {"type": "object"}}, MEDIA_TYPE: {}}},
    },
)
@scoped(Scope.READ)
async def patient_summaries(
    request: Request,
    asked: Annotated[SummaryOptions, Query()],
    summarize: TheSummarizePatient,
    streams: TheStreams,
    read_files: TheReadFiles,
    request_id: TheRequestId,
) -> Response:
    """Answer a record, or the name of a patient, with a summary."""
    # What is longer than JSON may be elsewhere is a file, and there is room for so many of them.
    hold = partial(read_files.room.held_for, declared_length(request), above=request.app.state.max_body_bytes)
    with hold():
        options, given, body = await _asked(request, asked)
        if options.stream or wants_events(request):
            plain = partial(_plain, request_id=request_id, form=options.format)
            events = events_of(summarize, given, wanted(options), plain, hold)
            return await told_as_events(request, streams, PATIENT_SUMMARIES, events, body=body)
        summarized = await summarize(given, wanted(options))
        said(summarized)
        return await written(partial(_answer, summarized, request_id, options.format), characters=LONG)


join_stream_routes(router, PATIENT_SUMMARIES, name="patientSummary", of="a summary")


async def events_of(
    summarize: SummarizePatient, given: Given, how: Wanted, plain: PlainOf, hold: Hold = nullcontext
) -> AsyncGenerator[Event, None]:
    """Yield how far a summary is, and at last the whole of it as ``plain`` tells it; what it takes up is held."""
    with hold():
        async with aclosing(summarize.heard(given, how)) as heard:
            async for each in heard:
                if isinstance(each, Progress):
                    yield Event("progress", {"percent": each.percent, "stage": each.stage})
                else:
                    said(each)
                    yield Event("complete", await aside(partial(plain, each), characters=LONG))


def wanted(options: SummaryOptions) -> Wanted:
    """Return how a summary is to be."""
    return Wanted(
        mode=options.mode,
        language=options.language,
        since=None if options.since is None else Moment.of_day(options.since),
        model=options.model,
        model_type=options.model_type or "",
        read_notes=options.read_notes,
    )


def said(summarized: Summarized) -> None:
    """Say in the log that a patient was summarised, and in how many sentences."""
    summary = summarized.summary
    log.info(
        "patient summarized",
        records=sum(1 for _ in summary.statements()),
        refused=len(summary.unsupported),
        kind=summary.mode.value,
        language=summary.language,
        engine=summary.model,
        seconds=round(summarized.timing.total, 3),
    )


def timing_of(summarized: Summarized) -> Plain:
    """Return how long it took, to the millisecond."""
    timing = summarized.timing
    return {name: round(getattr(timing, name), 3) for name in ("ehr_api", "generation", "total")}


async def _asked(request: Request, asked: SummaryOptions) -> tuple[SummaryOptions, Given, bytes]:
    """Return how the summary is to be, of what, and all that was sent."""
    if media_of(request) != JSON:
        upload = await uploaded(request)
        return asked, GivenRecord(upload.data), upload.data
    body = await whole_body(request)
    options, record = await aside(partial(_request, body), characters=len(body))
    if record is not None:
        return options, GivenRecord(record, options.patient or ""), body
    assert options.patient is not None
    return options, GivenPatient(options.patient, options.ehr, options.token, options.key, options.timeout), body


def _request(body: bytes) -> tuple[PatientSummaryRequest, bytes | None]:
    """Return what ``body`` asks, and the record in it as it was sent: it may be long, and is read once.

    Raises:
        Refused: it is not JSON, or not what the schema says.
    """
    try:
        parts = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        record = bytes(parts.get("record", b"null"))
        if record[:1] == b'"':
            parts["record"], record = msgspec.Raw(b'""'), msgspec.json.decode(record, type=str).encode()
        elif record[:1] == b"{":
            parts["record"] = msgspec.Raw(b"{}")
    except msgspec.ValidationError:
        raise Refused(INVALID_REQUEST) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused(MALFORMED_JSON) from None
    asked = validated(msgspec.json.encode(parts), PatientSummaryRequest)
    return asked, None if asked.record is None else record


def _answer(summarized: Summarized, request_id: str, form: SummaryForm) -> Response:
    plain = _plain(summarized, request_id=request_id, form=form)
    if form is SummaryForm.IPS:
        answer = json_answer(plain["bundle"])
        answer.headers["content-type"] = FHIR_JSON
        return answer
    return json_answer(plain)


def _plain(summarized: Summarized, *, request_id: str, form: SummaryForm) -> Plain:
    summary = summarized.summary
    if form is SummaryForm.IPS:
        bundle = to_ips(summarized.record, summary.baseline, language=summary.language, version=__version__)
        return {"request_id": request_id, "bundle": bundle}
    return {
        "request_id": request_id,
        "markdown": to_markdown(summary),
        **to_plain(summary),
        "unsupported_claims": len(summary.unsupported),
        "timing": timing_of(summarized),
        "version": __version__,
    }
