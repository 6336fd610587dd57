"""What can be asked about sentences and about the server."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.client.asking import Ask, Plain, Told, in_json, key_from, refusal
from epicrisis.client.results import (
    EngineInfo,
    FeedbackKept,
    Health,
    ModelInfo,
    Prediction,
    Predictions,
)


def predict(sentence: str) -> Ask[Prediction]:
    """Ask what ``sentence`` says."""
    return Ask("POST", "/predict", lambda told: _prediction(told.plain), in_json(sentence=sentence))


def predict_batch(sentences: Sequence[str]) -> Ask[Predictions]:
    """Ask what each of ``sentences`` says."""
    return Ask("POST", "/predict/batch", _predictions, in_json(sentences=list(sentences)))


def health_check() -> Ask[Health]:
    """Ask how the server is; that it is not well is an answer too."""
    return Ask("GET", "/health", _health, answers=frozenset({503}))


def model_info() -> Ask[ModelInfo]:
    """Ask what labels sentences there."""
    return Ask("GET", "/model/info", _model_info)


def feedback(
    request_id: str,
    *,
    given: str,
    right: str,
    item: int | None,
    target: int | None,
    engine: str | None,
    version: str | None,
    idempotency_key: str | None,
) -> Ask[FeedbackKept]:
    """Say what an answer said, ``given``, and what is right; said twice it is kept once."""
    body = in_json(
        request_id=request_id, given=given, right=right, item=item, target=target, engine=engine, version=version
    )
    return Ask("POST", "/v1/feedback", _feedback, body, key_from(idempotency_key))


def engines() -> Ask[tuple[EngineInfo, ...]]:
    """Ask for the cards of the engines."""
    return Ask("GET", "/v1/engines", lambda told: tuple(_engine(each) for each in told.plain["engines"]))


def _prediction(plain: Plain) -> Prediction:
    return Prediction(
        plain["label"], plain["score"], plain["model_label"], plain["prediction_time_ms"], plain["request_id"]
    )


def _predictions(told: Told) -> Predictions:
    plain = told.plain
    return Predictions(
        tuple(
            refusal(each["error"]) if each.get("label") is None else _prediction(each) for each in plain["predictions"]
        ),
        plain["total_prediction_time_ms"],
        told.request_id,
    )


def _feedback(told: Told) -> FeedbackKept:
    plain = told.plain
    return FeedbackKept(
        plain["id"],
        plain["agreed"],
        plain["engine"],
        plain["version"],
        told.request_id,
        plain.get("known", True),
    )


def _health(told: Told) -> Health:
    plain = told.plain
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
        request_id=told.request_id,
    )


def _model_info(told: Told) -> ModelInfo:
    plain = told.plain
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
        request_id=told.request_id,
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
