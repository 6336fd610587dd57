"""What a server answers, as values; each knows the request it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one sentence says: ``model_label`` is ``label`` in three labels, a condition counted as a possibility."""

    label: str
    score: float
    model_label: str
    prediction_time_ms: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one item of a batch has no answer; ``details`` names the fields at fault."""

    code: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Predictions:
    """What each sentence of a batch says, in order; one that could not be read is a ``Refusal`` in its place."""

    predictions: tuple[Prediction | Refusal, ...]
    total_prediction_time_ms: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether sentences may be sent, and how busy the server is."""

    healthy: bool
    status: str
    model_name: str
    device: str
    version: str
    environment: str
    uptime_seconds: float
    total_predictions: int
    system_metrics: Mapping[str, float]
    request_id: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The engine that labels sentences."""

    model_name: str
    device: str
    loaded: bool
    labels: tuple[str, ...]
    max_sequence_length: int
    model_size_mb: float
    tokenizer_type: str
    framework: str
    version: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note with everything found in it, as ``epicrisis.load().annotate`` would return it."""

    note: AnnotatedDocument
    request_id: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a text says of its findings, as ``epicrisis.load().assess`` would return it.

    Its sections are those the findings stand in. ``epicrisis.domain.assertions.projected`` tells a finding in a coarser
    scheme.
    """

    assessment: Assessment
    request_id: str


@dataclass(frozen=True, slots=True)
class FeedbackKept:
    """What was kept of an opinion: saying it again under the same key replaces it."""

    id: str
    agreed: bool
    engine: str
    version: str
    request_id: str


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The card of an engine: what it learnt from, how it scores, and what it gets wrong."""

    name: str
    version: str
    summary: str
    languages: tuple[str, ...]
    trained_on: tuple[str, ...]
    licence: str
    scores: Mapping[str, float]
    limits: tuple[str, ...]
    sha256: Mapping[str, str]
