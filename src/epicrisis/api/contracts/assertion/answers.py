"""What contracts A and B answer: the union of their fields, each with one meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

Label = Annotated[
    str, Meta(description="PRESENT, ABSENT, POSSIBLE or CONDITIONAL; a profile folds the last two into one.")
]
Score = Annotated[float, Meta(ge=0, le=1, description="The calibrated probability of `label`, to four decimals.")]
ModelLabel = Annotated[
    str, Meta(description="PRESENT, ABSENT or POSSIBLE: `label` with a condition counted as a possibility.")
]
Milliseconds = Annotated[float, Meta(ge=0, description="How long the reading took, its wait for a worker included.")]
RequestId = Annotated[str, Meta(description="The UUID of this request, also in `X-Request-Id`.")]


class Prediction(Struct, frozen=True):
    """What one sentence says as a whole."""

    label: Label
    score: Score
    model_label: ModelLabel
    prediction_time_ms: Milliseconds
    request_id: RequestId


class Fault(Struct, frozen=True):
    """Why a sentence of a batch has no label, in the words of a refusal."""

    error: str
    message: str
    details: dict[str, str] | UnsetType = UNSET


class Item(Struct, frozen=True):
    """One sentence of a batch, as contract B lists them; one that could not be read has an ``error``, and no label."""

    label: Label | None
    score: Score | None
    model_label: ModelLabel | None
    prediction_time_ms: Milliseconds | None
    request_id: RequestId
    error: Fault | UnsetType = UNSET


class Result(Struct, frozen=True):
    """One sentence of a batch, as contract A lists them; one that could not be read is not repeated."""

    sentence: Annotated[str | None, Meta(description="The sentence, as it was sent.")]
    label: Label | None
    score: Score | None
    error: Fault | UnsetType = UNSET


class Batch(Struct, frozen=True):
    """What each sentence of a batch says, in its order: twice, for contracts A and B name the list differently."""

    results: Sequence[Result]
    count: Annotated[int, Meta(ge=1, le=100, description="How many sentences were sent.")]
    predictions: Sequence[Item]
    batch_size: Annotated[int, Meta(ge=1, le=100, description="The same number.")]
    total_prediction_time_ms: Annotated[float, Meta(ge=0, description="How long the reading of all of them took.")]
    request_id: RequestId


class SystemMetrics(Struct, frozen=True):
    """How busy the machine is."""

    memory_mb: Annotated[float, Meta(description="The memory of this process, in MiB.")]
    memory_percent: Annotated[float, Meta(description="The memory in use on this machine.")]
    cpu_percent: Annotated[float, Meta(description="The processor time in use on this machine.")]
    disk_percent: Annotated[float, Meta(description="The disk in use where the server keeps its data.")]


class ModelBrief(Struct, frozen=True):
    """The engine, in short."""

    model_name: str
    device: str
    loaded: bool
    labels: Sequence[str]


class LanguageEngine(Struct, frozen=True):
    """The engine that answers sentences in one language."""

    language: Annotated[str, Meta(description="ISO 639-1, such as `en`.")]
    model_name: str
    version: str
    loaded: Annotated[bool, Meta(description="Whether it is in memory; if not, the first sentence loads it.")]


class Health(Struct, frozen=True):
    """Whether sentences may be sent, and how the server is."""

    status: Annotated[str, Meta(description="`healthy` or, in profile a, `ok`; `unhealthy` with status 503.")]
    model_name: str
    model_loaded: Annotated[bool, Meta(description="Whether the engine has passed its self-test.")]
    device: str
    timestamp: Annotated[float, Meta(description="Seconds since 1970.")]
    version: str
    environment: Annotated[str, Meta(description="What EPICRISIS_ENVIRONMENT says.")]
    uptime_seconds: float
    total_predictions: Annotated[int, Meta(description="Sentences answered since the start.")]
    system_metrics: SystemMetrics
    model_info: ModelBrief
    engines: Sequence[LanguageEngine]


class ModelInfo(Struct, frozen=True):
    """The engine that answers."""

    model_name: str
    device: str
    loaded: bool
    labels: Sequence[str]
    max_sequence_length: Annotated[int, Meta(description="The most tokens a sentence may have.")]
    model_size_mb: Annotated[float, Meta(description="The size of its files, in MB.")]
    tokenizer_type: str
    framework: str
    version: str
    engines: Sequence[LanguageEngine]


class ErrorBody(Struct, frozen=True):
    """Why there is no answer; it never repeats what was sent."""

    error: Annotated[str, Meta(description="The kind of error, such as `ValidationError`.")]
    message: Annotated[str, Meta(description="What happened, and what to try next.")]
    request_id: RequestId
    timestamp: Annotated[float, Meta(description="Seconds since 1970.")]
    details: Annotated[dict[str, str], Meta(description="Each field at fault, and what it needs.")] = field(
        default_factory=dict
    )
    retry_after: Annotated[int | None, Meta(description="Seconds to wait.")] = None


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return the fault of one sentence from what a refusal of it would say."""
    return Fault(error["error"], error["message"], error.get("details", UNSET))
