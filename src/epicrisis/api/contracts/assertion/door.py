"""The routes of contracts A and B; ``describing.py`` documents them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from time import perf_counter

import msgspec
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from epicrisis import __version__
from epicrisis.api.contracts.assertion.answers import (
    Batch,
    Health,
    Item,
    LanguageEngine,
    ModelBrief,
    ModelInfo,
    Prediction,
    Result,
    SystemMetrics,
    fault_of,
)
from epicrisis.api.contracts.assertion.profiles import EDITIONS, HEADER, Edition, edition_named, three_labels
from epicrisis.api.contracts.assertion.refusals import told
from epicrisis.api.contracts.assertion.sentences import Sentences, sentence_of, sentences_of
from epicrisis.api.contracts.bare import gzipped, json_body
from epicrisis.api.problems import Problem, Refused, problem_of_failure
from epicrisis.api.readiness import Readiness
from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.assembly import Services
from epicrisis.domain.documents import Document
from epicrisis.services.access import Scope
from epicrisis.services.label import Labelled
from epicrisis.services.outcomes import Failure
from epicrisis.services.timings import WRITING, spending
from epicrisis.settings import Settings
from epicrisis.telemetry.metrics import CONTENT_TYPE

DEVICE = "CPU"
JSON = "application/json"

_KIND, _HEADER = b"content-type", HEADER.lower().encode()
_encode = msgspec.json.Encoder().encode


class Door:
    """Answers as the two assertion servers did, from one labelling service."""

    def __init__(self, services: Services, settings: Settings, *, readiness: Readiness) -> None:
        self.labelling = services.pipeline.labelling
        self.labellers = services.pipeline.labelling.labellers
        # The contracts know one engine: that of the first language, English wherever it is read.
        self.language = self.labellers.languages[0]
        self.metrics = services.metrics
        self.given = services.given
        self.readiness = readiness
        self.default = settings.contract
        self.environment = settings.environment
        self.sentences = Sentences(services.pipeline.intake, self.labellers)
        self.started = time.monotonic()
        self.predictions = 0

    @scoped(Scope.READ)
    async def predict(self, request: Request) -> Response:
        """Answer one sentence."""
        kind, edition = self._heads(request)
        sentence = sentence_of(await json_body(request, kind))
        started = perf_counter()
        taken = await self.sentences.one(sentence)
        if isinstance(taken, Problem):
            raise Refused(taken)
        [labelled] = await self.labelling([taken])
        if isinstance(labelled, Failure):
            raise Refused(problem_of_failure(labelled))
        milliseconds = _milliseconds(started)
        with spending(WRITING):
            label, score, model_label = self._told(labelled, edition)
            request_id = self._noted(request)
            return _answer(Prediction(label, score, model_label, milliseconds, request_id))

    @scoped(Scope.READ)
    async def predict_batch(self, request: Request) -> Response:
        """Answer each sentence of a batch in its place."""
        kind, edition = self._heads(request)
        sent = sentences_of(await json_body(request, kind))
        started = perf_counter()
        taken = await self.sentences.many(sent)
        _tolerate(edition, taken)
        read = iter(await self.labelling([each for each in taken if isinstance(each, Document)]))
        answers = [each if isinstance(each, Problem) else _or_problem(next(read)) for each in taken]
        _tolerate(edition, answers)
        milliseconds = _milliseconds(started)
        with spending(WRITING):
            return self._batch(request, sent, answers, edition, milliseconds)

    @scoped(OPEN)
    async def health(self, request: Request) -> Response:
        """Say whether sentences may be sent; 503 until the engine has passed its self-test."""
        _, edition = self._heads(request)
        ready = self.readiness.reason is None
        usage = await to_thread.run_sync(self.metrics.usage.read)
        name = self.labellers.card(self.language).name
        body = Health(
            status=edition.well if ready else "unhealthy",
            model_name=name,
            model_loaded=ready,
            device=DEVICE,
            timestamp=round(time.time(), 3),
            version=__version__,
            environment=self.environment,
            uptime_seconds=round(time.monotonic() - self.started, 3),
            total_predictions=self.predictions,
            system_metrics=SystemMetrics(
                usage.process_megabytes, usage.memory_percent, usage.cpu_percent, usage.disk_percent
            ),
            model_info=ModelBrief(name, DEVICE, ready, edition.labels),
            engines=self._engines(),
        )
        return _answer(body, status=200 if ready else 503)

    @scoped(Scope.READ)
    async def model_info(self, request: Request) -> Response:
        """Describe the engine."""
        _, edition = self._heads(request)
        # In a thread: the first to ask may have to wait for the engine.
        engine = await to_thread.run_sync(self.labellers, self.language)
        card, make = engine.card, engine.make
        return _answer(
            ModelInfo(
                model_name=card.name,
                device=DEVICE,
                loaded=self.readiness.reason is None,
                labels=edition.labels,
                max_sequence_length=self.sentences.longest(self.language),
                model_size_mb=round(make.size_bytes / 1e6, 2),
                tokenizer_type=make.tokenizer,
                framework=make.framework,
                version=card.version,
                engines=self._engines(),
            )
        )

    @scoped(Scope.METRICS)
    async def metrics_text(self, request: Request) -> Response:
        """Answer with every series, in the text format of Prometheus."""
        # No edition counts otherwise, but a profile that does not exist is a mistake here too.
        self._heads(request)
        text = await to_thread.run_sync(self.metrics.text)
        return gzipped(request, text, CONTENT_TYPE)

    def _heads(self, request: Request) -> tuple[str, Edition]:
        """Return what the request says it sends, and the edition it asks for, from one look at its headers."""
        kind, edition = "", EDITIONS[self.default]
        for name, value in request.scope["headers"]:
            if name == _KIND:
                kind = value.decode("latin-1")
            elif name == _HEADER:
                edition = edition_named(value, self.default)
        return kind, edition

    def _noted(self, request: Request) -> str:
        """Return the id of the request, and remember that it was answered: somebody may say what was right."""
        state = request.scope["state"]
        request_id: str = state["request_id"]
        self.given.note(request_id, tenant=state["principal"].tenant)
        return request_id

    def _engines(self) -> list[LanguageEngine]:
        cards = {language: self.labellers.card(language) for language in self.labellers.languages}
        return [
            LanguageEngine(language, card.name, card.version, self.labellers.is_built(language))
            for language, card in cards.items()
        ]

    def _told(self, labelled: Labelled, edition: Edition) -> tuple[str, float, str]:
        """Return label, score and the label of three, and count the sentence."""
        self.predictions += 1
        self.metrics.predicted(labelled.label.value)
        return *edition.read(labelled), three_labels(labelled.label)

    def _batch(
        self,
        request: Request,
        sent: Sequence[object],
        answers: Sequence[Labelled | Problem],
        edition: Edition,
        milliseconds: float,
    ) -> Response:
        request_id = self._noted(request)
        # They were read together, so how long each took nobody knows; this is what each cost.
        share = round(milliseconds / len(sent), 3)
        predictions: list[Item] = []
        results: list[Result] = []
        for sentence, answer in zip(sent, answers, strict=True):
            if isinstance(answer, Problem):
                fault = fault_of(told(answer))
                predictions.append(Item(None, None, None, None, request_id, fault))
                results.append(Result(None, None, None, fault))
            else:
                label, score, model_label = self._told(answer, edition)
                predictions.append(Item(label, score, model_label, share, request_id))
                results.append(Result(str(sentence), label, score))
        body = Batch(results, len(sent), predictions, len(sent), milliseconds, request_id)
        return gzipped(request, _encode(body), JSON)


def _tolerate(edition: Edition, items: Iterable[object]) -> None:
    """Refuse a batch for its first bad item, where the edition is that strict."""
    if edition.strict:
        for item in items:
            if isinstance(item, Problem):
                raise Refused(item)


def _answer(body: msgspec.Struct, status: int = 200) -> Response:
    return Response(_encode(body), status, media_type=JSON)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)


def _or_problem(answer: Labelled | Failure) -> Labelled | Problem:
    return problem_of_failure(answer) if isinstance(answer, Failure) else answer
