from __future__ import annotations

import timeit
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client.parser import text_string_to_metric_families

from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.counting import Tokens
from epicrisis.engines.stages import Stage
from epicrisis.telemetry.metrics import MOST_CLIENTS, Metrics
from tests.serving import CANARY

CARD = EngineCard(name="model", version="1.0.0", summary="Reads.", languages=("en",), scores={"status.accuracy": 0.93})

# The series of contract B, and ours, each with its labels.
SERIES: dict[str, tuple[str, set[str]]] = {
    "http_requests": ("counter", {"method", "endpoint", "status"}),
    "http_request_duration_seconds": ("histogram", {"method", "endpoint"}),
    "http_client_requests": ("counter", {"client"}),
    "model_predictions": ("counter", {"label"}),
    "model_inference_seconds": ("histogram", set()),
    "system_cpu_percent": ("gauge", set()),
    "system_memory_percent": ("gauge", set()),
    "system_memory_bytes": ("gauge", set()),
    "system_disk_percent": ("gauge", set()),
    "epicrisis_queue_seconds": ("histogram", set()),
    "epicrisis_batch_texts": ("histogram", set()),
    "epicrisis_batch_characters": ("histogram", set()),
    "epicrisis_batch_tokens": ("histogram", set()),
    "epicrisis_tokens": ("counter", {"model"}),
    "epicrisis_padding": ("counter", {"model"}),
    "epicrisis_stage_seconds": ("counter", {"stage"}),
    "epicrisis_batches": ("counter", {"work"}),
    "epicrisis_queue_texts": ("gauge", set()),
    "epicrisis_queue_characters": ("gauge", set()),
    "epicrisis_refused": ("counter", set()),
    "epicrisis_cache_hits": ("counter", {"work"}),
    "epicrisis_cache_misses": ("counter", {"work"}),
    "epicrisis_redactions": ("counter", set()),
    "epicrisis_identifiers_redacted": ("counter", {"kind"}),
    "epicrisis_feedback": ("gauge", {"engine", "label", "agreed"}),
    "epicrisis_card_score": ("gauge", {"engine", "metric"}),
    "epicrisis_info": ("gauge", {"version", "engine", "engine_version"}),
}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def samples(metrics: Metrics, name: str) -> Iterator[tuple[dict[str, str], float]]:
    """Yield the labels and values of the series ``name``."""
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            if sample.name == name:
                yield sample.labels, sample.value


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """Return the value of one series."""
    [found] = [value for has, value in samples(metrics, name) if has == labels]
    return found


def test_every_series_of_the_contract_is_there_with_its_labels(metrics: Metrics) -> None:
    metrics.introduce(CARD, version="0.1.0")
    metrics.answered("POST", "/predict", 200, 0.003, "key-1")
    metrics.batch("label", 1, 30, 0.002)
    metrics.agreed("model", "ABSENT", True, 1)
    metrics.redacted({"NAME": 1})

    families = {family.name: family for family in text_string_to_metric_families(metrics.text().decode())}
    found = {
        name: (families[name].type, {label for sample in families[name].samples for label in sample.labels} - {"le"})
        for name in SERIES
    }

    assert found == SERIES


def test_a_request_is_counted_and_timed(metrics: Metrics) -> None:
    metrics.answered("POST", "/predict", 200, 0.004, "key-1")
    metrics.answered("POST", "/predict", 200, 0.020, "key-1")
    metrics.answered("POST", "/predict", 429, 0.001, "key-2")

    where = {"method": "POST", "endpoint": "/predict"}
    assert value(metrics, "http_requests_total", **where, status="200") == 2
    assert value(metrics, "http_requests_total", **where, status="429") == 1
    assert value(metrics, "http_request_duration_seconds_sum", **where) == pytest.approx(0.025)
    assert value(metrics, "http_request_duration_seconds_bucket", **where, le="0.005") == 2
    assert value(metrics, "http_request_duration_seconds_bucket", **where, le="+Inf") == 3
    assert {labels["client"]: count for labels, count in samples(metrics, "http_client_requests_total")} == {
        "key-1": 2, "key-2": 1,
    }  # fmt: skip


def test_what_a_client_made_up_is_no_label(metrics: Metrics) -> None:
    metrics.answered(CANARY.upper(), f"/{CANARY} Ruiz", 405, 0.001, f"{CANARY} Ruiz")
    metrics.predicted(f"{CANARY} Ruiz")
    metrics.agreed(f"{CANARY} Ruiz", "ABSENT", False, 1)
    metrics.redacted({f"{CANARY} Ruiz": 1})

    assert CANARY.casefold() not in metrics.text().decode().casefold()
    assert value(metrics, "http_requests_total", method="OTHER", endpoint="none", status="405") == 1
    assert value(metrics, "http_client_requests_total", client="other") == 1


def test_clients_beyond_the_limit_are_counted_together(metrics: Metrics) -> None:
    for number in range(MOST_CLIENTS + 50):
        metrics.answered("GET", "/live", 200, 0.001, f"key-{number}")

    assert value(metrics, "http_client_requests_total", client="other") == 50
    assert len(list(samples(metrics, "http_client_requests_total"))) == MOST_CLIENTS + 1


def test_labels_start_at_zero_so_that_their_first_event_shows(metrics: Metrics) -> None:
    metrics.predicted("ABSENT")

    assert {labels["label"]: count for labels, count in samples(metrics, "model_predictions_total")} == {
        "PRESENT": 0, "ABSENT": 1, "POSSIBLE": 0, "CONDITIONAL": 0,
    }  # fmt: skip


def test_what_the_core_tells_is_counted(metrics: Metrics) -> None:
    metrics.waited(0.002)
    metrics.batch("label", 3, 180, 0.004)
    metrics.batch("annotate", 1, 3_000, 0.050)
    metrics.queued(7, 420)
    metrics.refused()
    metrics.cached("assess", True)
    metrics.cached("assess", True)
    metrics.cached("assess", False)

    assert value(metrics, "epicrisis_queue_seconds_count") == 1
    assert value(metrics, "epicrisis_batches_total", work="label") == 1
    assert value(metrics, "epicrisis_batches_total", work="annotate") == 1
    assert value(metrics, "epicrisis_batch_texts_sum") == 4
    assert value(metrics, "epicrisis_batch_characters_sum") == 3_180
    assert value(metrics, "model_inference_seconds_sum") == pytest.approx(0.054)
    assert (value(metrics, "epicrisis_queue_texts"), value(metrics, "epicrisis_queue_characters")) == (7, 420)
    assert value(metrics, "epicrisis_refused_total") == 1
    assert value(metrics, "epicrisis_cache_hits_total", work="assess") == 2
    assert value(metrics, "epicrisis_cache_misses_total", work="assess") == 1
    assert value(metrics, "epicrisis_cache_hits_total", work="label") == 0


def test_tokens_are_counted_by_model_and_the_padding_apart(metrics: Metrics) -> None:
    metrics.tokens({"labeller": Tokens(read=40, padding=24), "encoder": Tokens(read=9, padding=7)})
    metrics.tokens({"labeller": Tokens(read=16, padding=0)})
    metrics.tokens({f"{CANARY} Ruiz": Tokens(read=5, padding=0)})

    read = {labels["model"]: count for labels, count in samples(metrics, "epicrisis_tokens_total")}
    padding = {labels["model"]: count for labels, count in samples(metrics, "epicrisis_padding_total")}
    assert read == {"labeller": 56, "encoder": 9, "other": 5}
    assert padding == {"labeller": 24, "encoder": 7, "other": 0}
    assert value(metrics, "epicrisis_batch_tokens_sum") == 70
    assert value(metrics, "epicrisis_batch_tokens_count") == 3
    assert value(metrics, "epicrisis_batch_tokens_bucket", le="16.0") == 2


def test_the_seconds_of_a_stage_are_summed_and_each_stage_is_there_before_its_first(metrics: Metrics) -> None:
    metrics.stages({Stage.ENCODE: 0.020, Stage.HEADS: 0.004})
    metrics.stages({Stage.ENCODE: 0.010, f"{CANARY} Ruiz": 1.0})

    told = {labels["stage"]: seconds for labels, seconds in samples(metrics, "epicrisis_stage_seconds_total")}
    assert told == {
        "cache": 0, "tokenize": 0, "encode": pytest.approx(0.03), "heads": 0.004, "engine": 0, "json": 0, "other": 1,
    }  # fmt: skip


def test_agreement_stands_beside_what_the_card_promises(metrics: Metrics) -> None:
    metrics.introduce(CARD, version="0.1.0")
    for agreed, times in ((True, 5), (True, 2), (False, 1)):
        metrics.agreed("model", "ABSENT", agreed, times)

    counted = {labels["agreed"]: count for labels, count in samples(metrics, "epicrisis_feedback")}
    assert counted == {"true": 2, "false": 1}
    assert value(metrics, "epicrisis_card_score", engine="model", metric="status.accuracy") == 0.93
    assert value(metrics, "epicrisis_info", version="0.1.0", engine="model", engine_version="1.0.0") == 1


def test_threads_count_together(metrics: Metrics) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: metrics.batch("label", 2, 50, 0.001), range(2_000)))

    assert value(metrics, "epicrisis_batches_total", work="label") == 2_000
    assert value(metrics, "epicrisis_batch_texts_sum") == 4_000


def test_two_servers_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()

    one.refused()

    assert (value(one, "epicrisis_refused_total"), value(other, "epicrisis_refused_total")) == (1, 0)


def test_no_series_says_when_it_began(metrics: Metrics) -> None:
    metrics.answered("GET", "/live", 200, 0.001, "anonymous")

    assert b"_created" not in metrics.text()


def test_counting_a_request_costs_next_to_nothing(metrics: Metrics) -> None:
    def count() -> None:
        metrics.answered("POST", "/predict", 200, 0.003, "key-1")

    # The best of several runs: this machine does other work too. We aim at 15 µs, and read 6 on two busy cores.
    assert min(timeit.repeat(count, number=2_000, repeat=5)) / 2_000 < 50e-6
