"""What routes are handed: the services, who asks, the request id, and the assurance that the body is JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from epicrisis.api.contracts.bare import media_of
from epicrisis.api.problems import UNSUPPORTED_MEDIA_TYPE, Refused
from epicrisis.api.readiness import Readiness
from epicrisis.api.schemas.redacted_files import PATIENT
from epicrisis.api.streams import Streams
from epicrisis.assembly import Pipeline
from epicrisis.services.access import Principal
from epicrisis.services.arms import Unit
from epicrisis.services.audit import Audit
from epicrisis.services.deidentify import Deidentify
from epicrisis.services.feedback import Feedback, GivenAnswers
from epicrisis.services.interactions import Interactions
from epicrisis.services.judgements import Judge
from epicrisis.services.patient_summary import SummarizePatient
from epicrisis.services.read_files import ReadFiles
from epicrisis.services.redact_files import RedactFiles
from epicrisis.services.sealed_identifiers import Reidentify
from epicrisis.services.similar_cases import SimilarCases
from epicrisis.services.transcribe import Transcribe
from epicrisis.services.trials import Trial, Trials

# All of these are asynchronous, though none waits for anything: FastAPI calls every other dependency in a thread, which
# costs a tenth of a millisecond each, and more where threads are busy.


async def _pipeline(request: Request) -> Pipeline:
    pipeline: Pipeline = request.app.state.pipeline
    return pipeline


async def _trial(request: Request) -> Trial[Pipeline]:
    state = request.state
    # As the other routes read the header: Starlette gives the bytes of a header as Latin-1.
    unit = Unit(state.request_id, request.headers.get(PATIENT, ""), state.principal.tenant)
    return Trial(request.app.state.trials, unit)


async def _trials(request: Request) -> Trials[Pipeline]:
    trials: Trials[Pipeline] = request.app.state.trials
    return trials


async def _readiness(request: Request) -> Readiness:
    readiness: Readiness = request.app.state.readiness
    return readiness


async def _request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


async def _feedback(request: Request) -> Feedback:
    feedback: Feedback = request.app.state.feedback
    return feedback


async def _interactions(request: Request) -> Interactions:
    interactions: Interactions = request.app.state.interactions
    return interactions


async def _judge(request: Request) -> Judge:
    judge: Judge = request.app.state.judge
    return judge


async def _audit(request: Request) -> Audit:
    audit: Audit = request.app.state.audit
    return audit


async def _deidentify(request: Request) -> Deidentify:
    deidentify: Deidentify = request.app.state.deidentify
    return deidentify


async def _redact_files(request: Request) -> RedactFiles:
    redact_files: RedactFiles = request.app.state.redact_files
    return redact_files


async def _read_files(request: Request) -> ReadFiles:
    read_files: ReadFiles = request.app.state.read_files
    return read_files


async def _transcribe(request: Request) -> Transcribe:
    transcribe: Transcribe = request.app.state.transcribe
    return transcribe


async def _summarize_patient(request: Request) -> SummarizePatient:
    summarize_patient: SummarizePatient = request.app.state.summarize_patient
    return summarize_patient


async def _streams(request: Request) -> Streams:
    streams: Streams = request.app.state.streams
    return streams


async def _reidentify(request: Request) -> Reidentify:
    reidentify: Reidentify = request.app.state.reidentify
    return reidentify


async def _cases(request: Request) -> SimilarCases:
    cases: SimilarCases = request.app.state.cases
    return cases


async def _note_answer(request: Request) -> Callable[[], None]:
    given: GivenAnswers = request.app.state.given
    return partial(given.note, request.state.request_id, tenant=request.state.principal.tenant)


async def _principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


async def _client(request: Request) -> str:
    client: str = request.state.client
    return client


async def require_json(request: Request) -> None:
    """Refuse a body that does not say it is JSON: a form of a foreign page can send any other kind unasked."""
    if media_of(request) != "application/json":
        raise Refused(UNSUPPORTED_MEDIA_TYPE)


TheTrial = Annotated[Trial[Pipeline], Depends(_trial)]
TheTrials = Annotated[Trials[Pipeline], Depends(_trials)]
ThePipeline = Annotated[Pipeline, Depends(_pipeline)]
TheFeedback = Annotated[Feedback, Depends(_feedback)]
TheInteractions = Annotated[Interactions, Depends(_interactions)]
TheJudge = Annotated[Judge, Depends(_judge)]
TheDeidentify = Annotated[Deidentify, Depends(_deidentify)]
TheRedactFiles = Annotated[RedactFiles, Depends(_redact_files)]
TheReadFiles = Annotated[ReadFiles, Depends(_read_files)]
TheTranscribe = Annotated[Transcribe, Depends(_transcribe)]
TheSummarizePatient = Annotated[SummarizePatient, Depends(_summarize_patient)]
TheStreams = Annotated[Streams, Depends(_streams)]
TheCases = Annotated[SimilarCases, Depends(_cases)]
TheReidentify = Annotated[Reidentify, Depends(_reidentify)]
ThePrincipal = Annotated[Principal, Depends(_principal)]
TheAudit = Annotated[Audit, Depends(_audit)]
TheClient = Annotated[str, Depends(_client)]
TheReadiness = Annotated[Readiness, Depends(_readiness)]
TheRequestId = Annotated[str, Depends(_request_id)]
# Remembers that this request was answered, so that feedback about it is believed.
NoteAnswer = Annotated[Callable[[], None], Depends(_note_answer)]
