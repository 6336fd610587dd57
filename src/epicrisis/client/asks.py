"""What can be asked: each request as a value, and how its answer is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from epicrisis.client.refusals import faults_of
from epicrisis.client.results import (
    Annotation,
    EngineInfo,
    FeedbackKept,
    Health,
    Judgement,
    ModelInfo,
    Prediction,
    Predictions,
    Refusal,
)
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.formats.assessments import assessment_from_plain
from epicrisis.formats.jsonl import from_plain

Answer = TypeVar("Answer")
Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask(Generic[Answer]):
    """A request, and ``read``, which makes its JSON and the id of the request into a value.

    Statuses in ``answers`` are answers though they are no success.
    """

    method: str
    path: str
    read: Callable[[Plain, str], Answer]
    body: Plain | None = None
    answers: frozenset[int] = frozenset()

    @property
    def content(self) -> bytes | None:
        """Return the body as JSON in ASCII, which carries even what no text may hold: the server says what is wrong."""
        return None if self.body is None else json.dumps(self.body).encode()


def predict(sentence: str) -> Ask[Prediction]:
    """Ask what ``sentence`` says."""
    return Ask("POST", "/predict", lambda plain, _: _prediction(plain), {"sentence": sentence})


def predict_batch(sentences: Sequence[str]) -> Ask[Predictions]:
    """Ask what each of ``sentences`` says."""
    return Ask("POST", "/predict/batch", _predictions, {"sentences": list(sentences)})


def health_check() -> Ask[Health]:
    """Ask how the server is; that it is not well is an answer too."""
    return Ask("GET", "/health", _health, answers=frozenset({503}))


def model_info() -> Ask[ModelInfo]:
    """Ask what labels sentences there."""
    return Ask("GET", "/model/info", _model_info)


def annotate(text: str, *, language: str | None) -> Ask[Annotation]:
    """Ask for everything in the note ``text``."""

    def read(plain: Plain, request_id: str) -> Annotation:
        document = Document(id=plain["id"], text=text, language=plain["language"])
        return Annotation(from_plain(plain, document), request_id)

    return Ask("POST", "/v1/annotations", read, _given(text=text, language=language))


def assess(text: str, *, targets: Sequence[Span], language: str | None) -> Ask[Judgement]:
    """Ask what ``text`` says of the findings at ``targets`` or, without any, of those marked or found in it."""

    def read(plain: Plain, request_id: str) -> Judgement:
        document = Document(id=plain["id"], text=text, language=plain["language"])
        return Judgement(assessment_from_plain(plain, document), request_id)

    asked = [{"start": target.start, "end": target.end} for target in targets]
    return Ask("POST", "/v1/assertions", read, _given(text=text, targets=asked or None, language=language))


def feedback(
    request_id: str, *, given: str, right: str, item: int | None, target: int | None, engine: str | None
) -> Ask[FeedbackKept]:
    """Say what an answer said and what is right; said twice it is kept once."""
    body = _given(request_id=request_id, given=given, right=right, item=item, target=target, engine=engine)
    return Ask("POST", "/v1/feedback", _feedback, body)


def engines() -> Ask[tuple[EngineInfo, ...]]:
    """Ask for the cards of the engines."""
    return Ask("GET", "/v1/engines", lambda plain, _: tuple(_engine(each) for each in plain["engines"]))


def _given(**fields: Any) -> Plain:
    return {name: value for name, value in fields.items() if value is not None}


def _prediction(plain: Plain) -> Prediction:
    return Prediction(
        plain["label"], plain["score"], plain["model_label"], plain["prediction_time_ms"], plain["request_id"]
    )


def _predictions(plain: Plain, request_id: str) -> Predictions:
    return Predictions(
        tuple(
            _refusal(each["error"]) if each.get("label") is None else _prediction(each) for each in plain["predictions"]
        ),
        plain["total_prediction_time_ms"],
        request_id,
    )


def _refusal(plain: Plain) -> Refusal:
    return Refusal(plain.get("code") or plain["error"], plain.get("detail") or plain["message"], faults_of(plain))


def _feedback(plain: Plain, request_id: str) -> FeedbackKept:
    return FeedbackKept(plain["id"], plain["agreed"], plain["engine"], plain["version"], request_id)


def _health(plain: Plain, request_id: str) -> Health:
    return Health(
        healthy=plain["model_loaded"] and plain["status"] != "unhealthy",
        status=plain["status"],
        model_name=plain["model_name"],
        device=plain["device"],
        version=plain["version"],
        environment=plain["environment"],
        uptime_seconds=plain["uptime_seconds"],
        total_predictions=plain["total_predictions"],
        system_metrics=plain["system_metrics"],
        request_id=request_id,
    )


def _model_info(plain: Plain, request_id: str) -> ModelInfo:
    return ModelInfo(
        model_name=plain["model_name"],
        device=plain["device"],
        loaded=plain["loaded"],
        labels=tuple(plain["labels"]),
        max_sequence_length=plain["max_sequence_length"],
        model_size_mb=plain["model_size_mb"],
        tokenizer_type=plain["tokenizer_type"],
        framework=plain["framework"],
        version=plain["version"],
        request_id=request_id,
    )


def _engine(plain: Plain) -> EngineInfo:
    return EngineInfo(
        name=plain["name"],
        version=plain["version"],
        summary=plain["summary"],
        languages=tuple(plain["languages"]),
        trained_on=tuple(plain["trained_on"]),
        licence=plain["licence"],
        scores=plain["scores"],
        limits=tuple(plain["limits"]),
        sha256=plain["sha256"],
    )
