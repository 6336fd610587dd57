"""The notes of a batch: each is taken in by itself, and one that cannot be read is told of in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from epicrisis.api.aside import json_answer
from epicrisis.api.faults import problem_of_faults
from epicrisis.api.problems import INVALID_REQUEST, problem_of_failure
from epicrisis.api.schemas.annotations import Note, UnfitNote
from epicrisis.domain.documents import Document
from epicrisis.services.intake import Intake
from epicrisis.services.outcomes import Answer, Failure


def taken_in(notes: Sequence[Note | UnfitNote], language: str | None, intake: Intake) -> list[Document | Failure]:
    """Return each note as a document, or why it is none; ``language`` is that of notes that name none."""
    return [_taken(note, str(number), language, intake) for number, note in enumerate(notes, 1)]


def batch_answer(
    request_id: str,
    notes: Sequence[Note | UnfitNote],
    answers: Sequence[Answer | Failure],
    plain: Callable[[Answer], dict[str, Any]],
) -> Response:
    """Return the answer to a batch: each note as ``plain`` tells it, and in its place why one has no answer."""
    told = [
        _told_of_failure(place, note, answer) if isinstance(answer, Failure) else plain(answer)
        for place, (note, answer) in enumerate(zip(notes, answers, strict=True))
    ]
    return json_answer({"request_id": request_id, "documents": told})


def batch_answer_beside(
    request_id: str,
    notes: Sequence[Note | UnfitNote],
    answers: Sequence[Answer | Failure],
    documents: Sequence[Document | Failure],
    plain: Callable[[Answer, Document], dict[str, Any]],
) -> Response:
    """Return the answer to a batch as ``plain`` tells each of ``answers`` beside the document it is about."""
    pairs = [_beside(*pair) for pair in zip(answers, documents, strict=True)]
    return batch_answer(request_id, notes, pairs, lambda pair: plain(*pair))


def _beside(answer: Answer | Failure, document: Document | Failure) -> tuple[Answer, Document] | Failure:
    if isinstance(answer, Failure):
        return answer
    assert isinstance(document, Document)
    return answer, document


def _told_of_failure(place: int, note: Note | UnfitNote, failure: Failure) -> dict[str, Any]:
    if isinstance(note, UnfitNote):
        problem = problem_of_faults(note.faults, within=f"#/documents/{place}")
    else:
        problem = problem_of_failure(failure)
    return {"id": failure.id, "problem": problem.document()}


def _taken(note: Note | UnfitNote, number: str, language: str | None, intake: Intake) -> Document | Failure:
    name = note.id or number
    if isinstance(note, UnfitNote):
        return Failure(name, INVALID_REQUEST.code, INVALID_REQUEST.detail)
    return intake.attempt(note.text, id=name, language=note.language or language)
