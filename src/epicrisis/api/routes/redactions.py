"""``POST /v1/redactions``: notes without identifiers; and ``POST /v1/reidentifications``, which opens sealed ones."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.batches import batch_answer, taken_in
from epicrisis.api.dependencies import (
    TheDeidentify,
    ThePipeline,
    ThePrincipal,
    TheReidentify,
    TheRequestId,
    require_json,
)
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import problem_of
from epicrisis.api.reference import UNUSABLE, WITH_BODY, refusals
from epicrisis.api.schemas.annotations import Note
from epicrisis.api.schemas.redactions import (
    RedactionAnswer,
    RedactionBatchAnswer,
    RedactionRequest,
    ReidentificationAnswer,
    ReidentificationRequest,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.assembly import Pipeline
from epicrisis.domain.documents import Document
from epicrisis.domain.redactions import Redaction
from epicrisis.errors import DeadlineExceeded, InvalidInput, StorageError, UnknownPolicy
from epicrisis.formats.redactions import redaction_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.asking import Asker
from epicrisis.services.deidentify import Deidentify
from epicrisis.services.outcomes import Failure, answered
from epicrisis.telemetry.logs import get_logger

REDACTIONS, REIDENTIFICATIONS = "/v1/redactions", "/v1/reidentifications"

router = APIRouter(tags=["Privacy"])
log = get_logger()

_REFUSED = (
    *WITH_BODY, *UNUSABLE,
    problem_of(InvalidInput()), problem_of(StorageError()), problem_of(DeadlineExceeded()),
)  # fmt: skip


@router.post(
    REDACTIONS,
    operation_id="redactions",
    summary="Hide who a note is about",
    description=(
        "Finds names, numbers, places and dates that say whose note it is, and puts something else in their place, as "
        "a policy says. Every replacement has its offsets in the new text and in the one sent; the words that stood "
        "there are never told. Send one `text`, or up to 100 `documents`: one that cannot be redacted fails alone, and "
        "no part of it is answered. That it was done is kept in the audit log before anything is answered."
    ),
    response_model=RedactionAnswer | RedactionBatchAnswer,
    response_model_exclude_unset=True,
    response_description="The note without identifiers, or an item per note of the batch.",
    responses=refusals(*_REFUSED, problem_of(UnknownPolicy())),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
@idempotent()
async def redactions(
    asked: RedactionRequest,
    pipeline: ThePipeline,
    deidentify: TheDeidentify,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> Response:
    """Answer one note redacted, a batch with an item per note."""
    asker = Asker.of(principal, REDACTIONS, request_id, asked.purpose)
    return await (_many if asked.documents else _one)(asked, pipeline, deidentify, asker)


@router.post(
    REIDENTIFICATIONS,
    operation_id="reidentifications",
    summary="Open sealed identifiers",
    description=(
        "Puts the identifiers that a policy with `encrypt` has sealed back into a text. It takes a scope of its own, "
        "and is kept in the audit log. If one of them does not open, none is answered."
    ),
    response_description="The text with its identifiers as they were.",
    responses=refusals(*_REFUSED),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.REIDENTIFY)
@idempotent()
async def reidentifications(
    asked: ReidentificationRequest,
    pipeline: ThePipeline,
    reidentify: TheReidentify,
    principal: ThePrincipal,
    request_id: TheRequestId,
) -> ReidentificationAnswer:
    """Answer a text with what was sealed in it."""
    # Checked as any text is; a sealed text need not be in a language that anything reads.
    characters, anyway = len(asked.text), pipeline.intake.languages[0]
    await aside(partial(pipeline.intake, asked.text, id="1", language=anyway), characters=characters)
    opened = await reidentify(asked.text, Asker.of(principal, REIDENTIFICATIONS, request_id, asked.purpose))
    log.info("identifiers opened", entities=opened.opened)
    return ReidentificationAnswer(request_id=request_id, text=opened.text, opened=opened.opened)


async def redacted(
    deidentify: Deidentify, document: Document, policy: str, asker: Asker, *, patient: str | None = None
) -> Redaction:
    """Return ``document`` redacted, and say so in the log; raises as ``deidentify`` does."""
    [outcome] = await deidentify([document], policy=policy, asker=asker, patient=patient)
    redaction = answered(outcome)
    log.info(
        "note redacted",
        characters=len(document.text),
        entities=len(redaction.replacements),
        language=document.language,
        engine=redaction.engine,
        version=redaction.version,
    )
    return redaction


async def _one(asked: RedactionRequest, pipeline: Pipeline, deidentify: Deidentify, asker: Asker) -> Response:
    characters = len(asked.text)
    document = await aside(partial(pipeline.intake, asked.text, id="1", language=asked.language), characters=characters)
    redaction = await redacted(deidentify, document, asked.policy, asker, patient=asked.patient)
    return await written(
        lambda: json_answer(
            {
                "request_id": asker.request_id,
                **redaction_to_plain(redaction, document, explain=asked.explain, offset_unit=asked.offset_unit),
            }
        ),
        characters=characters,
    )


async def _many(asked: RedactionRequest, pipeline: Pipeline, deidentify: Deidentify, asker: Asker) -> Response:
    notes = asked.documents
    characters = sum(len(note.text) for note in notes if isinstance(note, Note))
    taken = await aside(partial(taken_in, notes, asked.language, pipeline.intake), characters=characters)
    answers = await deidentify(taken, policy=asked.policy, asker=asker, patient=asked.patient)
    log.info("batch redacted", documents=len(notes), refused=sum(isinstance(answer, Failure) for answer in answers))
    pairs = [
        answer if isinstance(answer, Failure) else (answer, document)
        for answer, document in zip(answers, taken, strict=True)
    ]

    def plain(pair: tuple[Redaction, Document | Failure]) -> dict[str, object]:
        redaction, document = pair
        assert isinstance(document, Document)
        return redaction_to_plain(redaction, document, explain=asked.explain, offset_unit=asked.offset_unit)

    return await written(partial(batch_answer, asker.request_id, notes, pairs, plain), characters=characters)
