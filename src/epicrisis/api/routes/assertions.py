"""``POST /v1/assertions``: judge the findings of a sentence or a note, or of a batch of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.dependencies import NoteAnswer, TheRequestId, TheTrial, require_json
from epicrisis.api.faults import problem_of_faults
from epicrisis.api.problems import Problem, Refused, problem_of, problem_of_failure
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.schemas.annotations import UnfitNote
from epicrisis.api.schemas.assertions import (
    AskedText,
    AssertionRequest,
    AssertionsAnswer,
    AssertionsBatchAnswer,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.api.targets import spans_of
from epicrisis.assembly import Pipeline
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.attributions import Attribution
from epicrisis.errors import EpicrisisError, InvalidInput, InvalidSpan
from epicrisis.formats.assessments import assessment_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import FOUND_FINDINGS, NAMED_FINDINGS
from epicrisis.services.assess import Question
from epicrisis.services.outcomes import Failure, answered
from epicrisis.services.trials import Trial
from epicrisis.telemetry.logs import get_logger

router = APIRouter(tags=["Reading"])
log = get_logger()

MARKED_BADLY = (problem_of(InvalidInput()), problem_of(InvalidSpan()))


@router.post(
    "/v1/assertions",
    operation_id="assess",
    summary="Judge findings",
    description=(
        "Says of each finding whether it is so, when, for whom, and because of which words. Send one `text`, a "
        "sentence or a note, or up to 100 `documents`; name the findings as `targets`, enclose them in "
        "`[entity] … [entity]`, or leave it to the reader to find them. Offsets count the text exactly as sent. In a "
        "batch each text is answered in its place, and one that cannot be read fails alone. With `explain`, each "
        "finding says which words its status rests on."
    ),
    response_model=AssertionsAnswer | AssertionsBatchAnswer,
    response_model_exclude_unset=True,
    response_description="What the text says of each finding, or an item per text of the batch.",
    responses=refusals(*WITH_BODY, *MARKED_BADLY),
    dependencies=[Depends(require_json)],
)
@scoped(Scope.READ)
async def assess(
    asked: AssertionRequest, trial: TheTrial, request_id: TheRequestId, note_answer: NoteAnswer
) -> Response:
    """Answer one text with its findings, a batch with an item per text."""
    answer = await (_many if asked.documents else _one)(asked, trial, request_id)
    note_answer()
    return answer


async def _one(asked: AssertionRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    characters = len(asked.text)
    text = AskedText(text=asked.text, targets=asked.targets)
    question = await aside(partial(_question, text, 1, "#", asked, trial.control), characters=characters)
    [outcome] = await _judged([question], trial, characters)
    assessment = answered(outcome)
    told = await _explained(question, assessment, trial) if asked.explain else _Told(assessment)
    log.info(
        "findings judged",
        characters=characters,
        entities=len(assessment.assertions),
        language=assessment.document.language,
        engine=assessment.engine,
        version=assessment.version,
    )
    return await written(lambda: json_answer({"request_id": request_id, **told.plain(asked)}), characters=characters)


async def _many(asked: AssertionRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    characters = sum(len(text.text) for text in asked.documents if isinstance(text, AskedText))
    taken = await aside(partial(_taken, asked, trial.control), characters=characters)
    questions = [each for each in taken if isinstance(each, Question)]
    outcomes = iter(await _judged(questions, trial, characters))
    answers = [
        await _answer(each, next(outcomes), trial, explain=asked.explain) if isinstance(each, Question) else each
        for each in taken
    ]
    refused = sum(not isinstance(answer, _Told) for answer in answers)
    log.info("batch judged", documents=len(answers), refused=refused)
    return await written(
        lambda: json_answer({"request_id": request_id, "documents": _items(answers, asked)}), characters=characters
    )


async def _judged(
    questions: Sequence[Question], trial: Trial[Pipeline], characters: int
) -> Sequence[Assessment | Failure]:
    """Return what is said of ``questions``; where findings are named, another engine answers than where none are."""
    outcomes: dict[int, Assessment | Failure] = {}
    for compared, named in ((NAMED_FINDINGS, True), (FOUND_FINDINGS, False)):
        places = [place for place, question in enumerate(questions) if bool(question.targets) is named]
        if places:
            own = [questions[place] for place in places]
            answers = await trial.ask(compared, _assessed(own), characters=characters)
            outcomes |= zip(places, answers, strict=True)
    return [outcomes[place] for place in range(len(questions))]


def _assessed(questions: Sequence[Question]) -> Callable[[Pipeline], Awaitable[Sequence[Assessment | Failure]]]:
    return lambda arm: arm.assessment(questions)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is answered about one text, and what its statuses rest on, where that was asked for."""

    assessment: Assessment
    rests_on: Sequence[Attribution | None] | None = None

    def plain(self, asked: AssertionRequest) -> dict[str, Any]:
        return assessment_to_plain(
            self.assessment, offset_unit=asked.offset_unit, schemes=asked.scheme, rests_on=self.rests_on
        )


async def _answer(
    question: Question, outcome: Assessment | Failure, trial: Trial[Pipeline], *, explain: bool
) -> _Told | Failure | Problem:
    if isinstance(outcome, Failure):
        return outcome
    if not explain:
        return _Told(outcome)
    try:
        return await _explained(question, outcome, trial)
    except InvalidInput as error:
        return problem_of(error)


async def _explained(question: Question, assessment: Assessment, trial: Trial[Pipeline]) -> _Told:
    compared = NAMED_FINDINGS if question.targets else FOUND_FINDINGS
    arm = await trial.live(compared.capability)
    return _Told(assessment, await arm.explanation(question, assessment))


def _taken(asked: AssertionRequest, pipeline: Pipeline) -> list[Question | Problem]:
    return [_attempt(text, place, asked, pipeline) for place, text in enumerate(asked.documents)]


def _attempt(
    text: AskedText | UnfitNote, place: int, asked: AssertionRequest, pipeline: Pipeline
) -> Question | Problem:
    within = f"#/documents/{place}"
    if isinstance(text, UnfitNote):
        return problem_of_faults(text.faults, within=within)
    try:
        return _question(text, place + 1, within, asked, pipeline)
    except (EpicrisisError, Refused) as error:
        return problem_of(error)


def _question(text: AskedText, number: int, within: str, asked: AssertionRequest, pipeline: Pipeline) -> Question:
    document = pipeline.intake(text.text, id=text.id or str(number), language=text.language or asked.language)
    if text.targets:
        return Question(document, spans_of(text.targets, document.text, asked.offset_unit, within=within))
    return Question.of(document) if asked.marks else Question(document)


def _items(answers: Sequence[_Told | Failure | Problem], asked: AssertionRequest) -> list[dict[str, Any]]:
    return [_item(place, answer, asked) for place, answer in enumerate(answers)]


def _item(place: int, answer: _Told | Failure | Problem, asked: AssertionRequest) -> dict[str, Any]:
    if isinstance(answer, _Told):
        return answer.plain(asked)
    problem = problem_of_failure(answer) if isinstance(answer, Failure) else answer
    return {"id": asked.documents[place].id or str(place + 1), "problem": problem.document()}
