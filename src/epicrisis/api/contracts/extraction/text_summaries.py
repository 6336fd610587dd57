"""``POST /generate_summary``: a text in short; also below ``/api``."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.dependencies import NoteAnswer, TheRequestId, TheTrial, require_json
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.routes.summaries import also_beside, told
from epicrisis.api.schemas.summaries import GeneratedSummary, GenerateSummaryRequest
from epicrisis.api.security.scopes import scoped
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import NoteSummary, words_in
from epicrisis.formats.note_summaries import note_summary_to_plain
from epicrisis.formats.writing import Plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import TOLD
from epicrisis.services.summarize import Wanted

GENERATE_SUMMARY = "/generate_summary"

router = APIRouter(tags=["Contract H"])


def _generate(route: str, name: str) -> None:
    @router.post(
        route,
        operation_id=name,
        summary="Tell a text in short",
        description="The sentences that matter, within the words asked for, as `/v1/summaries` does; long texts too.",
        response_model=GeneratedSummary,
        response_description="The summary, and how it came about.",
        responses=refusals(*WITH_BODY),
        dependencies=[Depends(require_json)],
    )
    @scoped(Scope.READ)
    async def generate_summary(
        asked: GenerateSummaryRequest, trial: TheTrial, request_id: TheRequestId, note_answer: NoteAnswer
    ) -> Response:
        characters = len(asked.text)
        taken_in = partial(trial.control.intake, asked.text, id="1", language=asked.language)
        document = await aside(taken_in, characters=characters)
        summary = await trial.ask_one(
            TOLD,
            lambda arm: arm.summaries(document, asked.wanted),
            characters=characters,
            beside=also_beside(asked.wanted),
        )
        told(summary, characters)
        note_answer()
        return await written(
            lambda: json_answer(
                {
                    "request_id": request_id,
                    "summary": summary.text,
                    "metadata": _metadata(summary, document, asked.wanted),
                }
            ),
            characters=characters,
        )


def _metadata(summary: NoteSummary, document: Document, wanted: Wanted) -> Plain:
    plain = note_summary_to_plain(summary, document)
    return {
        "original_length": words_in(document.text),
        "summary_length": summary.words,
        "max_length": wanted.bounds.most,
        "min_length": wanted.bounds.least,
        "language": summary.language,
        "style": plain["style"],
        "model_used": summary.model or summary.engine,
        "version": summary.version,
        "statements": plain["statements"],
        "warnings": plain["warnings"],
    }


_generate(GENERATE_SUMMARY, "generateSummary")
_generate(f"/api{GENERATE_SUMMARY}", "apiGenerateSummary")
