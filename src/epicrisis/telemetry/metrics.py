"""What is counted and timed, in the text format of Prometheus; docs/how-to/watch-the-server.md lists every series.

The names of the HTTP and prediction series are those of contract B. Labels hold route templates, labels of engines and
names we gave ourselves, never what a client sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.counting import Tokens
from epicrisis.engines.stages import Stage
from epicrisis.services.timings import CACHE, WRITING
from epicrisis.telemetry.arms import ArmCounts
from epicrisis.telemetry.bounds import Children, method_of, name_of, route_of
from epicrisis.telemetry.usage import SystemUsage

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_CLIENTS = 1_000
# Every route by every method and status it can have; beyond that somebody makes them up.
MOST_REQUESTS = 5_000
MOST_NAMES = 100

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SHORT_SECONDS = (0.0001, 0.00025, 0.0005, *_SECONDS)
_TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_CHARACTERS = (100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 1_000_000)
_TOKENS = (16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 16_384, 65_536, 262_144)


class Metrics:
    """The counters of one server, in a registry of its own; what it is told it counts, from any thread."""

    def __init__(self, *, folder: Path = Path("/")) -> None:
        self.usage = SystemUsage(folder)
        self._registry = registry = CollectorRegistry()
        registry.register(self.usage)
        ProcessCollector(registry=registry)

        requests = Counter(
            "http_requests_total", "Requests answered.", ("method", "endpoint", "status"), registry=registry
        )
        durations = Histogram(
            "http_request_duration_seconds",
            "From the head of the request to the end of the answer.",
            ("method", "endpoint"),
            buckets=_SECONDS,
            registry=registry,
        )
        clients = Counter(
            "http_client_requests_total", "Requests by API key or keyed hash.", ("client",), registry=registry
        )
        predictions = Counter("model_predictions_total", "Sentences answered.", ("label",), registry=registry)
        self._requests = Children(requests.labels, most=MOST_REQUESTS)
        self._durations = Children(durations.labels, most=MOST_REQUESTS)
        self._clients = Children(clients.labels, most=MOST_CLIENTS)
        self._predictions = Children(predictions.labels, most=MOST_NAMES)
        for label in ("PRESENT", "ABSENT", "POSSIBLE", "CONDITIONAL"):
            # A series that starts at its first event hides that event from every rate.
            self._predictions(label)

        self._inference = Histogram(
            "model_inference_seconds", "Time an engine took for a batch.", buckets=_SHORT_SECONDS, registry=registry
        )
        self._waits = Histogram(
            "epicrisis_queue_seconds", "Time a text waited for a worker.", buckets=_SHORT_SECONDS, registry=registry
        )
        batches = Counter("epicrisis_batches_total", "Batches read, by kind of work.", ("work",), registry=registry)
        self._batches = Children(batches.labels, most=MOST_NAMES)
        self._batch_texts = Histogram("epicrisis_batch_texts", "Texts in a batch.", buckets=_TEXTS, registry=registry)
        self._batch_characters = Histogram(
            "epicrisis_batch_characters", "Characters in a batch.", buckets=_CHARACTERS, registry=registry
        )
        self._batch_tokens = Histogram(
            "epicrisis_batch_tokens", "Tokens the models read for a batch.", buckets=_TOKENS, registry=registry
        )
        tokens = Counter("epicrisis_tokens_total", "Tokens a model read.", ("model",), registry=registry)
        padding = Counter(
            "epicrisis_padding_total", "Padding a model read beside the tokens.", ("model",), registry=registry
        )
        self._tokens = Children(tokens.labels, most=MOST_NAMES)
        self._padding = Children(padding.labels, most=MOST_NAMES)
        for model in ("encoder", "labeller"):
            self._tokens(model)
            self._padding(model)
        stages = Counter(
            "epicrisis_stage_seconds_total", "Time spent in each stage of answering.", ("stage",), registry=registry
        )
        self._stages = Children(stages.labels, most=MOST_NAMES)
        for stage in (CACHE, *Stage, WRITING):
            self._stages(stage)
        self._queue_texts = Gauge("epicrisis_queue_texts", "Texts that wait for a worker.", registry=registry)
        self._queue_characters = Gauge(
            "epicrisis_queue_characters", "Characters that wait for a worker.", registry=registry
        )
        self._refused = Counter(
            "epicrisis_refused_total", "Texts refused because the queue was full.", registry=registry
        )
        hits = Counter("epicrisis_cache_hits_total", "Answers that were kept.", ("work",), registry=registry)
        misses = Counter("epicrisis_cache_misses_total", "Answers that were not kept.", ("work",), registry=registry)
        self._hits = Children(hits.labels, most=MOST_NAMES)
        self._misses = Children(misses.labels, most=MOST_NAMES)
        for work in ("label", "annotate", "assess", "entities"):
            self._hits(work)
            self._misses(work)

        # The names of contract D.
        self._diagnoses = Counter("diagnostic_requests_total", "Cases that were to be ranked.", registry=registry)
        self._diagnostic_errors = Counter("diagnostic_errors_total", "Cases that were not ranked.", registry=registry)
        self._diagnostic_seconds = Histogram(
            "diagnostic_request_duration_seconds", "Time a case took to be ranked.", buckets=_SECONDS, registry=registry
        )
        feedback = Gauge(
            "epicrisis_feedback",
            "Answers users judged, by whether they were right.",
            ("engine", "label", "agreed"),
            registry=registry,
        )
        self._feedback = Children(feedback.labels, most=MOST_NAMES)
        self.arms = ArmCounts(registry)
        judgements = Gauge(
            "epicrisis_differential_feedback",
            "What clinicians said of the conditions of differentials, and did with cards.",
            ("engine", "version", "said"),
            registry=registry,
        )
        self._judgements = Children(judgements.labels, most=MOST_NAMES)
        self._redactions = Counter("epicrisis_redactions_total", "Texts redacted.", registry=registry)
        redacted = Counter(
            "epicrisis_identifiers_redacted_total", "Identifiers hidden, by kind.", ("kind",), registry=registry
        )
        self._redacted = Children(redacted.labels, most=MOST_NAMES)
        self._card_scores = Gauge(
            "epicrisis_card_score", "What the card of an engine promises.", ("engine", "metric"), registry=registry
        )
        self._info = Gauge(
            "epicrisis_info", "The version that runs, and its engines.", ("version", "engine", "engine_version"),
            registry=registry,
        )  # fmt: skip

    def introduce(self, card: EngineCard, *, version: str) -> None:
        """Say that this is epicrisis ``version`` and that the engine of ``card`` reads here, with the card's scores."""
        self._info.labels(version, name_of(card.name), name_of(card.version)).set(1)
        for metric, score in card.scores.items():
            self._card_scores.labels(name_of(card.name), name_of(metric)).set(score)

    # What the door tells.

    def answered(self, method: str, endpoint: str, status: int, seconds: float, client: str) -> None:
        """Count a request to the route template ``endpoint``; ``client`` is the id of a key, or a keyed hash."""
        method, endpoint = method_of(method), route_of(endpoint)
        self._requests(method, endpoint, str(status)).inc()
        self._durations(method, endpoint).observe(seconds)
        self._clients(name_of(client)).inc()

    def predicted(self, label: str) -> None:
        """Count a sentence that was answered with ``label``."""
        self._predictions(name_of(label)).inc()

    def agreed(self, engine: str, label: str, agreed: bool, times: int) -> None:
        """Say how many answers of ``engine`` users say were right, or wrong; who thinks again is counted once."""
        self._feedback(name_of(engine), name_of(label), "true" if agreed else "false").set(times)

    def arm_agreed(self, capability: str, arm: str, version: str, agreed: bool, times: int) -> None:
        """Say how many answers of an arm of an experiment users say were right, or wrong."""
        self.arms.arm_agreed(capability, arm, version, agreed, times)

    def judged(self, engine: str, version: str, judged: str, times: int) -> None:
        """Say how many said so of conditions that this version of ``engine`` ranked, or did so with its cards."""
        self._judgements(name_of(engine), name_of(version), name_of(judged)).set(times)

    def redacted(self, kinds: Mapping[str, int]) -> None:
        """Count a redaction, and how many identifiers of each kind it hid."""
        self._redactions.inc()
        for kind, count in kinds.items():
            self._redacted(name_of(kind)).inc(count)

    def diagnosed(self, seconds: float | None) -> None:
        """Count a case, and how long ranking it took; ``None`` where it was not ranked."""
        self._diagnoses.inc()
        if seconds is None:
            self._diagnostic_errors.inc()
        else:
            self._diagnostic_seconds.observe(seconds)

    # What the core tells: these seven are its ``Observer``.

    def waited(self, seconds: float) -> None:
        """Count how long a text waited for a worker."""
        self._waits.observe(seconds)

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        """Count a batch that was read."""
        self._batches(name_of(work)).inc()
        self._batch_texts.observe(texts)
        self._batch_characters.observe(characters)
        self._inference.observe(seconds)

    def tokens(self, counts: Mapping[str, Tokens]) -> None:
        """Count what the models read for a batch; padding is work that answers nothing, and is counted apart."""
        self._batch_tokens.observe(sum(tokens.read for tokens in counts.values()))
        for model, tokens in counts.items():
            self._tokens(name_of(model)).inc(tokens.read)
            self._padding(name_of(model)).inc(tokens.padding)

    def stages(self, seconds: Mapping[str, float]) -> None:
        """Add how long each stage took: those of a batch, once for all who share it, or those of a request alone."""
        for stage, spent in seconds.items():
            self._stages(name_of(stage)).inc(spent)

    def queued(self, texts: int, characters: int) -> None:
        """Say how much waits for a worker now."""
        self._queue_texts.set(texts)
        self._queue_characters.set(characters)

    def refused(self) -> None:
        """Count a text that was refused because too much waits already."""
        self._refused.inc()

    def cached(self, work: str, hit: bool) -> None:
        """Count a question to the cache."""
        (self._hits if hit else self._misses)(name_of(work)).inc()

    def text(self) -> bytes:
        """Return every series in the text format of Prometheus, whose media type is ``CONTENT_TYPE``."""
        return generate_latest(_WithoutBirthdays(self._registry))


class _WithoutBirthdays(Collector):
    """A registry without the ``_created`` sample of each series: half as many lines again, and nobody reads them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self.registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
