"""What a server answers, as values; each knows the request it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.differentials import Differential
from epicrisis.domain.documents import Document
from epicrisis.domain.pages import ReadFile
from epicrisis.domain.patients import Missing
from epicrisis.domain.records import NoteRecord
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Mode, Statement, SummarySection

Item = TypeVar("Item")


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
class Batch(Generic[Item]):
    """What was answered to each note of a batch, in order; one that could not be read is a ``Refusal`` in its place."""

    items: tuple[Item | Refusal, ...]
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
class NamedEntity:
    """Something a note names: ``label`` in English, ``label_es`` in Spanish, ``sub`` finer where a label set has it."""

    span: Span
    label: str
    label_es: str
    label_set: str
    score: float
    sub: str | None = None


@dataclass(frozen=True, slots=True)
class NamedNote:
    """A note and what it names in ``label_sets``, in the order of the text; of different sets, some may overlap."""

    document: Document
    label_sets: tuple[str, ...]
    entities: tuple[NamedEntity, ...]
    engine: str
    version: str


@dataclass(frozen=True, slots=True)
class Naming:
    """What one note names."""

    note: NamedNote
    request_id: str


@dataclass(frozen=True, slots=True)
class ExtractedFile:
    """A document that was in a file, and its record, whose places are places of ``file.text``.

    ``file.boxes`` of such a place says where it stands on its page, where boxes were asked for.
    """

    file: ReadFile
    record: NoteRecord | Refusal


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of a recording has been listened to, of how much, in seconds."""

    seconds: float
    of: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a summary is: which part of the work goes on, and how much of the whole is done."""

    stage: str
    percent: float


@dataclass(frozen=True, slots=True)
class SummarizedPatient:
    """What is known of a patient, in four parts; each sentence names what of the record it rests on.

    ``mode`` wrote it, ``asked`` was asked to, and ``fallbacks`` say why those differ. ``unsupported`` are sentences of
    a model that the record does not bear out, and that were left out. ``baseline`` and ``delta`` are as the server
    tells them.
    """

    markdown: str
    sections: tuple[SummarySection, ...]
    baseline: Mapping[str, Any]
    delta: Mapping[str, Any]
    missing: tuple[Missing, ...]
    language: str
    mode: Mode
    asked: Mode
    model: str
    fallbacks: tuple[str, ...]
    unsupported: tuple[Statement, ...]
    seconds: float
    request_id: str


@dataclass(frozen=True, slots=True)
class RankedCase:
    """What may explain a case, named in ``language``; ``notice`` belongs beside it wherever somebody reads it."""

    differential: Differential
    notice: str
    language: str
    request_id: str


@dataclass(frozen=True, slots=True)
class FeedbackKept:
    """What was kept of an opinion: saying it again under the same key replaces it.

    What is said of an answer the server does not remember, which is not ``known``, is kept and not counted.
    """

    id: str
    agreed: bool
    engine: str
    version: str
    request_id: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class VerdictKept:
    """What was kept of what became of a condition: ``CONFIRMED``, ``RULED_OUT`` or ``MISSED``.

    What is said of an answer the server does not remember, which is not ``known``, is kept and not counted.
    """

    id: str
    verdict: str
    engine: str
    version: str
    request_id: str
    known: bool


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
