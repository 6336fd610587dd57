"""The routes of contract N; ``describing.py`` documents them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import perf_counter

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from epicrisis.api.aside import aside
from epicrisis.api.contracts.bare import gzipped, whole_body
from epicrisis.api.contracts.spanish_ner.answers import (
    MESSAGE,
    OTHER_LANGUAGE,
    Data,
    Disclaimer,
    Submitted,
    entities_of,
)
from epicrisis.api.contracts.spanish_ner.bodies import MODEL, TEXT, Submission, submission_of
from epicrisis.api.contracts.spanish_ner.disclaimer import ENGLISH, HEADERS, SPANISH
from epicrisis.api.contracts.spanish_ner.models import NAMES, UNKNOWN_MODEL, USUAL, UnknownModel, models_named
from epicrisis.api.contracts.spanish_ner.refusals import JSON, unfit
from epicrisis.api.problems import NOT_FOUND, Refused, problem_of, problem_of_failure
from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.assembly import Pipeline
from epicrisis.domain.documents import Document, first_surrogate
from epicrisis.domain.naming import Named
from epicrisis.errors import InvalidInput, InvalidSettings, TextTooLong, UnknownLanguage, UnreadableText
from epicrisis.services.access import Scope
from epicrisis.services.outcomes import Failure
from epicrisis.telemetry.logs import get_logger
from epicrisis.text.language import clear_language

# Read in about ten seconds on two cores, well within the deadline of a request; the original took an hour for as much.
MOST_CHARACTERS = 200_000

# The caller chose a door of Spanish models, and so the language of all that could be Spanish.
LANGUAGE = "es"

NO_SUCH_MODELS = replace(
    NOT_FOUND,
    title="This server does not hold the Spanish models",
    detail="EPICRISIS_READER_ES names the reader that does; `epicrisis engines` lists those installed.",
)

CUT_OFF = unfit("The body ended before it was whole; send it again.")

# A byte of a form is parsed in a quarter of the time `aside` counts with, and a character checked in a sixteenth.
_PARSING, _CHECKING = 4, 16

log = get_logger()
_encode = msgspec.json.Encoder().encode


class NerDoor:
    """Answers as the ten containers did, from one pass over the text; ``default`` is what NER_MODEL says."""

    def __init__(self, pipeline: Pipeline, *, default: str = "") -> None:
        self.intake = pipeline.intake
        self.entities = pipeline.entities
        self.longest = min(MOST_CHARACTERS, pipeline.intake.max_chars)
        try:
            self.default = models_named([default]) or USUAL
        except UnknownModel:
            raise InvalidSettings(f"NER_MODEL names no model; try some of {', '.join(NAMES)}.") from None
        if default and LANGUAGE not in pipeline.intake.languages:
            raise InvalidSettings("NER_MODEL needs a reader of Spanish; EPICRISIS_READER_ES names one.")

    @scoped(Scope.READ)
    async def submit(self, request: Request) -> Response:
        """Answer a text with what the models named by the body, the query or the path find in it."""
        kind = request.headers.get("content-type", "")
        body = await whole_body(request, CUT_OFF)
        sent = await aside(partial(submission_of, kind, body), characters=len(body) // _PARSING)
        models = self._models(request, sent)
        began = perf_counter()
        named = await self._named(sent.text, models)
        seconds = perf_counter() - began
        return await aside(partial(_answer, request, sent.text, named, seconds), characters=len(sent.text))

    @scoped(OPEN)
    async def disclaimer(self, request: Request) -> Response:
        """Say what the answers are good for, in both languages."""
        return Response(_encode(Disclaimer(es=SPANISH, en=ENGLISH)), media_type=JSON)

    def _models(self, request: Request, sent: Submission) -> tuple[str, ...]:
        """Return the models that shall read: what the body says goes before the query, and that before the path."""
        path = request.path_params.get(MODEL)
        try:
            models = models_named(sent.models) or models_named(request.query_params.getlist(MODEL))
        except UnknownModel:
            raise Refused(UNKNOWN_MODEL) from None
        try:
            # A path that names no model is none of ours, whatever the body says.
            of_path = models_named([] if path is None else [path])
        except UnknownModel:
            raise Refused(replace(UNKNOWN_MODEL, status=404)) from None
        return models or of_path or self.default

    async def _named(self, text: str, models: tuple[str, ...]) -> Named | str:
        """Return what ``models`` name in ``text``, or what is told of one that is not read."""
        document = await aside(partial(self._taken_in, text), characters=len(text) // _CHECKING)
        if isinstance(document, str):
            return document
        [named] = await self.entities([document], models)
        if isinstance(named, Failure):
            raise Refused(NO_SUCH_MODELS if named.code == InvalidInput.code else problem_of_failure(named))
        log.info(
            "entities named",
            characters=len(text),
            entities=sum(map(len, named.entities.values())),
            language=LANGUAGE,
            engine=named.engine,
            version=named.version,
        )
        return named

    def _taken_in(self, text: str) -> Document | str:
        """Return ``text`` as a document, or what is told of it where it names nothing or is plainly English."""
        if len(text) > self.longest:
            told = f"{TEXT} has {len(text):,} characters; send {self.longest:,} at most, and a longer one in pieces."
            raise Refused(replace(problem_of(TextTooLong()), detail=told))
        surrogate = first_surrogate(text)
        if surrogate is not None:
            told = f"{TEXT} has a lone surrogate at offset {surrogate}; decode it as UTF-8 or UTF-16 before sending it."
            raise UnreadableText(told)
        if not any(map(str.isalpha, text)):
            return MESSAGE
        # What is short, or a mixture, could be Spanish.
        if clear_language(text) == "en":
            return OTHER_LANGUAGE
        try:
            return self.intake(text, id=TEXT, language=LANGUAGE)
        except UnknownLanguage:
            raise Refused(NO_SUCH_MODELS) from None


def _answer(request: Request, text: str, named: Named | str, seconds: float) -> Response:
    brat, message = ([], named) if isinstance(named, str) else (entities_of(named), MESSAGE)
    body = _encode(Submitted(Data(brat, original_text=text, processing_time=f"{seconds:.4f}"), message))
    response = gzipped(request, body, JSON)
    response.headers.update(HEADERS)
    return response
